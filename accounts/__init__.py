"""Who: people, organisations, teams, projects, funding accounts, roles.

Also the base of every domain error and the record of idempotent requests.
Stands above notifications only; every other app may import it.
"""

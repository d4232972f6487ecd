"""How much, who pays: price lists, the charge ledger, monthly statements.

Pulls finished uses from bookings and writes each once to an append-only ledger.
Prices are computed by pure functions in pricing.py. Imported by the faces only.
"""

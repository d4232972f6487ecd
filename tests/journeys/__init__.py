"""Whole paths over HTTP: gunicorn, Celery worker and beat, PostgreSQL, Valkey, mail.

Nothing here reaches into the application: a journey knows addresses, passwords and what
a person can see. The one thing it cannot do is travel in other processes' time.
"""

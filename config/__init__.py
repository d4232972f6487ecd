"""Settings, URLs, Celery and the embedded servers of the demo and the tests.

Top of the house: may import every app, and no app imports it. Loads the Celery
application, so that a task called from any process finds its broker.
"""

from config.celery import app as celery_app

__all__ = ["celery_app"]

"""Settings, URLs, Celery and the embedded servers of the demo and the tests."""

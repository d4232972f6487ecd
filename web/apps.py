"""Django's registration of the app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web app."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "web"

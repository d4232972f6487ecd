"""Django's registration of the app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The notifications app."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "notifications"

"""Django's registration of the app."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """The compliance app."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "compliance"

"""Django's registration of the app."""

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    """The facilities app."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "facilities"

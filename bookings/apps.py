"""Django's registration of the app."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """The bookings app."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "bookings"

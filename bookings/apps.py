"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    """The bookings app."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        """Let the outbox word the events of bookings."""
        from bookings import industry_mails, mails

        mails.register()
        industry_mails.register()

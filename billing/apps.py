"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """How much, and who pays."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        """Let the outbox word what billing publishes."""
        from billing import invoice_mails, mails, order_mails, quote_mails, reminder_mails

        mails.register()
        invoice_mails.register()
        order_mails.register()
        quote_mails.register()
        reminder_mails.register()

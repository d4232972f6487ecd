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
        from billing import mails
        from billing.documents import mails as invoice_mails
        from billing.orders import mails as order_mails
        from billing.payments import mails as reminder_mails
        from billing.quotes import mails as quote_mails

        mails.register()
        invoice_mails.register()
        order_mails.register()
        quote_mails.register()
        reminder_mails.register()

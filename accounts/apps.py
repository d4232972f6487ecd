"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The accounts app."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "accounts"
    verbose_name = _("People and teams")

    def ready(self) -> None:
        """Say how the events of this app read."""
        from accounts import login_mails, team_mails

        login_mails.register()
        team_mails.register()

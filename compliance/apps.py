"""Django's registration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplianceConfig(AppConfig):
    """The compliance app."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "compliance"
    verbose_name = _("Qualifications")

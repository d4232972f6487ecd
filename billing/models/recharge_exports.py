"""How a body's books want its internal recharges: the columns of a file, as configured."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.issuers import Issuer


class RechargeExport(models.Model):
    """A layout of the file that carries transfer notes into the books of an issuer.

    `columns` is a list of {"header", "source", "format"}; the sources and formats are
    those of `billing.documents.recharge_files`.
    """

    class Encoding(models.TextChoices):
        UTF_8 = "utf-8", "UTF-8"
        UTF_8_SIG = "utf-8-sig", _("UTF-8 with a mark, as Excel wants it")
        LATIN_9 = "iso-8859-15", "ISO 8859-15"

    class Delimiter(models.TextChoices):
        SEMICOLON = ";", ";"
        COMMA = ",", ","
        TAB = "\t", _("Tab")
        BAR = "|", "|"

    issuer = models.ForeignKey(
        Issuer, on_delete=models.CASCADE, related_name="recharge_exports", verbose_name=_("issuer")
    )
    name = models.CharField(_("name"), max_length=100)
    columns = models.JSONField(_("columns"), default=list)
    delimiter = models.CharField(
        _("delimiter"), max_length=1, choices=Delimiter.choices, default=Delimiter.SEMICOLON
    )
    encoding = models.CharField(
        _("encoding"), max_length=20, choices=Encoding.choices, default=Encoding.UTF_8_SIG
    )
    decimal_comma = models.BooleanField(_("decimal comma"), default=True)
    has_header = models.BooleanField(_("first line names the columns"), default=True)

    class Meta:
        verbose_name = _("file of recharges")
        verbose_name_plural = _("files of recharges")
        ordering = ("issuer", "name")
        constraints = (
            models.UniqueConstraint(fields=("issuer", "name"), name="recharge_export_name_once"),
        )

    def __str__(self) -> str:
        return self.name

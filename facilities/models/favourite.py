"""The instruments a person keeps at hand."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.models.instrument import Instrument


class Favourite(models.Model):
    """An instrument among those a person finds first on their pages."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="favourites",
        verbose_name=_("person"),
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.CASCADE,
        related_name="favourites",
        verbose_name=_("instrument"),
    )

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("user", "instrument"), name="favourite_once"),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.instrument}"

"""The memory of requests that must not be carried out twice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """A key sent with a request, and the answer that its transaction committed.

    The row is written in the transaction of the request itself: a request that is
    rolled back leaves no key, and a second one with the same key waits for the first.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField(_("key"), max_length=200)
    fingerprint = models.CharField(
        max_length=64, help_text=_("SHA-256 of method, path and body of the first request.")
    )
    status = models.PositiveSmallIntegerField(null=True, help_text=_("HTTP status of the answer."))
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = (
            models.UniqueConstraint(fields=("owner", "key"), name="idempotency_key_once"),
        )
        indexes = (models.Index(fields=("created_at",), name="idempotency_created_at"),)

    def __str__(self) -> str:
        return self.key

"""How people come to a team: they ask, or they are invited."""

from __future__ import annotations

import datetime as dt
import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.organisations import Membership, Team


@pghistory.track()
class JoinRequest(models.Model):
    """A person asks to become a member of a team; who leads the team answers. Kept for good."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Waiting")
        APPROVED = "approved", pgettext_lazy("request", "Approved")
        REFUSED = "refused", pgettext_lazy("request", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="join_requests",
        verbose_name=_("person"),
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="join_requests", verbose_name=_("team")
    )
    message = models.CharField(_("message"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("answered by"),
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("person", "team"),
                condition=Q(state="open"),
                name="join_request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="join_request_open_or_answered",
            ),
        )
        indexes = (
            models.Index(fields=("team",), condition=Q(state="open"), name="join_request_open"),
        )

    def __str__(self) -> str:
        return f"{self.person} → {self.team}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by what has become of them."""

    def unanswered(self) -> InvitationQuerySet:
        """Keep those that were neither accepted nor revoked; their links may have ended."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


@pghistory.track(exclude=["seed", "link_hash"])
class Invitation(models.Model):
    """Somebody who leads a team invites an address to it, by a link that works once.

    The link itself is nowhere in the database: only its hash, and a seed that makes it
    again together with the site's secret key, for the mail that carries it.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("team")
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=Membership.Role.choices,
        default=Membership.Role.MEMBER,
    )
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Of the membership; empty for good.")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="invitations_sent",
        verbose_name=_("invited by"),
    )
    invited_at = models.DateTimeField(_("invited at"))
    seed = models.UUIDField(default=uuid.uuid4, editable=False)
    link_hash = models.CharField(max_length=64, unique=True, editable=False)
    times_sent = models.PositiveSmallIntegerField(_("times sent"), default=1)
    expires_at = models.DateTimeField(_("link ends at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="invitations_accepted",
        null=True,
        blank=True,
        verbose_name=_("accepted by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                F("team"),
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} → {self.team}"

    def is_over(self, now: dt.datetime) -> bool:
        """Say whether the link has ended by time."""
        return self.expires_at <= now

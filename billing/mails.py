"""The letter that tells a team its statement.

A renderer for the outbox: it only reads. Registered by BillingConfig.ready().
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from accounts.models import Membership, User
from billing.documents.days_together import charges_together
from billing.models import Charge, Statement
from billing.month_end import mails as dispute_mails
from billing.month_end.stating import centre_day
from billing.services.closing import STATEMENT_CLOSED
from bookings.wording import day_text, money_text
from notifications import registry
from notifications.letterhead import Fact, Letter, Link, mail_of
from notifications.registry import Mail

TOLD = (Membership.Role.HEAD, Membership.Role.BILLING)


def register() -> None:
    """Let the outbox word what billing publishes."""
    registry.register(STATEMENT_CLOSED, statement_mails)
    dispute_mails.register()


def statement_mails(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write a statement to the team's heads and billing contacts, each in their language."""
    found = Statement.objects.select_related("team", "issuer__organisation")
    statement = found.filter(pk=payload["statement"]).first()
    if statement is None:
        return []
    memberships = Membership.objects.current(now.date()).filter(
        team=statement.team_id, role__in=TOLD, user__is_active=True
    )
    return [
        _mail(statement, membership.user)
        for membership in memberships.select_related("user").order_by("user_id")
    ]


def _mail(statement: Statement, reader: User) -> Mail:
    with override(reader.language):
        return mail_of(_letter(statement), address=reader.email, language=reader.language)


def _letter(statement: Statement) -> Letter:
    month = date_format(statement.month, pgettext("date format, month", "F Y"))
    team = statement.team.name
    issuer = statement.issuer
    lines = len(charges_together(Charge.objects.filter(statement_lines__statement=statement)))
    return Letter(
        subject=(
            _("Statement of %(month)s from %(issuer)s: %(team)s")
            if issuer
            else _("Statement of %(month)s: %(team)s")
        )
        % {"month": month, "issuer": issuer, "team": team},
        title=(
            _("Statement of %(month)s from %(issuer)s")
            if issuer
            else _("The platforms' statement of %(month)s")
        )
        % {"month": month, "issuer": issuer},
        lines=(
            ngettext(
                "%(count)d line for %(team)s, %(total)s before VAT.",
                "%(count)d lines for %(team)s, %(total)s before VAT.",
                lines,
            )
            % {
                "count": lines,
                "team": team,
                "total": money_text(statement.total_cents),
            },
            _disputing(statement),
        ),
        facts=tuple(_facts(statement)),
        link=Link(
            label=_("See the statement"), url=f"{settings.SITE_URL}/statements/{statement.pk}/"
        ),
        why=_("You receive this because you look after the money of this team."),
    )


def _disputing(statement: Statement) -> str:
    """Say until when lines can be disputed, as many days as the issuer gives."""
    if statement.issuer is None:
        return _("This is not an invoice. If a line is wrong, write to the platform it is from.")
    last_day = centre_day(statement.closed_at) + dt.timedelta(days=statement.issuer.dispute_days)
    said = _("This is not an invoice. Until %(day)s a wrong line can be disputed on its page.")
    return said % {"day": day_text(last_day)}


def _facts(statement: Statement) -> list[Fact]:
    totals = statement.totals.select_related("facility", "account").order_by(
        "facility__name", "account__reference", "tier", "vat_category"
    )
    return [
        Fact(
            label=total.facility.localized_name,
            value=" · ".join(
                part
                for part in (
                    money_text(total.amount_cents),
                    str(total.account or ""),
                    total.get_tier_display(),
                    total.get_vat_category_display(),
                )
                if part
            ),
        )
        for total in totals
    ]

"""The mail that tells managers how much of an instrument's year companies have booked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings.industry_time import TOPIC
from facilities.models import Instrument
from facilities.queries import managers_of, rules_of
from notifications import registry
from notifications.letterhead import Fact, Letter, Link, mail_of
from notifications.registry import Mail


def register() -> None:
    """Let the outbox word how industry's share rises."""
    registry.register(TOPIC, mails)


def mails(payload: Mapping[str, Any], now: dt.datetime) -> list[Mail]:
    """Write to each manager of the platform, in their language."""
    instrument = (
        Instrument.objects.select_related("facility", "rules")
        .filter(pk=payload["instrument"])
        .first()
    )
    if instrument is None:
        return []
    written = []
    for manager in managers_of(instrument.facility_id):
        with override(manager.language):
            letter = _letter(instrument, year=payload["year"], percent=payload["percent"])
            written.append(mail_of(letter, address=manager.email, language=manager.language))
    return written


def _letter(instrument: Instrument, *, year: int, percent: int) -> Letter:
    cap = rules_of(instrument).industry_cap_percent
    known = {"instrument": instrument.name, "percent": percent, "year": year}
    if cap is None:
        line = _("Nothing is refused: the rules of this instrument name no cap.")
    elif percent >= cap:
        line = _("Further bookings of companies are refused for this year.")
    else:
        line = _("From %(cap)d %% on, bookings of companies are refused.") % {"cap": cap}
    return Letter(
        subject=_("Industry on %(instrument)s: %(percent)d %% of %(year)d") % known,
        title=_("Companies have booked %(percent)d %% of %(instrument)s for %(year)d.") % known,
        lines=(_("It is their share of the open hours of the calendar year."), line),
        facts=(Fact(label=_("Platform"), value=instrument.facility.localized_name),),
        link=Link(label=_("See the statistics"), url=f"{settings.SITE_URL}/statistics/"),
        why=_("You receive this because you manage this platform."),
    )

"""The quotes of the demo centre, one in each state; the accepted one is mostly used up.

Made by the services themselves, in the order of their days, so that their numbers rise.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import Team, User
from billing.models import Quote
from billing.quotes.acceptance import Acceptance
from billing.quotes.offers import LineWish
from billing.services.account_warnings import warn_of_accounts
from billing.services.quote_answers import accept_quote, refuse_quote
from billing.services.quote_steps import expire_quotes, send_quote
from billing.services.quotes import QuoteWish, draft_quote
from bookings.availability import blocked_interval
from bookings.models import Booking
from bookings.models.booking import stored
from bookings.states import Status
from bookings.wording import day_text
from facilities.intervals import DAY, Interval, instant_of
from facilities.models import Facility, Instrument, Service
from facilities.queries import rules_of

SESSION_HOURS = Decimal("1.5")
SESSIONS, DONE, AHEAD = 12, 8, 2
LUNCH = dt.time(12)
"""When nobody else of the demo uses the imager."""


def make_quotes(
    teams: dict[str, Team],
    people: dict[str, User],
    staff: dict[str, User],
    facilities: dict[str, Facility],
    instruments: dict[str, Instrument],
    *,
    now: dt.datetime,
) -> None:
    """Make a quote that has lapsed, one accepted, one refused, one that waits, and a draft.

    The sessions of the accepted one are charged at its price, a discount taken off.
    """
    desk = _Desk(teams=teams, staff=staff, facilities=facilities)
    confocal = LineWish(instrument_id=instruments["LSM 980"].pk, sessions=4, hours=Decimal(3))
    desk.sent("MIC", "Léman Screening", "LSM 980, four sessions", [confocal], at=now - 75 * DAY)
    expire_quotes(now=now - 40 * DAY)
    _accepted(desk, people["industry"], instruments["IVIS Spectrum"], now=now)
    refused = desk.sent(
        "MIC", "Midi Discovery", "Confocal pilot, LSM 980", [confocal], at=now - 25 * DAY
    )
    refuse_quote(
        actor=people["industry"],
        quote_id=refused.pk,
        reason="The pilot moves to next year's budget.",
        now=now - 21 * DAY,
    )
    _waiting(desk, now=now)
    slides = _pieces("ICE", "slide", 60)
    desk.draft(
        "ICE", "Midi Discovery", "Pathology, 60 slides", [slides], at=now - DAY,
        project_name="PDM-021, bispecific antibodies, in vivo",
    )  # fmt: skip


def book_sessions(now: dt.datetime) -> None:
    """Put the sessions of the accepted quote on the calendar, most of them over."""
    quote = Quote.objects.get(state="accepted")
    line = quote.lines.select_related("instrument__facility").get()
    assert line.instrument is not None
    days = [*_working_days(now, DONE, back=True), *_working_days(now, AHEAD, back=False)]
    for day in days:
        _book(quote, line.instrument, day, now=now)
    warn_of_accounts(now=now)


class _Desk:
    """Who makes quotes in the demo, and for whom."""

    def __init__(
        self, *, teams: dict[str, Team], staff: dict[str, User], facilities: dict[str, Facility]
    ) -> None:
        self.teams, self.staff, self.facilities = teams, staff, facilities

    def draft(
        self, code: str, team: str, title: str, lines: list[LineWish], *, at: dt.datetime,
        note: str = "", project_name: str = "",
    ) -> Quote:  # fmt: skip
        """Make a draft by the manager of a platform."""
        return draft_quote(
            actor=self.manager(code),
            facility_id=self.facilities[code].pk,
            team_id=self.teams[team].pk,
            wish=QuoteWish(title=title, note=note, project_name=project_name),
            lines=lines,
            now=at,
        )

    def sent(
        self, code: str, team: str, title: str, lines: list[LineWish], *, at: dt.datetime,
        note: str = "", project_name: str = "",
    ) -> Quote:  # fmt: skip
        """Make a quote and send it."""
        quote = self.draft(code, team, title, lines, at=at, note=note, project_name=project_name)
        return send_quote(actor=self.manager(code), quote_id=quote.pk, now=at)

    def manager(self, code: str) -> User:
        """Return the manager of a platform."""
        return self.staff[f"manager.{code.lower()}"]


def _accepted(desk: _Desk, buyer: User, imager: Instrument, *, now: dt.datetime) -> None:
    wish = LineWish(
        instrument_id=imager.pk,
        sessions=SESSIONS,
        hours=SESSION_HOURS,
        discount_percent=Decimal(10),
    )
    quote = desk.sent(
        "TRG", "Midi Discovery", "IVIS imaging, twelve sessions", [wish], at=now - 48 * DAY,
        project_name="PDM-021, bispecific antibodies, in vivo",
    )  # fmt: skip
    accept_quote(
        actor=buyer,
        quote_id=quote.pk,
        acceptance=Acceptance(purchase_order="4500131"),
        now=now - 45 * DAY,
    )


def _waiting(desk: _Desk, *, now: dt.datetime) -> None:
    today = now.date()
    monday = today + dt.timedelta(days=14 - today.weekday())
    report = LineWish(
        description="Report: identification, quantification, figures",
        quantity=Decimal(1),
        unit_price_cents=38_400,
    )
    desk.sent(
        "PRO",
        "Midi Discovery",
        "timsTOF proteomics, 24 samples, with report",
        [_pieces("PRO", "sample", 24), report],
        at=now - 12 * DAY,
        note=f"Start in the week of {day_text(monday)}. "
        f"Samples by {day_text(monday - dt.timedelta(days=4))}.",
        project_name="PDM-017, T-cell exhaustion in solid tumours",
    )


def _pieces(code: str, service: str, count: int) -> LineWish:
    found = Service.objects.get(facility__code=code, code=service)
    return LineWish(service_id=found.pk, quantity=Decimal(count))


def _working_days(now: dt.datetime, count: int, *, back: bool) -> list[dt.date]:
    """Return every third working day before or after today, the nearest first."""
    step = dt.timedelta(days=-1 if back else 1)
    day, found = now.date() + step, list[dt.date]()
    while len(found) < count * 3:
        if day.weekday() < 5:
            found.append(day)
        day += step
    return found[::3]


def _book(quote: Quote, imager: Instrument, day: dt.date, *, now: dt.datetime) -> None:
    start = instant_of(dt.datetime.combine(day, LUNCH), imager.facility.tz)
    period = Interval(start, start + dt.timedelta(hours=float(SESSION_HOURS)))
    rules = rules_of(imager)
    blocked = blocked_interval(
        period, setup_minutes=rules.setup_minutes, cleanup_minutes=rules.cleanup_minutes
    )
    if Booking.objects.blocking_within(blocked).filter(instrument=imager).exists():
        return  # Somebody eats late; the order has one session more left.
    buyer = quote.answer.answered_by
    line_cents = quote.net_cents // SESSIONS
    Booking.objects.create(
        instrument=imager,
        status=(Status.COMPLETED if period.end <= now else Status.APPROVED).value,
        booked_for=buyer,
        created_by=buyer,
        team=quote.team,
        project=quote.project,
        account=quote.account,
        period=stored(period),
        blocked=stored(blocked),
        purpose="PDM-021, cohort B",
        estimate_cents=line_cents,
        evaluation={"approval_reasons": [], "waived": []},
        created_at=period.start - 7 * DAY,
        updated_at=min(period.end, now),
    )

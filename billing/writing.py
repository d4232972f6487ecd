"""From a finished use to its ledger rows, in memory: the services lock, load and save.

One row for each line of the price, or where a use is split one for each account and line;
a lost slot that others took has a negative row for
each line that is given back; a use that is free has one row of nothing, which says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing.costs.splitting import split_cents, split_quantity
from billing.errors import PayerMissing
from billing.holidays import public_holidays
from billing.models import Charge
from billing.prices.bands import Tariff
from billing.prices.pricing import BOOKED, RETAKEN, Line, billed_interval, refund_lines, tariff_tier
from billing.prices.units import HOUR, OPERATOR_HOUR, USE
from billing.prices.uses import manner_of, price_use
from billing.selling import SoldBy, terms_of
from bookings.models import Booking, BookingShare, UsageSession
from bookings.states import Status
from facilities.intervals import Interval

WAIVED = "waived"
NO_HOURS = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedUse:
    """A booking that is over, with all that its price depends on.

    The booking comes with its instrument, platform, team, organisation, project and
    usage; `retaken` is the time that others had of it, if it was lost. `shares` come with
    their accounts and teams, in their order, where several accounts pay.
    """

    booking: Booking
    tariffs: Sequence[Tariff]
    seller: SoldBy
    retaken: Sequence[Interval]
    shares: Sequence[BookingShare] = ()


def is_lost(booking: Booking) -> bool:
    """Say whether a slot was paid for and not used: a no-show or a late cancellation."""
    return booking.status in {Status.NO_SHOW, Status.CANCELLED}


def charges_of(use: FinishedUse, *, now: dt.datetime) -> list[Charge]:
    """Return the rows that charge a use, not yet saved.

    Raises:
        PayerMissing: the use belongs to no team.
        RateMissing: a day of it has no price for the tier.
    """
    booking = use.booking
    if booking.team is None:
        raise PayerMissing
    if booking.waived_reason:
        return [_waived(use, now)]
    lines = _lines(use)
    lines += refund_lines(lines, booked=booking.interval, retaken=use.retaken)
    return [_charge(use, now, **part) for line in lines for part in _parts(use, _priced(use, line))]


def _lines(use: FinishedUse) -> list[Line]:
    booking, facility = use.booking, use.booking.instrument.facility
    billed = billed_interval(
        booked=booking.interval,
        used=None if is_lost(booking) else used_interval(booking),
        basis=BOOKED if is_lost(booking) else facility.billed_time,
        mode=booking.instrument.mode,
    )
    return price_use(
        billed,
        tariffs=use.tariffs,
        manner=manner_of(
            tier=_tier(booking),
            mode=booking.instrument.mode,
            operator_needed=booking.operator_needed,
            bsl2=booking.bsl2,
        ),
        tz=facility.tz,
        holidays=public_holidays(range(billed.start.year - 1, billed.end.year + 2)),
    )


def used_interval(booking: Booking) -> Interval | None:
    """Return the time a session ran, or None where nobody recorded one that has ended."""
    usage: UsageSession | None = getattr(booking, "usage", None)
    if usage is None or usage.ended_at is None or usage.ended_at <= usage.started_at:
        return None
    return Interval(usage.started_at, usage.ended_at)


def _tier(booking: Booking) -> str:
    assert booking.team is not None
    return tariff_tier(
        organisation_tier=booking.team.organisation.tier,
        project_tier=booking.project.tier if booking.project else "",
    )


def _priced(use: FinishedUse, line: Line) -> dict[str, Any]:
    is_refund = line.component.startswith(RETAKEN)
    return {
        "component": line.component,
        "service_date": line.service_date,
        "period": (line.period.start, line.period.end),
        "description": _description(use.booking, line.period, _part(line)),
        "quantity": -line.quantity if is_refund else line.quantity,
        "unit": line.unit,
        "unit_price_cents": line.unit_price_cents,
        "percent": line.percent,
        "amount_cents": line.amount_cents,
        "price_list_id": line.price_list_id,
        "contract_id": line.contract_id,
    }


def _parts(use: FinishedUse, priced: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the row of a line, or one for each share: together the line, to the cent.

    A part belongs to the team of the account that pays it, which reads and settles it.
    """
    if not use.shares:
        yield priced
        return
    percents = [share.percent for share in use.shares]
    quantities = split_quantity(priced["quantity"], percents)
    amounts = split_cents(priced["amount_cents"], percents)
    for number, share in enumerate(use.shares):
        yield priced | {
            "component": f"{priced['component']}.a{number + 1}",
            "team": share.account.team,
            "account_id": share.account_id,
            "quantity": quantities[number],
            "amount_cents": amounts[number],
        }


def _part(line: Line) -> str:
    """Name which part of the price it is, as shortly as bands are named."""
    if line.unit == OPERATOR_HOUR:
        return "op."
    if line.unit == USE and not line.name:
        return "min."
    return line.band or line.name


def _waived(use: FinishedUse, now: dt.datetime) -> Charge:
    booking = use.booking
    period = booking.interval
    tz = booking.instrument.facility.tz
    return _charge(
        use,
        now,
        component=WAIVED,
        service_date=period.start.astimezone(tz).date(),
        period=(period.start, period.end),
        description=_description(booking, period, ""),
        quantity=NO_HOURS,
        unit=HOUR,
        unit_price_cents=0,
        amount_cents=0,
        reason=booking.waived_reason,
    )


def _charge(use: FinishedUse, now: dt.datetime, **fields: Any) -> Charge:
    booking = use.booking
    assert booking.team is not None
    terms = terms_of(team=booking.team, project=booking.project, seller=use.seller)
    paid = {"team": booking.team, "account_id": booking.account_id}
    return Charge(
        source=Charge.Source.BOOKING,
        source_id=booking.pk,
        booking=booking,
        facility=booking.instrument.facility,
        issuer_id=terms.issuer_id,
        instrument=booking.instrument,
        organisation=booking.team.organisation,
        project=booking.project,
        tier=terms.tier,
        vat_category=terms.rule.category,
        vat_percent=terms.rule.percent,
        vat_exemption=terms.rule.exemption,
        created_at=now,
        **(paid | fields),
    )


def _description(booking: Booking, period: Interval, band: str) -> str:
    """Name what is charged in words of no language: the ledger is read in several."""
    tz = booking.instrument.facility.tz
    start, end = period.start.astimezone(tz), period.end.astimezone(tz)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    parts = [booking.instrument.name, f"{start:%Y-%m-%d %H:%M}–{until}", band]
    return " · ".join(part for part in parts if part)

"""The same numbers as tables, for a file."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from billing.figures import Figures
from billing.occupancy import HOURS, percent_of
from billing.spreadsheets import Sheet
from web.download import Cell


def sheets_of(figures: Figures) -> list[Sheet]:
    """Return all tables of the page."""
    found = [by_instrument(figures), by_hour(figures)]
    if figures.sees_income:
        found.append(by_tier(figures))
    return [*found, by_industry(figures)]


def by_instrument(figures: Figures) -> Sheet:
    """Return hours, sessions and income of each instrument."""
    return Sheet(
        title=_("Instruments"),
        head=(
            _("Platform"),
            _("Instrument"),
            _("Open hours"),
            _("Booked hours"),
            _("Used hours"),
            _("Billed hours"),
            _("Booked share in per cent"),
            _("Sessions"),
            _("No-shows"),
            _("Billed in euros, excl. VAT"),
        ),
        rows=_instrument_rows(figures),
    )


def _instrument_rows(figures: Figures) -> Iterator[tuple[Cell, ...]]:
    for line in figures.lines:
        sums = line.sums
        yield (
            line.instrument.facility.code,
            line.instrument.name,
            _hours(sums.open),
            _hours(sums.booked),
            _hours(sums.used),
            None if sums.billed is None else _hours(sums.billed),
            _percent(sums.percent),
            sums.sessions,
            sums.no_shows,
            None if sums.cents is None else _euros(sums.cents),
        )


def by_hour(figures: Figures) -> Sheet:
    """Return open and booked hours by weekday and hour."""
    return Sheet(
        title=_("Hours of the week"),
        head=(_("Weekday"), _("Hour"), _("Open hours"), _("Booked hours"), _("Share in per cent")),
        rows=[
            (
                str(WEEKDAYS[weekday]),
                hour,
                _hours(figures.open_hours[weekday][hour]),
                _hours(figures.booked_hours[weekday][hour]),
                _percent(
                    percent_of(
                        figures.booked_hours[weekday][hour], figures.open_hours[weekday][hour]
                    )
                ),
            )
            for weekday in range(7)
            for hour in range(HOURS)
        ],
    )


def by_tier(figures: Figures) -> Sheet:
    """Return what came in by tier."""
    return Sheet(
        title=_("Tiers"),
        head=(_("Tier"), _("Name"), _("Billed in euros, excl. VAT"), _("Share in per cent")),
        rows=[
            (tier.tier, tier.name, _euros(tier.cents), _percent(tier.percent))
            for tier in figures.tiers
        ],
    )


def by_industry(figures: Figures) -> Sheet:
    """Return industry's share of each instrument in the year."""
    return Sheet(
        title=_("Industry %(year)s") % {"year": figures.year},
        head=(_("Instrument"), _("Open hours"), _("Industry hours"), _("Share in per cent")),
        rows=[
            (
                share.instrument.name,
                _hours(share.open),
                _hours(share.minutes),
                _percent(share.percent),
            )
            for share in figures.shares
        ],
    )


def _hours(minutes: int) -> Decimal:
    return round(Decimal(minutes) / 60, 2)


def _percent(percent: float | None) -> Decimal | None:
    return None if percent is None else round(Decimal(percent), 1)


def _euros(cents: int) -> Decimal:
    return Decimal(cents) / 100

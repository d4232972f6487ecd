"""The ways out that a refusal proposes: each can be taken with one press of a button."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.violations import Violation
from bookings.wording import span_text
from facilities.intervals import Interval
from web.booking.offers import Offer, account_name
from web.forms.booking import BookingForm

MOST = 3
NOT_BEFORE, BEFORE = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2000, 2200))

BY_OPERATOR = frozenset({"not_qualified", "operator_needed"})
BY_ACCOUNT = frozenset(
    {
        "account_exceeded",
        "account_not_valid",
        "account_not_usable",
        "account_required",
        "member_limit",
    }
)
BY_PROJECT = frozenset({"project_not_open", "project_not_usable", "project_required"})
EMPTIED = {
    "patient_data": ("purpose", gettext_lazy("Empty the purpose")),
    "no_such_unit": ("unit", gettext_lazy("Take any that is free")),
}
SETTABLE = frozenset({"operator_needed", "account", "project", "purpose", "unit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A button: another time, or another value of a field. `value` is what it sends."""

    text: str
    value: str
    name: str = "try"


def ways_out(
    violations: Sequence[Violation],
    *,
    form: BookingForm,
    offer: Offer,
    wanted: Interval,
    tz: dt.tzinfo,
) -> dict[str, list[WayOut]]:
    """Return for each field of the form what its broken rules propose."""
    found: dict[str, list[WayOut]] = {}
    off_step = [violation for violation in violations if violation.code == "off_step"]
    for violation in violations:
        name = form.place_of(violation.field) or ""
        proposed = (
            _on_step(off_step, wanted) if violation in off_step else _proposed(violation, wanted)
        )
        ways = [way_to(period, tz=tz) for period in proposed]
        ways += _other_values(violation, form, offer)
        known = {way for others in found.values() for way in others}
        for way in ways:
            if way not in known and len(found.setdefault(name, [])) < MOST:
                found[name].append(way)
    return found


def way_to(period: Interval, *, tz: dt.tzinfo) -> WayOut:
    """Return a time to choose instead."""
    return WayOut(
        text=span_text(period.start.astimezone(tz), period.end.astimezone(tz)),
        value=f"{period.start.isoformat()}/{period.end.isoformat()}",
    )


def period_in(value: str) -> Interval | None:
    """Return the time that a button sent back; None for what is no time."""
    first, _slash, last = value.partition("/")
    try:
        period = Interval(dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last))
    except ValueError:
        return None
    return period if period.start >= NOT_BEFORE and period.end < BEFORE else None


def value_in(sent: str) -> tuple[str, str] | None:
    """Return the field and value that a button sent back; None for what names no such field."""
    name, colon, value = sent.partition(":")
    return (name, value) if colon and name in SETTABLE else None


def _other_values(violation: Violation, form: BookingForm, offer: Offer) -> Iterator[WayOut]:
    if violation.code in BY_OPERATOR and not form.cleaned_data.get("operator_needed"):
        yield _set("operator_needed", "on", _("Ask for an operator"))
    elif violation.code in BY_ACCOUNT:
        others = offer.accounts_of(str(form["project"].value() or ""))
        names = {str(one.pk): account_name(one) for one in others}
        yield from _others("account", names, form, _("Pay with %(name)s"))
    elif violation.code in BY_PROJECT:
        names = dict(offer.project_choices)
        yield from _others("project", names, form, _("Use %(name)s"))
    elif violation.code in EMPTIED:
        field, text = EMPTIED[violation.code]
        yield _set(field, "", str(text))


def _others(field: str, names: Mapping[str, str], form: BookingForm, text: str) -> Iterator[WayOut]:
    chosen = str(form[field].value() or "")
    for key, name in names.items():
        if key != chosen:
            yield _set(field, key, text % {"name": name})


def _set(field: str, value: str, text: str) -> WayOut:
    return WayOut(name="set", value=f"{field}:{value}", text=text)


def _proposed(violation: Violation, wanted: Interval) -> Iterator[Interval]:
    data = violation.data
    if isinstance(sessions := data.get("sessions"), Sequence):
        for start, end in sessions:
            yield from _between(start, end)
    if isinstance(end_by := data.get("end_by"), dt.datetime):
        yield from _between(wanted.start, end_by)
    if isinstance(earliest := data.get("earliest"), dt.datetime):
        yield from _between(earliest, earliest + (wanted.end - wanted.start))


def _on_step(off: Sequence[Violation], wanted: Interval) -> Iterator[Interval]:
    """Propose the steps around a time that misses them: both ends outward, both inward."""
    moments = {violation.field: violation.data for violation in off}
    for start_side, end_side in (("earlier", "later"), ("later", "earlier")):
        start = moments.get("start", {}).get(start_side, wanted.start)
        end = moments.get("end", {}).get(end_side, wanted.end)
        yield from _between(start, end)


def _between(start: dt.datetime, end: dt.datetime) -> Iterator[Interval]:
    if end > start:
        yield Interval(start.astimezone(dt.UTC), end.astimezone(dt.UTC))

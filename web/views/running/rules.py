"""The rules of each instrument, and what others would have refused last month."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bookings.rehearsal import Rehearsal, rehearsal
from bookings.wording import length_text, span_text
from facilities.queries import rules_of
from facilities.services import set_rules
from facilities.services.rules import RULES
from facilities.versions import seen_as
from web.people import PageRequest
from web.running.rules import CODES, RulesForm, typed_rules
from web.views.running.scope import attempted, instrument_of, platform_page, shown

MOST = 50
LENGTHS = (
    "step_minutes",
    "shortest_minutes",
    "longest_minutes",
    "notice_minutes",
    "person_weekly_minutes",
    "free_cancellation_minutes",
    "no_show_minutes",
)


@require_safe
@platform_page
def index(request: PageRequest, facility: Any) -> HttpResponse:
    """Show the rules of every instrument beside each other."""
    instruments = facility.instruments.select_related("rules").exclude(state="retired")
    rows = [
        (instrument, rules_of(instrument), _lengths(rules_of(instrument)), _waiting(instrument))
        for instrument in instruments.order_by("name", "pk")
    ]
    return shown(request, facility, "rules", {"rows": rows})


def _lengths(rules: Any) -> dict[str, str]:
    lengths = {name: getattr(rules, name) for name in LENGTHS}
    return {name: length_text(value) if value else "–" for name, value in lengths.items()}


def _waiting(instrument: Any) -> str:
    """Say which bookings of an instrument wait for a decision."""
    rules = rules_of(instrument)
    if rules.approval_always or instrument.mode == "request_only":
        return _("every booking")
    first = rules.approval_first_sessions
    said = [
        (rules.approval_for_industry, _("industry")),
        (first, ngettext("first session", "first %(count)d sessions", first) % {"count": first}),
        (
            rules.approval_over_minutes,
            _("over %(length)s") % {"length": length_text(rules.approval_over_minutes or 0)},
        ),
        (rules.approval_at_night, _("nights")),
    ]
    return ", ".join(word for applies, word in said if applies) or "–"


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def edit(request: PageRequest, facility: Any, instrument_id: int) -> HttpResponse:
    """Change the rules of an instrument, or rehearse them on last month's bookings."""
    instrument = instrument_of(facility, instrument_id)
    known = rules_of(instrument)
    context: dict[str, Any] = {"instrument": instrument}
    if request.method != "POST":
        form = RulesForm(initial={**typed_rules(known), "seen": seen_as(known, RULES)})
        return shown(request, facility, "rules_form", {**context, "form": form})
    form = RulesForm(request.POST)
    if not form.is_valid():
        return shown(request, facility, "rules_form", {**context, "form": form}, status=422)
    if "rehearse" in request.POST:
        tried = rehearsal(instrument=instrument, rules=form.rules(), now=timezone.now())
        context |= {"form": form, "tried": tried, "told": _told(tried, facility)}
        return shown(request, facility, "rules_form", context)

    def step() -> str:
        set_rules(
            actor=request.viewer.user,
            instrument_id=instrument_id,
            rules=form.rules(),
            seen=form.cleaned_data["seen"],
        )
        return _("Rules of %(name)s saved.") % {"name": instrument.name}

    if done := attempted(request, step, form, to="platform_rules", code=facility.code):
        return done
    context["form"] = form
    return shown(request, facility, "rules_form", context, status=form.refused_with)


def _told(tried: Rehearsal, facility: Any) -> dict[str, Any]:
    """Return a rehearsal in words: by rule, and booking by booking."""
    rows = [
        {
            "id": each.booking.pk,
            "person": str(each.booking.booked_for or ""),
            "team": each.booking.team.name if each.booking.team else "",
            "when": span_text(
                each.booking.interval.start.astimezone(facility.tz),
                each.booking.interval.end.astimezone(facility.tz),
            ),
            "why": [violation.detail for violation in each.violations],
        }
        for each in tried.refused[:MOST]
    ]
    return {
        "rows": rows,
        "by_rule": [(CODES[code], count) for code, count in tried.by_code],
        "first": tried.period.start.astimezone(facility.tz).date(),
        "more": max(len(tried.refused) - MOST, 0),
    }

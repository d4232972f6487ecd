"""The rules of an instrument as short sentences, for those who will book it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.wording import length_text
from facilities.queries import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSaid:
    """A rule: what it is about, and what it says."""

    about: str
    text: str


def rules_said(instrument: Any) -> list[RuleSaid]:
    """Return the rules of an instrument in words, what everybody meets first."""
    rules = rules_of(instrument)
    said = [
        *_of_time(rules),
        *_of_decisions(rules),
        *_of_limits(rules),
        *_of_the_end(rules),
    ]
    return [RuleSaid(about=about, text=text) for about, text in said]


def _of_time(rules: Any) -> Iterator[tuple[str, str]]:
    yield (
        _("Length"),
        _("%(shortest)s to %(longest)s, in steps of %(step)s")
        % {
            "shortest": length_text(rules.shortest_minutes),
            "longest": length_text(rules.longest_minutes),
            "step": length_text(rules.step_minutes),
        },
    )
    yield (
        _("Ahead"),
        ngettext("up to %(days)d day", "up to %(days)d days", rules.horizon_days)
        % {"days": rules.horizon_days},
    )
    if rules.notice_minutes:
        yield _("Notice"), length_text(rules.notice_minutes)
    if rules.setup_minutes:
        yield _("Set-up"), _("%(length)s before") % {"length": length_text(rules.setup_minutes)}
    if rules.cleanup_minutes:
        length, doubled = rules.cleanup_minutes, 2 * rules.cleanup_minutes
        yield (
            _("Clean-up"),
            _("%(length)s after, %(doubled)s with BSL-2")
            % {"length": length_text(length), "doubled": length_text(doubled)},
        )


def _of_decisions(rules: Any) -> Iterator[tuple[str, str]]:
    reasons = list(_decided(rules))
    if rules.approval_always:
        reasons = [_("every booking")]
    if reasons:
        yield _("Decided by the platform"), ", ".join(reasons)


def _decided(rules: Any) -> Iterator[str]:
    if rules.approval_first_sessions:
        yield ngettext(
            "your first session", "your first %(count)d sessions", rules.approval_first_sessions
        ) % {"count": rules.approval_first_sessions}
    if rules.approval_for_industry:
        yield _("industry")
    if rules.approval_over_minutes:
        yield _("more than %(length)s") % {"length": length_text(rules.approval_over_minutes)}
    if rules.approval_at_night:
        yield _("nights and weekends without the after-hours level")


def _of_limits(rules: Any) -> Iterator[tuple[str, str]]:
    if rules.person_weekly_minutes:
        length = length_text(rules.person_weekly_minutes)
        yield _("Per week"), _("%(length)s for each person") % {"length": length}
    if rules.team_weekly_minutes:
        length = length_text(rules.team_weekly_minutes)
        yield _("Per week and team"), length


def _of_the_end(rules: Any) -> Iterator[tuple[str, str]]:
    length = length_text(rules.free_cancellation_minutes)
    yield _("Free to cancel"), _("until %(length)s before") % {"length": length}
    if rules.no_show_minutes is not None:
        length = length_text(rules.no_show_minutes)
        yield (
            _("To start"),
            _("within %(length)s, or the time is billed as missed") % {"length": length},
        )

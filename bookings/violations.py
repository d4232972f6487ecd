"""What a booking can break, and how it is said: stable codes, fields and sentences.

Which rule is broken is judged in policy.py. Each sentence says what is so, then the way
out; the same one stands on the page, in the API and in the mail.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.wording import (
    date_text,
    day_text,
    length_text,
    moment_text,
    money_text,
    month_text,
    spans_text,
)

OVERRIDABLE = frozenset(
    {
        "outside_opening_hours",
        "not_whole_session",
        "off_step",
        "too_short",
        "too_long",
        "beyond_horizon",
        "too_little_notice",
        "closed",
        "person_weekly_hours",
        "team_weekly_hours",
    }
)
"""What a manager may set aside, with a reason: when, how long and how much of it.

Not theirs to waive: training (it protects people and is granted, not excused), money and
projects (they belong to the payer), patient data (the law). A stopped instrument is set
working first, and past use is recorded as use, so neither needs an exception.
"""

# The first sentence whose blanks can all be filled is said; "/case" picks a variant.
SENTENCES: dict[str, tuple[Promise, ...]] = {
    "in_the_past": (_("This time has passed. Choose a later one."),),
    "outside_opening_hours": (
        _("Not open for all of this time. Open: %(opening)s."),
        _("Not open at this time. Choose a time within the opening hours."),
    ),
    "not_whole_session": (_("Booked here by whole sessions only. Take %(sessions)s."),),
    "off_step": (
        _("Bookings start and end on a step of %(step_minutes)s. Take %(earlier)s or %(later)s."),
    ),
    "too_short": (
        _(
            "This lasts %(asked_minutes)s, the shortest booking %(shortest_minutes)s."
            " End at %(end_by)s or later."
        ),
    ),
    "too_long": (
        _(
            "This lasts %(asked_minutes)s, the longest booking %(longest_minutes)s."
            " End by %(end_by)s."
        ),
    ),
    "beyond_horizon": (
        _("Bookings are open until %(until)s for now. Choose an earlier time, or come back later."),
    ),
    "too_little_notice": (
        _("Bookings are made at least %(notice_minutes)s ahead. Start on %(earliest)s or later."),
    ),
    "closed": (_("Closed: %(closure)s. Choose a time before or after."),),
    "instrument_out_of_service": (
        _("This instrument is out of service. Choose another, or wait until it works again."),
    ),
    "instrument_out_of_service/retired": (
        _("This instrument is no longer in use. Choose another one."),
    ),
    "person_weekly_hours": (
        _(
            "The week of %(week)s would hold %(total_minutes)s of the %(limit_minutes)s"
            " one person may book. End by %(end_by)s."
        ),
        _(
            "The week of %(week)s would hold %(total_minutes)s of the %(limit_minutes)s"
            " one person may book. Choose another week."
        ),
    ),
    "team_weekly_hours": (
        _(
            "The week of %(week)s would hold %(total_minutes)s of the %(limit_minutes)s"
            " one team may book. End by %(end_by)s."
        ),
        _(
            "The week of %(week)s would hold %(total_minutes)s of the %(limit_minutes)s"
            " one team may book. Choose another week."
        ),
    ),
    "not_qualified": (
        _(
            "This instrument takes a qualification that is valid on that day."
            " Ask for training, or book with an operator."
        ),
    ),
    "operator_needed": (_("An operator attends this session. Ask for one with the booking."),),
    "operator_needed/supervised": (
        _("Until training is complete an operator attends. Ask for one with the booking."),
    ),
    "industry_share_reached": (
        _(
            "Companies may book %(cap_minutes)s of this instrument in %(year)s, %(left_minutes)s"
            " are left. Choose another instrument."
        ),
    ),
    "project_required": (_("This instrument is booked for a project. Choose one."),),
    "project_not_usable": (
        _("This project is not open to the person booked for. Choose another project."),
    ),
    "project_not_open": (
        _("This project is not open on that day. Choose another project, or another day."),
    ),
    "account_required": (_("Somebody pays for this booking. Choose an account."),),
    "account_not_usable": (_("This account cannot pay for this booking. Choose another account."),),
    "account_not_valid": (
        _(
            "This account is valid from %(valid_from)s until %(valid_until)s."
            " Choose another account, or another day."
        ),
        _(
            "This account is valid until %(valid_until)s."
            " Choose another account, or an earlier day."
        ),
        _("This account is valid from %(valid_from)s. Choose another account, or a later day."),
        _("This account is not valid on that day. Choose another account, or another day."),
    ),
    "account_exceeded": (
        _(
            "This account has %(left_cents)s left, this booking costs %(estimate_cents)s."
            " Use another account."
        ),
    ),
    "member_limit": (
        _(
            "You may spend %(limit_cents)s on this account in %(month)s, %(spent_cents)s are"
            " spent or booked, this costs %(estimate_cents)s. Ask %(ask)s, or use another account."
        ),
        _(
            "You may spend %(limit_cents)s on this account in %(month)s, %(spent_cents)s are"
            " spent or booked, this costs %(estimate_cents)s. Use another account."
        ),
    ),
    "split_stands": (
        _(
            "Several accounts pay for this booking, each its share. Take the split back before"
            " changing who pays, the month, or anything that makes it dearer."
        ),
    ),
    "no_such_unit": (_("This instrument has %(units)s units. Choose one of them."),),
    "slot_taken": (_("Taken by another booking. Choose another time."),),
    "patient_data/nir": (
        _("This looks like a social security number. Remove it: no patient data here."),
    ),
    "patient_data/ipp": (
        _("This looks like a hospital patient number. Remove it: no patient data here."),
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a booking would break.

    `field` is named as in the API. `data` holds plain values: lengths in keys that end in
    `_minutes`, sums in `_cents`, instants in the facility's time zone.
    """

    code: str
    field: str
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def detail(self) -> str:
        """Say what is so and the way out, in the language that is active."""
        shown = {key: _shown(key, value) for key, value in self.data.items()}
        case = f"{self.code}/{self.data.get('case')}"
        sentences = SENTENCES[case] if case in SENTENCES else SENTENCES[self.code]
        for sentence in sentences:
            try:
                return str(sentence) % shown
            except KeyError:
                continue
        raise LookupError(f"no sentence for {self.code} can be said with {sorted(self.data)}")

    @property
    def is_overridable(self) -> bool:
        """Whether a manager may set the rule aside, with a reason."""
        return self.code in OVERRIDABLE


def _shown(key: str, value: object) -> str:
    if key.endswith("_minutes") and isinstance(value, int):
        return length_text(value)
    if key.endswith("_cents") and isinstance(value, int):
        return money_text(value)
    if isinstance(value, datetime):
        return moment_text(value)
    if key == "month" and isinstance(value, date):
        return month_text(value)
    if isinstance(value, date):
        return date_text(value) if key.startswith("valid_") else day_text(value)
    if isinstance(value, tuple):
        return spans_text(value)
    return str(value)

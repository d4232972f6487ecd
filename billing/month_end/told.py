"""An issuer's statements of a month, and one line by line, as the team and the platform read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from accounts.models import Membership, User
from billing.documents.days_together import charge_row, standing_uses_of
from billing.documents.together import Together, together
from billing.models import Charge, Dispute, Issuer, Statement
from billing.month_end.stating import centre_day, with_last_day
from billing.permissions import MONEY_ROLES, statements_visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A charge on a statement: until when it may be disputed, and the last dispute of it."""

    charge: Charge
    last_day: dt.date | None
    dispute: Dispute | None
    is_disputable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLine:
    """What a statement states on one line; days of a standing use are stated together."""

    stated: Together[Line]

    @property
    def is_disputable(self) -> bool:
        """Whether any of its charges may be disputed."""
        return any(row.what.is_disputable for row in self.stated.rows)

    @property
    def is_disputed(self) -> bool:
        """Whether a dispute of any of its charges is open."""
        disputes = (row.what.dispute for row in self.stated.rows)
        return any(one is not None and one.state == Dispute.State.OPEN for one in disputes)


def statements_of(
    user: User, *, issuer: Issuer, month: dt.date, on: dt.date
) -> QuerySet[Statement]:
    """Return those of an issuer's statements of a month that a person sees, by team."""
    visible = statements_visible_to(user, on=on).filter(issuer=issuer, month=month)
    return visible.select_related("team").order_by("team__name", "pk")


def stated_lines(lines: Sequence[Line]) -> list[StatedLine]:
    """Return the charges of a statement as its page states them, in one query at most."""
    uses = standing_uses_of(line.charge for line in lines)
    rows = (charge_row(line.charge, line, use=uses.get(line.charge.pk)) for line in lines)
    return [StatedLine(stated=stated) for stated in together(rows)]


def lines_of(statement: Statement, *, now: dt.datetime) -> list[Line]:
    """Return a statement's lines by day, in three queries."""
    today = centre_day(now)
    charges = (
        with_last_day(Charge.objects.filter(statement_lines__statement=statement))
        .select_related("facility", "instrument", "account", "project", "booking__booked_for")
        .prefetch_related(
            Prefetch("disputes", Dispute.objects.select_related("answered_by").order_by("-id")),
            "reversals",
        )
        .order_by("service_date", "pk")
    )
    return [_line(charge, charge.last_day, today) for charge in charges]  # type: ignore[attr-defined]


def may_dispute_lines(user: User, statement: Statement, *, on: dt.date) -> bool:
    """Say whether a person disputes lines of a statement for its team."""
    seats = Membership.objects.current(on).filter(user=user, team=statement.team_id)
    return user.is_active and seats.filter(role__in=MONEY_ROLES).exists()


def _line(charge: Charge, last_day: dt.date | None, today: dt.date) -> Line:
    dispute = next(iter(charge.disputes.all()), None)
    is_open = dispute is not None and dispute.state == Dispute.State.OPEN
    is_undone = charge.reverses_id is not None or bool(charge.reversals.all())
    in_time = last_day is not None and last_day >= today
    return Line(
        charge=charge,
        last_day=last_day,
        dispute=dispute,
        is_disputable=in_time and not is_open and not is_undone,
    )

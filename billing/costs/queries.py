"""Staff time and costs passed on: who sees them, and which of them were taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from accounts.models import FundingAccount, Project, Team, User
from accounts.permissions import is_administrator, team_ids_of
from billing.models import Charge, PassThrough, StaffTime
from billing.permissions import LEDGER_ROLES, MONEY_ROLES
from billing.prices.pricing import TEN_THOUSANDTH, rounded
from facilities.models import Facility, FacilityStaff, Service
from facilities.permissions import RUNNING_ROLES, facility_ids_run_by, runs

STAFF_UNITS = ("hour", "staff-hour")
"""Units of the services by which staff time is charged."""

TIME, COST = "time", "cost"
WATCHING_ROLES = tuple({*RUNNING_ROLES, *LEDGER_ROLES})
COMPONENTS = {Charge.Source.STAFF_TIME: TIME, Charge.Source.PASS_THROUGH: COST}


@dataclass(frozen=True, slots=True, kw_only=True)
class For:
    """For whom it was, on which day of the platform's calendar, and which account pays."""

    facility_id: int
    team_id: int
    project_id: int | None
    account_id: int
    day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A file as it came: its name is not believed, its bytes are."""

    name: str
    content: bytes


def cost_of_minutes(minutes: int, hourly_cents: int) -> int:
    """Return what some minutes cost at an hourly price: rounded half up, once."""
    return rounded(Fraction(minutes * hourly_cents, 60))


def hours_of(minutes: int) -> Decimal:
    """Return minutes as hours to four places, as they are printed."""
    return (Decimal(minutes) / 60).quantize(TEN_THOUSANDTH, ROUND_HALF_UP)


def may_charge_for(actor: User, facility_id: int) -> bool:
    """Say whether a person charges work and costs of a platform: who runs it; the centre."""
    return is_administrator(actor) or runs(actor, facility_id)


def staff_times_visible_to(user: User, *, on: dt.date) -> QuerySet[StaffTime]:
    """Return the staff time a person may see, with what is said of it and its charge.

    That of the teams whose money they look after, and of the platforms they run or keep
    the accounts of; all for an administrator.
    """
    rows = StaffTime.objects.select_related(
        "facility", "team", "project", "account", "person", "service"
    ).annotate(**_of_charge(Charge.Source.STAFF_TIME))
    return rows if is_administrator(user) else rows.filter(_theirs(user, on=on))


def costs_visible_to(user: User, *, on: dt.date) -> QuerySet[PassThrough]:
    """Return the costs passed on that a person may see, without their receipts; as above."""
    rows = (
        PassThrough.objects.select_related("facility", "team", "project", "account", "recorded_by")
        .defer("receipt")
        .annotate(**_of_charge(Charge.Source.PASS_THROUGH))
    )
    return rows if is_administrator(user) else rows.filter(_theirs(user, on=on))


def _theirs(user: User, *, on: dt.date) -> Q:
    return Q(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES)) | Q(
        facility__in=facility_ids_run_by(user, *WATCHING_ROLES)
    )


def _of_charge(source: str) -> dict[str, Subquery | Exists]:
    charged = Charge.objects.filter(
        source=source, source_id=OuterRef("pk"), component=COMPONENTS[Charge.Source(source)]
    )
    first = charged.filter(reversal_no=0)
    return {
        "charge_id": Subquery(first.values("pk")[:1]),
        "amount_cents": Subquery(first.values("amount_cents")[:1], output_field=IntegerField()),
        "unit_price_cents": Subquery(
            first.values("unit_price_cents")[:1], output_field=IntegerField()
        ),
        "is_taken_back": Exists(charged.filter(reversal_no__gt=0)),
        "taken_back_reason": Subquery(charged.filter(reversal_no__gt=0).values("reason")[:1]),
    }


def facilities_charged_by(user: User) -> QuerySet[Facility]:
    """Return the platforms whose work and costs a person may charge."""
    if is_administrator(user):
        return Facility.objects.filter(is_active=True)
    return Facility.objects.filter(pk__in=facility_ids_run_by(user, *RUNNING_ROLES), is_active=True)


def hourly_services(*facility_ids: int) -> QuerySet[Service]:
    """Return the services of platforms by which staff time is charged."""
    return (
        Service.objects.filter(facility__in=facility_ids, unit__in=STAFF_UNITS, is_active=True)
        .select_related("facility")
        .order_by("name", "pk")
    )


def people_of(*facility_ids: int) -> QuerySet[User]:
    """Return who works on platforms, by name."""
    roles = FacilityStaff.objects.filter(facility__in=facility_ids)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by(
        "last_name", "first_name", "pk"
    )


def teams_charged() -> QuerySet[Team]:
    """Return the teams that a platform may work for, by name."""
    return (
        Team.objects.filter(is_active=True, organisation__is_active=True)
        .select_related("organisation")
        .order_by("name", "pk")
    )


def projects_charged(team_id: int, *, on: dt.date) -> QuerySet[Project]:
    """Return the projects of a team that are open on a day."""
    return Project.objects.filter(
        _open("starts_on", "ends_on", on=on), team=team_id, is_active=True
    ).order_by("name", "pk")


def accounts_charged(team_id: int, *, on: dt.date) -> QuerySet[FundingAccount]:
    """Return the accounts of a team that are valid on a day."""
    return FundingAccount.objects.filter(
        _open("valid_from", "valid_until", on=on), team=team_id, is_active=True
    ).order_by(F("reference"), "pk")


def _open(first: str, last: str, *, on: dt.date) -> Q:
    return (Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": on})) & (
        Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": on})
    )

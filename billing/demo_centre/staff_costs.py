"""Staff time, a cost passed on, a booking that two accounts pay, and a confidential project."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import FundingAccount, Project, Team, User
from accounts.services import allow_account
from billing.costs.queries import For, Receipt
from billing.models import Charge
from billing.services.splitting import Share, split_use
from billing.services.staff_costs import pass_cost_on, record_staff_time
from bookings.models import Booking
from bookings.states import Status
from facilities.models import Service

RECEIPT = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
SECOND = "LIGUE-2026-14"
CONFIDENTIAL = ("Degrader of an undisclosed kinase", "PDM-9")


def make_staff_costs(
    teams: dict[str, Team], people: dict[str, User], staff: dict[str, User], *, now: dt.datetime
) -> None:
    """Make a little of each, around today."""
    _record(teams, staff, now)
    _share(teams["Roux"], people, now)
    name, code = CONFIDENTIAL
    Project.objects.create(
        team=teams["Midi Discovery"],
        name=name,
        code=code,
        kind=Project.Kind.INDUSTRY,
        is_confidential=True,
    )


def _record(teams: dict[str, Team], staff: dict[str, User], now: dt.datetime) -> None:
    manager = staff["manager.cyt"]
    service = Service.objects.get(facility__code="CYT", code="analysis")
    day = now.date() - dt.timedelta(days=1)
    for name, minutes, what in (
        ("Roux", 95, "Gating strategy for the 18-colour panel"),
        ("Midi Discovery", 50, "Report on the sorted populations"),
    ):
        record_staff_time(
            actor=manager,
            what_for=_for(teams[name], service.facility_id, day),
            service_id=service.pk,
            person_id=manager.pk,
            minutes=minutes,
            what=what,
            now=now,
        )
    pass_cost_on(
        actor=manager,
        what_for=_for(teams["Midi Discovery"], service.facility_id, day),
        net_cents=14_260,
        nature="service",
        receipt=Receipt(name="Dry ice courier.pdf", content=RECEIPT),
        what="Dry ice courier to Toulouse",
        now=now,
    )


def _for(team: Team, facility_id: int, day: dt.date) -> For:
    account = FundingAccount.objects.filter(team=team, is_active=True).order_by("pk")[0]
    return For(
        facility_id=facility_id, team_id=team.pk, project_id=None, account_id=account.pk, day=day
    )


def _share(team: Team, people: dict[str, User], now: dt.datetime) -> None:
    head = people["head"]
    first = FundingAccount.objects.filter(team=team).order_by("pk")[0]
    second = FundingAccount.objects.create(
        team=team,
        kind=FundingAccount.Kind.GRANT,
        reference=SECOND,
        name=SECOND,
        valid_from=now.date().replace(day=1),
        ceiling_cents=1_200_000,
    )
    for local, cents in (("student", 20_000), ("researcher", None)):
        allow_account(
            actor=head,
            account_id=second.pk,
            person_id=people[local].pk,
            monthly_cents=cents,
            now=now,
        )
    coming = Booking.objects.filter(
        team=team, account=first, status=Status.APPROVED, kind=Booking.Kind.USE
    ).exclude(pk__in=Charge.objects.filter(booking__team=team).values("booking"))
    booking = coming.filter(period__startswith__gt=now, booked_for=head).order_by("period").first()
    if booking is not None:
        shares = [
            Share(account_id=first.pk, percent=Decimal(60)),
            Share(account_id=second.pk, percent=Decimal(40)),
        ]
        split_use(booking_id=booking.pk, shares=shares, actor=head, now=now)

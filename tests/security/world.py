"""One small centre in which everybody stands in another relation to the same objects.

Nearly everything belongs to `own`, a researcher of a host team, on the platform CYT.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from knox.models import get_token_model
from rest_framework.test import APIClient

from accounts.models import (
    FundingAccount,
    Invitation,
    JoinRequest,
    Membership,
    Project,
    Team,
    User,
)
from accounts.services import ask_to_join, invite_to_team
from billing.models import (
    Charge,
    Dispute,
    FrameworkContract,
    Invoice,
    Issuer,
    MonthEnd,
    Quote,
    Statement,
)
from billing.quotes.offers import LineWish
from billing.services import charge_booking, close_month, issue_all
from billing.services.quote_steps import send_quote
from billing.services.quotes import QuoteWish, draft_quote
from bookings.models import Booking, UsageSession
from compliance.models import Grant, Qualification
from facilities.models import Closure, Facility, Instrument
from tests import factories as make
from tests.factories import NOW, period
from tests.security.documents import stuck_and_laid_out

PASSWORD = "a long enough password"
ROLES = (
    "ano",  # nobody
    "sus",  # was in the team, is suspended
    "own",  # whose things they are
    "col",  # in the same team
    "hed",  # heads the team
    "bil",  # billing contact of the team
    "oth",  # another team of the same organisation
    "par",  # an industry partner
    "ope",  # operator of the platform
    "man",  # manager of the platform
    "acc",  # accountant of the platform
    "tra",  # trainer of the platform
    "mgB",  # manager of another platform
    "adm",  # administrator of the centre
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The people by role, and what they act upon."""

    people: dict[str, User]
    clients: dict[str, APIClient]
    tokens: dict[str, str]
    facility: Facility
    instrument: Instrument
    bookings: dict[str, Booking]
    partner_booking: Booking
    charge: Charge
    statement: Statement
    invoice: Invoice
    quote: Quote
    draft_quote: Quote
    dispute: Dispute
    month_end: MonthEnd
    team: Team
    project: Project
    account: FundingAccount
    qualification: Qualification
    grant: Grant
    closure: Closure
    open_team: Team
    join_request: JoinRequest
    invitation: Invitation
    membership: Membership


def a_world() -> World:
    """Make the centre as it stands at NOW."""
    facility = make.a_facility(code="CYT")
    instrument = make.an_instrument(facility, name="Fortessa", rules={"no_show_minutes": 30})
    make.a_price_list(facility, {instrument: {"INT": 1800, "IND": 12000}})
    people = _people(facility)
    tokens = {
        role: get_token_model().objects.create(user=person)[1] for role, person in people.items()
    }
    own, partner = people["own"], people["par"]
    team = own.teams.get()
    bookings = _bookings(own, instrument)
    invoicing = _issuer(facility, team, people["acc"])
    (charge,) = charge_booking(booking_id=bookings["completed"].pk, now=NOW)
    close_month(month=dt.date(2026, 9, 1), now=NOW)
    (invoice,) = issue_all(issuer_id=invoicing.pk, until=dt.date(2026, 10, 1), now=NOW)
    stuck_and_laid_out(invoice)
    qualification = make.a_qualification(make.an_instrument(facility, name="FACSAria"))
    return World(
        people=people,
        clients={"ano": APIClient()} | {role: _client(token) for role, token in tokens.items()},
        tokens=tokens,
        facility=facility,
        instrument=instrument,
        bookings=bookings,
        partner_booking=make.a_booking(
            partner, instrument, period("2026-10-09 14:00", "16:00"), purpose="Partner secret"
        ),
        charge=charge,
        statement=Statement.objects.get(team=team),
        invoice=invoice,
        quote=_quote(people["man"], facility, team, is_sent=True),
        draft_quote=_quote(people["man"], facility, team, is_sent=False),
        dispute=Dispute.objects.create(
            charge=make.a_charge(team, facility),
            reason="We were two",
            opened_by=people["hed"],
            opened_at=NOW,
        ),
        month_end=MonthEnd.objects.create(
            issuer=invoicing, month=dt.date(2026, 8, 1), created_at=NOW
        ),
        team=team,
        project=team.projects.get(),
        account=team.accounts.get(),
        qualification=qualification,
        grant=make.a_grant(own, qualification),
        closure=Closure.objects.create(
            facility=facility,
            starts_at=make.at("2026-12-25 00:00"),
            ends_at=make.at("2026-12-26 00:00"),
            reason="Christmas",
        ),
        open_team=make.a_team(team.organisation, name="Open to all who ask"),
        join_request=ask_to_join(
            actor=make.a_user(), team_id=team.pk, message="Let me in", now=NOW
        ),
        invitation=invite_to_team(
            actor=people["hed"],
            team_id=team.pk,
            email="invited@lab.example",
            role="member",
            language="en",
            now=NOW,
        ),
        membership=Membership.objects.get(user=people["col"]),
    )


def a_framework_contract(world: World) -> FrameworkContract:
    """Return the partner's contract with the platform; it is made when it is first asked for."""
    partner = world.people["par"].memberships.get().team.organisation
    contract, is_new = FrameworkContract.objects.get_or_create(
        organisation=partner,
        facility=world.facility,
        defaults={"reference": "FC-1", "validity": (dt.date(2026, 1, 1), None)},
    )
    if is_new:
        contract.rates.create(instrument=world.instrument, unit="hour", amount_cents=9000)
    return contract


def _quote(manager: User, facility: Facility, team: Team, *, is_sent: bool) -> Quote:
    line = LineWish(description="Panel design", quantity=Decimal(2), unit_price_cents=10_000)
    quote = draft_quote(
        actor=manager,
        facility_id=facility.pk,
        team_id=team.pk,
        wish=QuoteWish(title="Panel design", note="Secret panel"),
        lines=[line],
        now=NOW,
    )
    return send_quote(actor=manager, quote_id=quote.pk, now=NOW) if is_sent else quote


def _issuer(facility: Facility, team: Team, accountant: User) -> Issuer:
    """Let the team's own body sell for the platform; its accountant keeps the books."""
    organisation = team.organisation
    organisation.siren = "000314153"
    organisation.billing_address, organisation.billing_city = "232 boulevard", "Marseille"
    organisation.save()
    issuer = make.an_issuer(facility, organisation=organisation, code="CRC")
    issuer.accountants.add(accountant)
    return issuer


def _people(facility: Facility) -> dict[str, User]:
    own = make.a_researcher()
    team = own.teams.get()
    team.accounts.update(ceiling_cents=100_000)
    own.set_password(PASSWORD)
    own.save()
    return {
        "sus": make.a_member(team, user=make.a_user(is_active=False)),
        "own": own,
        "col": make.a_member(team),
        "hed": make.a_member(team, "head"),
        "bil": make.a_member(team, "billing_contact"),
        "oth": make.a_researcher(team.organisation),
        "par": make.a_partner(),
        "ope": make.a_staff_member(facility, "operator"),
        "man": make.a_staff_member(facility),
        "acc": make.a_staff_member(facility, "accountant"),
        "tra": make.a_staff_member(facility, "trainer"),
        "mgB": make.a_staff_member(make.a_facility(code="MIC")),
        "adm": make.a_user(is_staff=True, is_superuser=True),
    }


def _bookings(own: User, instrument: Instrument) -> dict[str, Booking]:
    """Make one booking in each state that an operation starts from."""
    whens: dict[str, Any] = {
        "approved": period("2026-10-07 14:00", "16:00"),
        "requested": period("2026-10-08 14:00", "16:00"),
        "starting": period("2026-10-06 12:10", "13:00"),
        "in_use": period("2026-10-06 11:30", "12:10"),
        "missed": period("2026-10-06 10:00", "11:30"),
        "completed": period("2026-09-22 14:00", "16:00"),
    }
    status = {"starting": "approved", "missed": "approved"}
    bookings = {
        name: make.a_booking(
            own, instrument, when, status=status.get(name, name), purpose="Secret panel"
        )
        for name, when in whens.items()
    }
    for name in ("in_use", "completed"):
        start, end = bookings[name].interval.start, bookings[name].interval.end
        UsageSession.objects.create(
            booking=bookings[name],
            started_at=start,
            ended_at=end if name == "completed" else None,
            source="person",
        )
    return bookings


def _client(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client

"""Minimal valid rows, and traits for situations that have a name.

Plain functions; everything not given has a default that nothing depends on. NOW is a
Tuesday at noon in Paris, so that tests can speak of days.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import FundingAccount, Membership, Organisation, Project, Team, User
from billing.models import Band, Charge, Issuer, PriceList, Rate, Seller
from billing.selling import sellers_of, terms_of
from bookings.models import Booking
from bookings.models.booking import stored
from bookings.wish import Wish
from compliance.models import Grant, Qualification
from facilities.intervals import Interval
from facilities.models import BookingRules, Facility, FacilityStaff, Instrument, TimeSlot

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 10, 6, 10, 0, tzinfo=dt.UTC)
_number = itertools.count(1)


def at(text: str) -> dt.datetime:
    """Return an instant from a wall clock in Paris, such as 2026-10-07 14:00."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(dt.UTC)


def period(start: str, end: str) -> Interval:
    """Return a range between two wall clocks in Paris; an end without a day is the same day."""
    if len(end) == 5:
        end = f"{start[:10]} {end}"
    return Interval(at(start), at(end))


USUAL_BANDS = (
    ("Peak", 100, "08:00", "20:00"),
    ("Evening", 75, "20:00", "00:00"),
    ("Night", 25, "00:00", "08:00"),
    ("Weekend", 50, "00:00", "00:00"),
)
TOMORROW_AFTERNOON = period("2026-10-07 14:00", "16:00")


def a_user(email: str = "", **fields: Any) -> User:
    """Make a person who cannot log in by password."""
    return User.objects.create(
        email=email or f"person{next(_number)}@lab.example", language="en", **fields
    )


def an_organisation(**fields: Any) -> Organisation:
    """Make a host organisation, tier INT."""
    defaults = {"name": f"Organisation {next(_number)}", "kind": "host", "tier": "INT"}
    return Organisation.objects.create(**(defaults | fields))


def a_company(**fields: Any) -> Organisation:
    """Make a company that pays the full rate."""
    return an_organisation(**({"kind": "industry", "tier": "IND"} | fields))


def a_team(organisation: Organisation | None = None, **fields: Any) -> Team:
    """Make a team; of a new host organisation unless one is given."""
    fields.setdefault("name", f"Team {next(_number)}")
    return Team.objects.create(organisation=organisation or an_organisation(), **fields)


def a_member(team: Team, role: str = "member", user: User | None = None) -> User:
    """Put a person into a team, long since."""
    user = user or a_user()
    Membership.objects.create(user=user, team=team, role=role, starts_on=dt.date(2020, 1, 1))
    return user


def a_project(team: Team, **fields: Any) -> Project:
    """Make a project that is open to the whole team."""
    fields.setdefault("name", f"Project {next(_number)}")
    return Project.objects.create(team=team, **fields)


def an_account(team: Team, **fields: Any) -> FundingAccount:
    """Make a cost centre without a ceiling."""
    defaults = {"kind": "cost_centre", "reference": f"CC-{next(_number)}"}
    return FundingAccount.objects.create(team=team, **(defaults | fields))


def a_facility(**fields: Any) -> Facility:
    """Make a technological platform in Paris time."""
    number = next(_number)
    defaults = {"code": f"P{number}", "name": f"Platform {number}", "kind": "technological"}
    return Facility.objects.create(**(defaults | fields))


def a_staff_member(facility: Facility, role: str = "manager", user: User | None = None) -> User:
    """Give a person a role on a platform."""
    user = user or a_user()
    FacilityStaff.objects.create(facility=facility, user=user, role=role)
    return user


def an_issuer(*facilities: Facility, **fields: Any) -> Issuer:
    """Make a body that can issue, selling for some platforms."""
    number = next(_number)
    organisation = fields.pop("organisation", None) or a_legal_person(kind="host", tier="INT")
    defaults = {"code": f"I{number}", "iban": "FR7630006000011234567890189"}
    issuer = Issuer.objects.create(organisation=organisation, **(defaults | fields))
    for facility in facilities:
        Seller.objects.create(facility=facility, issuer=issuer)
    return issuer


def a_legal_person(**fields: Any) -> Organisation:
    """Make a French company of which all is recorded that an invoice states."""
    defaults = {
        "kind": "industry", "tier": "IND", "siren": "000987651", "siret": "00098765100007",
        "vat_number": "FR03000987651", "billing_address": "40 chemin des Essais",
        "billing_postcode": "34000", "billing_city": "Montpellier",
    }  # fmt: skip
    if fields.get("kind") == "host":
        defaults |= {
            "siren": "000314153", "siret": "00031415300008", "vat_number": "FR19000314153",
        }  # fmt: skip
    return an_organisation(**(defaults | fields))


def a_charge(team: Team, facility: Facility, cents: int = 1000, **fields: Any) -> Charge:
    """Store a charge of a day in September behind the services' back, on the team's account."""
    number = next(_number)
    seller = sellers_of([facility.pk])[facility.pk]
    terms = terms_of(team=team, project=None, seller=seller, nature=fields.pop("nature", "service"))
    defaults = {
        "source": "staff_time", "source_id": number, "component": "time-1",
        "facility": facility, "issuer_id": terms.issuer_id, "organisation": team.organisation,
        "team": team, "account": FundingAccount.objects.filter(team=team).first(),
        "service_date": dt.date(2026, 9, 15), "description": f"Work {number}",
        "quantity": 1, "unit_price_cents": cents, "amount_cents": cents, "tier": terms.tier,
        "vat_category": terms.rule.category, "vat_percent": terms.rule.percent,
        "vat_exemption": terms.rule.exemption, "created_at": NOW,
    }  # fmt: skip
    return Charge.objects.create(**(defaults | fields))


def an_instrument(
    facility: Facility | None = None, rules: dict[str, Any] | None = None, **fields: Any
) -> Instrument:
    """Make a self-service instrument, open round the clock, that approves by itself."""
    instrument = Instrument.objects.create(
        facility=facility or a_facility(),
        **({"name": f"Instrument {next(_number)}"} | fields),
    )
    BookingRules.objects.create(
        instrument=instrument, **({"approval_at_night": False} | (rules or {}))
    )
    open_daily(instrument)
    return instrument


def open_daily(instrument: Instrument, opens: str = "00:00", closes: str = "00:00") -> None:
    """Open an instrument every day; by default round the clock."""
    TimeSlot.objects.bulk_create(
        TimeSlot(
            instrument=instrument,
            weekday=weekday,
            opens=dt.time.fromisoformat(opens),
            closes=dt.time.fromisoformat(closes),
        )
        for weekday in range(7)
    )


def a_qualification(*instruments: Instrument) -> Qualification:
    """Make some instruments ask for training."""
    qualification = Qualification.objects.create(
        facility=instruments[0].facility, name=f"Training {next(_number)}"
    )
    qualification.instruments.set(instruments)
    return qualification


def a_grant(user: User, qualification: Qualification, **fields: Any) -> Grant:
    """Train a person, autonomous and long since."""
    defaults = {"level": "autonomous", "valid_from": dt.date(2020, 1, 1)}
    return Grant.objects.create(user=user, qualification=qualification, **(defaults | fields))


def a_researcher(organisation: Organisation | None = None) -> User:
    """Make a member of a team that has one project and one account."""
    team = a_team(organisation)
    an_account(team)
    a_project(team)
    return a_member(team)


def a_partner() -> User:
    """Make a researcher of a company."""
    return a_researcher(a_company())


def a_wish(user: User, instrument: Instrument, when: Interval | None = None, **fields: Any) -> Wish:
    """Wish for an instrument, tomorrow from 14:00 to 16:00 unless told otherwise."""
    return Wish(
        instrument_id=instrument.pk,
        period=when or TOMORROW_AFTERNOON,
        booked_for_id=user.pk,
        **fields,
    )


def a_booking(
    user: User, instrument: Instrument, when: Interval | None = None, **fields: Any
) -> Booking:
    """Store an approved booking behind the services' back, for a team's first project."""
    when = when or TOMORROW_AFTERNOON
    membership = Membership.objects.filter(user=user).select_related("team").first()
    team = membership.team if membership else None
    defaults: dict[str, Any] = {
        "instrument": instrument,
        "booked_for": user,
        "created_by": user,
        "team": team,
        "project": Project.objects.filter(team=team).first(),
        "account": FundingAccount.objects.filter(team=team).first(),
        "status": "approved",
        "period": stored(when),
        "blocked": stored(when),
        "created_at": NOW,
        "updated_at": NOW,
    }
    if fields.get("status") == "requested":
        defaults["hold_until"] = when.start
    return Booking.objects.create(**(defaults | fields))


def a_price_list(
    facility: Facility, rates: dict[Instrument, dict[str, int]] | None = None, **fields: Any
) -> PriceList:
    """Put a price list in force for 2026 with the usual bands; rates in cents by tier."""
    defaults: dict[str, Any] = {
        "name": "2026",
        "validity": (dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
    }
    defaults |= {"status": "in_force", "voted_on": dt.date(2025, 11, 1)}
    prices = PriceList.objects.create(facility=facility, **(defaults | fields))
    for name, percent, starts, ends in USUAL_BANDS:
        Band.objects.create(
            price_list=prices, name=name, percent=percent, starts=starts, ends=ends,
            weekdays=[0, 1, 2, 3, 4] if percent != 50 else [5, 6], on_holidays=percent == 50,
        )  # fmt: skip
    for instrument, by_tier in (rates or {}).items():
        for tier, cents in by_tier.items():
            Rate.objects.create(
                price_list=prices, instrument=instrument, tier=tier, amount_cents=cents
            )
    return prices

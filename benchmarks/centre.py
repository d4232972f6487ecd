"""Fills the database: fifty instruments, 20,000 bookings; says as JSON what may be asked.

python -m benchmarks.centre
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import django
from django.core.management import call_command

from benchmarks import queries

INSTRUMENTS, BOOKINGS, WEEKS, PEOPLE = 50, 20_000, 26, 16
FREE_WEEKS = 40
RATES = {"INT": 1850, "IND": 12000}


def main() -> None:
    """Migrate, fill, analyse; print what the clients need to know."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("grant_application_role", verbosity=0)
    plan = _filled()
    _analysed()
    print(json.dumps(plan | queries.counted(plan)))


def _filled() -> dict[str, Any]:
    from facilities.models import Facility, Instrument
    from tests import factories as make

    facility = make.a_facility(code="BENCH")
    rules = {"horizon_days": 400, "longest_minutes": 720}
    instruments = [make.an_instrument(facility, rules=rules) for _ in range(INSTRUMENTS)]
    _prices(facility, instruments)
    people = [make.a_researcher() for _ in range(PEOPLE)]
    _trained(people, instruments)
    monday = _monday()
    _booked(people, instruments, monday)
    assert Facility.objects.count() == 1
    assert Instrument.objects.count() == INSTRUMENTS
    return {
        "facility": facility.code,
        "facility_id": facility.pk,
        "instruments": [instrument.pk for instrument in instruments],
        "people": [_person(person) for person in people],
        "week": monday.isoformat(),
        "free_from": (monday + dt.timedelta(weeks=WEEKS // 2 + 1)).isoformat(),
    }


def _prices(facility: Any, instruments: list[Any]) -> None:
    from billing.models import Band, PriceList, Rate
    from tests.factories import USUAL_BANDS

    year = dt.datetime.now(dt.UTC).year
    validity = (dt.date(year - 1, 1, 1), dt.date(year + 3, 1, 1))
    prices = PriceList.objects.create(
        facility=facility,
        name="Prices",
        validity=validity,
        status="in_force",
        voted_on=validity[0],
    )
    for name, percent, starts, ends in USUAL_BANDS:
        days = [5, 6] if name == "Weekend" else [0, 1, 2, 3, 4]
        Band.objects.create(
            price_list=prices, name=name, percent=percent, starts=starts, ends=ends, weekdays=days
        )
    Rate.objects.bulk_create(
        Rate(price_list=prices, instrument=instrument, tier=tier, amount_cents=cents)
        for instrument in instruments
        for tier, cents in RATES.items()
    )


def _trained(people: list[Any], instruments: list[Any]) -> None:
    """Everybody is trained on all of it, as a booking that is accepted asks for."""
    from tests import factories as make

    qualification = make.a_qualification(*instruments)
    for person in people:
        make.a_grant(person, qualification, level="after_hours")


def _booked(people: list[Any], instruments: list[Any], monday: dt.datetime) -> None:
    """Two hours each, spread over half a year around the present, three a day at most."""
    from bookings.models import Booking
    from bookings.models.booking import stored
    from facilities.intervals import Interval

    payers = [
        (person, team, team.projects.get(), team.accounts.get())
        for person in people
        for team in person.teams.all()
    ]
    rows = []
    for number, start in enumerate(_starts(monday)):
        person, team, project, account = payers[number % len(payers)]
        when = stored(Interval(start, start + dt.timedelta(hours=2)))
        rows.append(
            Booking(
                instrument=instruments[number % INSTRUMENTS],
                booked_for=person,
                created_by=person,
                team=team,
                project=project,
                account=account,
                status="completed" if start < monday else "approved",
                period=when,
                blocked=when,
                purpose=f"Panel {number}",
                estimate_cents=3700,
                created_at=monday,
                updated_at=monday,
            )
        )
    Booking.objects.bulk_create(rows, batch_size=1000)


def _starts(monday: dt.datetime) -> Iterator[dt.datetime]:
    """The same hour for every instrument in turn, then the next hour."""
    first = monday - dt.timedelta(weeks=WEEKS // 2)
    of_one = BOOKINGS // INSTRUMENTS
    for turn in range(of_one):
        minutes = turn * WEEKS * 7 * 24 * 60 // of_one // 30 * 30
        for _ in range(INSTRUMENTS):
            yield first + dt.timedelta(minutes=minutes)


def _person(person: Any) -> dict[str, Any]:
    from knox.models import get_token_model

    _row, token = get_token_model().objects.create(user=person)
    team = person.teams.get()
    return {
        "id": person.pk,
        "token": token,
        "session": _session(person),
        "team": team.pk,
        "project": team.projects.get().pk,
        "account": team.accounts.get().pk,
    }


def _session(person: Any) -> str:
    """Log a person in, and return the cookie that a browser would send."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def _monday() -> dt.datetime:
    now = dt.datetime.now(dt.UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - dt.timedelta(days=now.weekday())


def _analysed() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()

"""A centre of one platform, made in the site's own database; says who is there, as JSON.

python -m tests.journeys.centre
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import django
from django.core.management import call_command

PASSWORD = "a-password-of-the-journeys"
RATES = {"INT": 1850, "COL": 3000, "IND": 12000}


def main() -> None:
    """Migrate, make the centre, and print it."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    print(json.dumps(_centre()))  # noqa: T201


def _centre() -> dict[str, Any]:
    from tests import factories as make

    facility = make.a_facility(code="CYT", name="Cytometry")
    common = {"step_minutes": 5, "shortest_minutes": 5}
    fortessa = make.an_instrument(
        facility, rules=common | {"approval_always": True}, name="Fortessa"
    )
    canto = make.an_instrument(
        facility, rules=common | {"approval_for_industry": True}, name="Canto"
    )
    _price(facility, [fortessa, canto])
    host = make.an_organisation(name="Host institute")
    kestrels, company = make.a_team(host, name="Kestrel lab"), make.a_team(make.a_company())
    others = make.a_team(host)
    for team in (kestrels, company, others):
        make.an_account(team)
    wren = make.a_project(kestrels, name="Project Wren")
    make.a_project(company)
    make.a_project(others)
    people = {
        "manager": make.a_staff_member(facility),
        "researcher": make.a_member(kestrels),
        "head": make.a_member(kestrels, "head"),
        "rival": make.a_member(others),
        "partner": make.a_member(company),
        "buyer": make.a_member(company, "head"),
    }
    for name, person in people.items():
        person.first_name, person.last_name = "Florence", f"Nightingale-{name}"
        person.set_password(PASSWORD)
        person.save()
    _past_uses(people, fortessa, make.a_project(kestrels, name="With Merlin", tier="COL"))
    return {
        "password": PASSWORD,
        "people": {name: person.email for name, person in people.items()},
        "project": wren.pk,
        "instruments": {each.name: each.pk for each in (fortessa, canto)},
        "month": _last_month().isoformat(),
        "secrets": ["Nightingale-researcher", people["researcher"].email, "Kestrel", "Wren"],
    }


def _price(facility: Any, instruments: list[Any]) -> None:
    """One list, without bands, so that a charge is the same at every hour of the day."""
    from billing.models import PriceList, Rate

    year = dt.datetime.now(dt.UTC).year
    validity = (dt.date(year - 1, 1, 1), dt.date(year + 2, 1, 1))
    prices = PriceList.objects.create(
        facility=facility,
        name="Prices",
        validity=validity,
        status="in_force",
        voted_on=validity[0],
    )
    for instrument in instruments:
        for tier, cents in RATES.items():
            Rate.objects.create(
                price_list=prices, instrument=instrument, tier=tier, amount_cents=cents
            )


def _past_uses(people: dict[str, Any], instrument: Any, collaboration: Any) -> None:
    """Four uses of last month: each day at ten, booked for two hours."""
    from bookings.models import UsageSession
    from facilities.intervals import MINUTE, Interval, instant_of
    from tests import factories as make

    paris = ZoneInfo("Europe/Paris")
    for day, name, used_minutes, fields in (
        (6, "researcher", 120, {}),
        (7, "head", 160, {}),
        (8, "researcher", 30, {"project": collaboration}),
        (9, "partner", 120, {}),
    ):
        date = _last_month().replace(day=day)
        start = instant_of(dt.datetime.combine(date, dt.time(10)), paris)
        booked = Interval(start, start + 120 * MINUTE)
        booking = make.a_booking(people[name], instrument, booked, status="completed", **fields)
        UsageSession.objects.create(
            booking=booking,
            started_at=start,
            ended_at=start + used_minutes * MINUTE,
            source="person",
        )


def _last_month() -> dt.date:
    today = dt.datetime.now(ZoneInfo("Europe/Paris")).date()
    return (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


if __name__ == "__main__":
    main()

"""Users become people without password or privilege; accounts become teams that pay."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import FundingAccount, Membership, Organisation, Project, User
from bookings.models import Booking
from tests.factories import NOW, an_organisation
from tests.factories import a_user as somebody
from tests.nemo.conftest import Import
from tests.nemo.dumps import a_reservation, a_site, a_user, entry

pytestmark = pytest.mark.django_db


def ned() -> User:
    return User.objects.get(email="ned@nautilus.example")


def test_a_person_comes_without_a_password(take: Import):
    take(a_site())

    assert ned().get_full_name() == "Ned Verne"
    assert not ned().has_usable_password()
    assert ned().date_joined == dt.datetime(2023, 1, 1, 8, tzinfo=dt.UTC)


def test_privileges_are_listed_and_never_granted(take: Import):
    report = take([a_user(1, "captain", is_superuser=True, is_staff=True)])

    captain = User.objects.get()
    assert not captain.is_superuser
    assert not captain.is_staff
    assert not captain.staff_roles.exists()
    [listed] = report.review["people with privileges in NEMO; none were granted here"]
    assert listed == "captain: is_superuser, is_staff"


@pytest.mark.parametrize("email", ["", "  ", "not an address", "ned@nemo.invalid"])
def test_who_has_no_address_gets_one_that_receives_nothing(take: Import, email: str):
    report = take([a_user(1, "Ned Land", email=email)])

    person = User.objects.get()
    assert person.email == "ned-land@nemo.invalid"
    assert person.reminder_minutes == []
    assert any("without a usable" in title for title in report.review)


def test_an_address_is_one_persons(take: Import):
    report = take(
        [
            a_user(1, "ned", email="Lab@Nautilus.example"),
            a_user(2, "conseil", email="lab@nautilus.example"),
        ]
    )

    assert set(User.objects.values_list("email", flat=True)) == {
        "lab@nautilus.example",
        "conseil@nemo.invalid",
    }
    assert any("share an e-mail" in title for title in report.review)


def test_usernames_that_look_alike_get_addresses_of_their_own(take: Import):
    take([a_user(1, "ned land", email=""), a_user(2, "ned-land", email="")])

    assert User.objects.filter(email="ned-land-2@nemo.invalid").exists()


def test_an_address_that_comes_later_replaces_the_placeholder_once(take: Import):
    take([a_user(1, "ned", email="")])
    take([a_user(1, "ned", email="ned@nautilus.example")])
    assert User.objects.get().email == "ned@nautilus.example"

    User.objects.update(email="ned.land@home.example")
    take([a_user(1, "ned", email="ned@nautilus.example")])
    assert User.objects.get().email == "ned.land@home.example"


def test_somebody_who_is_here_already_keeps_their_account(take: Import):
    administrator = somebody("ned@nautilus.example", is_superuser=True, last_name="Land")

    for _time in range(2):
        report = take(
            [
                *a_site(),
                a_user(3, "conseil", projects=[1]),
                a_reservation(1, NOW - dt.timedelta(days=2), NOW - dt.timedelta(days=1), user=2),
            ]
        )

    administrator.refresh_from_db()
    assert administrator.is_superuser
    assert administrator.last_name == "Land"
    assert administrator.origin == ""
    assert Booking.objects.get().booked_for == administrator
    assert Membership.objects.filter(user=administrator).count() == 2
    assert any("here already" in title for title in report.review)


def test_who_left_may_not_log_in(take: Import):
    take([a_user(1, "ned", is_active=False)])

    assert not User.objects.get().is_active


def test_the_end_of_access_ends_the_membership(take: Import):
    rows = a_site()
    rows[6]["fields"]["access_expiration"] = "2026-12-31"
    rows[7]["fields"]["access_expiration"] = "2020-12-31"

    take(rows)

    ends = Membership.objects.order_by("user__email", "team__name")
    assert [(one.starts_on.year, one.ends_on) for one in ends] == [
        (2023, dt.date(2026, 12, 31)),
        (2020, dt.date(2020, 12, 31)),
        (2020, dt.date(2020, 12, 31)),
    ]


def test_an_internal_account_is_a_team_of_the_host(take: Import):
    host = an_organisation(name="Institute")

    take(a_site())

    account = FundingAccount.objects.get(reference="Nautilus lab")
    assert account.team.organisation == host
    assert account.kind == "cost_centre"


def test_a_company_becomes_an_organisation_to_complete(take: Import):
    report = take(a_site())

    company = Organisation.objects.get(name="Abraham Lincoln Ltd")
    assert (company.kind, company.tier) == ("industry", "IND")
    assert "Abraham Lincoln Ltd (IND)" in next(
        rows for title, rows in report.review.items() if "billing details" in title
    )


def test_the_tariff_of_a_type_can_be_told(take: Import):
    rows = a_site()
    rows[1]["fields"]["name"] = "Partner"

    report = take(rows, tiers={"partner": "COL"})

    assert Organisation.objects.get(name="Abraham Lincoln Ltd").tier == "COL"
    assert not any("says no tariff" in title for title in report.review)


def test_an_unknown_type_pays_as_other_academics_and_is_listed(take: Import):
    rows = a_site()
    rows[1]["fields"]["name"] = "Partner"

    report = take(rows)

    assert Organisation.objects.get(name="Abraham Lincoln Ltd").tier == "ACA"
    assert any("says no tariff" in title for title in report.review)


def test_a_project_keeps_its_reference_people_and_payer(take: Import):
    take(a_site())

    hull = Project.objects.get(name="Hull")
    assert (hull.code, hull.kind, hull.is_active) == ("P-2", "industry", True)
    assert list(hull.members.all()) == [ned()]
    assert hull.team.name == "Abraham Lincoln Ltd"


def test_a_project_without_people_is_closed(take: Import):
    report = take([*a_site(), entry("project", 3, name="Empty", account=1, active=True)])

    assert not Project.objects.get(name="Empty").is_active
    assert any("Empty" in rows for rows in report.review.values())


def test_a_project_that_got_people_here_stays_open(take: Import):
    rows = [*a_site(), entry("project", 3, name="Empty", account=1, active=True)]
    take(rows)
    Project.objects.get(name="Empty").members.add(ned())

    take(rows)

    assert Project.objects.get(name="Empty").is_active


def test_who_leads_all_projects_of_an_account_heads_its_team(take: Import):
    rows = [*a_site(), entry("project", 3, name="Eel", account=1, active=True)]
    rows[6]["fields"]["managed_projects"] = [1, 3]
    rows[7]["fields"] |= {"managed_projects": [1], "managed_accounts": [2]}

    report = take(rows)

    roles = Membership.objects.values_list("user__first_name", "team__name", "role")
    assert set(roles) == {
        ("Aronnax", "Nautilus lab", "head"),
        ("Ned", "Nautilus lab", "member"),
        ("Ned", "Abraham Lincoln Ltd", "head"),
    }
    assert any("lead some projects" in title for title in report.review)


@pytest.mark.parametrize(
    ("number", "change", "reason"),
    [
        (2, {"name": ""}, "has no name"),
        (2, {"name": 7}, "name is not a text"),
        (2, {"type": 9}, "type names somebody or something that was not imported"),
        (2, {"start_date": "soon"}, "start_date is not a date"),
        (4, {"account": None}, "account is missing"),
        (4, {"account": [1, 2]}, "account names somebody or something that was not imported"),
        (6, {"is_active": "yes"}, "is_active is neither true nor false"),
        (6, {"date_joined": "2023-01-01T08:00:00"}, "date_joined has no time zone"),
        (6, {"date_joined": "0001-01-01T00:00:00+05:00"}, "date_joined is not a time"),
        (6, {"date_joined": 5}, "date_joined is not a time"),
        (6, {"access_expiration": "9999-12-31"}, "access_expiration lies before"),
    ],
)
def test_a_broken_row_is_refused_and_the_rest_comes_in(
    take: Import, number: int, change: dict[str, object], reason: str
):
    rows = a_site()
    rows[number]["fields"] |= change

    report = take(rows)

    refused = report.tallies[rows[number]["model"].split(".")[1]].refused
    assert any(reason in found for found in refused)
    assert User.objects.filter(email="ned@nautilus.example").exists()


def test_characters_the_database_refuses_are_left_out(take: Import):
    take([a_user(1, "ned", first_name="N\x00ed")])

    assert User.objects.get().first_name == "Ned"

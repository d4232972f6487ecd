"""Who pays: the project and account that a wish names, or those last used that still may."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import transaction

from accounts.models import Membership, Project, Team
from accounts.projects import usable_projects
from bookings.locking import lock_instruments
from bookings.paying import payer_of
from facilities.models import BookingRules, Instrument
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = make.TOMORROW_AFTERNOON.start.date()
BEFORE, AFTER = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


@pytest.fixture
def instrument():
    return make.an_instrument()


@pytest.fixture
def team():
    return make.a_team()


@pytest.fixture
def person(team):
    return make.a_member(team)


def payer(person, instrument, **wish):
    return payer_of(make.a_wish(person, instrument, **wish), lock=False)


def chosen(person, instrument, **wish):
    found = payer(person, instrument, **wish)
    return found.project and found.project.pk, found.account and found.account.pk


def agree(person, instrument, project, is_usable):
    """Check that who offers projects, who names one and who names none are told the same."""
    assert usable_projects(person.pk, on=DAY).filter(pk=project.pk).exists() is is_usable
    assert (payer(person, instrument, project_id=project.pk).project is not None) is is_usable
    assert (payer(person, instrument).project is not None) is is_usable


class TestUsableProjects:
    @pytest.mark.parametrize("role", ["member", "billing_contact", "manager", "head"])
    @pytest.mark.parametrize("names", ["nobody", "them", "another"])
    def test_the_list_and_the_booking_agree(self, instrument, team, role, names):
        person = make.a_member(team, role)
        project = make.a_project(team)
        project.members.set({"nobody": [], "them": [person], "another": [make.a_user()]}[names])
        is_usable = names != "another" or role in ("head", "manager")
        agree(person, instrument, project, is_usable)

    @pytest.mark.parametrize(
        ("rows", "change"),
        [
            (Membership, {"starts_on": AFTER}),
            (Membership, {"ends_on": BEFORE}),
            (Team, {"is_active": False}),
            (Project, {"is_active": False}),
        ],
    )
    def test_what_is_over_is_not_usable_to_a_head_either(self, instrument, team, rows, change):
        head, project = make.a_member(team, "head"), make.a_project(team)
        agree(head, instrument, project, True)
        rows.objects.update(**change)
        agree(head, instrument, project, False)

    def test_another_teams_is_not(self, instrument, person):
        agree(person, instrument, make.a_project(make.a_team()), False)

    def test_both_dates_of_a_membership_are_included(self, instrument, team, person):
        project = make.a_project(team)
        Membership.objects.update(starts_on=DAY, ends_on=DAY)
        assert chosen(person, instrument)[0] == project.pk


class TestTheProject:
    def test_the_one_last_used_is_taken_and_else_the_oldest(self, instrument, team, person):
        oldest, used = make.a_project(team), make.a_project(team)
        assert chosen(person, instrument)[0] == oldest.pk
        make.a_booking(person, instrument, project=used)
        assert chosen(person, instrument)[0] == used.pk
        make.a_booking(make.a_member(team), make.an_instrument(), project=oldest)
        assert chosen(person, instrument)[0] == used.pk

    @pytest.mark.parametrize("dates", [{"starts_on": AFTER}, {"ends_on": BEFORE}])
    def test_one_that_is_not_open_is_not_taken_but_can_be_named(
        self, instrument, team, person, dates
    ):
        closed, is_open = make.a_project(team, **dates), make.a_project(team, ends_on=DAY)
        make.a_booking(person, instrument, project=closed)
        assert chosen(person, instrument)[0] == is_open.pk
        assert chosen(person, instrument, project_id=closed.pk)[0] == closed.pk

    @pytest.mark.parametrize(
        ("kind", "tier", "is_industry"),
        [("industry", "IND", True), ("academic", "SUP", True), ("host", "INT", False)],
    )
    def test_it_knows_what_its_organisation_is(self, instrument, kind, tier, is_industry):
        person = make.a_researcher(make.an_organisation(kind=kind, tier=tier))
        found = payer(person, instrument)
        assert found.is_industry is is_industry
        assert found.project.organisation_tier == tier

    def test_nobody_pays_where_it_is_for_nobody(self, instrument, person):
        wish = replace(make.a_wish(person, instrument), booked_for_id=None, kind="maintenance")
        found = payer_of(wish, lock=False)
        assert (found.project, found.account, found.team_id) == (None, None, None)


class TestTheAccount:
    @pytest.fixture
    def project(self, team):
        return make.a_project(team)

    def test_the_one_last_used_on_the_project_is_taken(self, instrument, team, person, project):
        oldest, used, elsewhere = (make.an_account(team) for _ in range(3))
        assert chosen(person, instrument)[1] == oldest.pk
        make.a_booking(person, make.an_instrument(), project=project, account=used)
        other = make.a_project(team)
        make.a_booking(person, make.an_instrument(), project=other, account=elsewhere)
        make.a_booking(person, make.an_instrument(), project=project, account=None)
        assert chosen(person, instrument, project_id=project.pk)[1] == used.pk

    @pytest.mark.parametrize(
        "fields", [{"is_active": False}, {"valid_from": AFTER}, {"valid_until": BEFORE}]
    )
    def test_one_that_is_not_valid_is_not_taken_but_can_be_named(
        self, instrument, team, person, project, fields
    ):
        spent = make.an_account(team, **fields)
        make.a_booking(person, instrument, project=project, account=spent)
        assert chosen(person, instrument)[1] is None
        valid = make.an_account(team, valid_from=DAY, valid_until=DAY)
        assert chosen(person, instrument)[1] == valid.pk
        found = payer(person, instrument, account_id=spent.pk)
        assert found.account.pk == spent.pk
        assert found.account_usable is fields.get("is_active", True)

    def test_another_teams_is_known_and_not_usable(self, instrument, person, project):
        found = payer(person, instrument, account_id=make.an_account(make.a_team()).pk)
        assert found.account is not None
        assert not found.account_usable

    def test_who_pays_is_asked_in_two_queries_locked_or_not(
        self, instrument, team, person, project, django_assert_num_queries
    ):
        account = make.an_account(team, ceiling_cents=100)
        wish = make.a_wish(person, instrument)
        with django_assert_num_queries(2):
            payer_of(wish, lock=False)
        with transaction.atomic(), django_assert_num_queries(2) as queries:
            locked = payer_of(wish, lock=True)
        assert locked.account is not None
        assert (locked.account.pk, locked.account.ceiling_cents) == (account.pk, 100)
        assert "FOR NO KEY UPDATE" in queries[1]["sql"]


class TestLockedInstruments:
    def test_all_that_is_known_of_one_comes_with_its_lock(
        self, instrument, django_assert_num_queries
    ):
        stored = Instrument.objects.select_related("facility", "rules").get()
        with transaction.atomic(), django_assert_num_queries(1):
            locked = lock_instruments(instrument.pk)[instrument.pk]
            pairs = [(locked, stored), (locked.facility, stored.facility)]
            pairs += [(locked.rules, stored.rules), (locked.rules.instrument, stored)]
            for ours, theirs in pairs:
                for field in theirs._meta.concrete_fields:
                    assert getattr(ours, field.attname) == getattr(theirs, field.attname)

    def test_where_no_rules_are_set_it_has_the_defaults(self, instrument):
        BookingRules.objects.all().delete()
        with transaction.atomic():
            locked = lock_instruments(instrument.pk)[instrument.pk]
        assert locked.rules.step_minutes == BookingRules().step_minutes

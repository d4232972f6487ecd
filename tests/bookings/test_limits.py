"""Who may use an account, and up to how much a month without asking."""

import datetime as dt

import pytest

from accounts.allowances import allowances_visible_to
from accounts.errors import LastDayTooEarly, NotFound, NotInTeam, NotPermitted
from accounts.models import AccountAllowance
from accounts.services import allow_account, withdraw_allowance
from billing.services import charge_booking
from bookings.errors import PolicyViolated
from bookings.judging import verdict
from bookings.paying import accounts_offered
from bookings.services import cancel_booking, move_booking, request_booking
from tests import factories as make
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db

DAY = make.TOMORROW_AFTERNOON.start.date()


@pytest.fixture
def instrument():
    """Make an instrument of 18.00 an hour."""
    instrument = make.an_instrument()
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    return instrument


@pytest.fixture
def member():
    return make.a_researcher()


@pytest.fixture
def team(member):
    return member.teams.get()


@pytest.fixture
def head(team):
    return make.a_member(team, "head", make.a_user(first_name="Ada", last_name="Head"))


@pytest.fixture
def account(team):
    return team.accounts.get()


def allow(head, account, person, euros=None, **fields):
    return allow_account(
        actor=head,
        account_id=account.pk,
        person_id=person.pk,
        monthly_cents=None if euros is None else euros * 100,
        now=NOW,
        **fields,
    )


def book(person, instrument, when=None, actor=None, **wish):
    wished = make.a_wish(person, instrument, when, **wish)
    return request_booking(actor=actor or person, wish=wished, now=NOW)


def refusals(person, instrument, when=None, actor=None, **wish):
    wished = make.a_wish(person, instrument, when, **wish)
    found = verdict(actor=actor or person, wish=wished, now=NOW)
    return [violation.code for violation in found.violations]


class TestWho:
    def test_without_an_allowance_an_account_is_for_the_whole_team(self, instrument, member):
        assert refusals(member, instrument) == []

    def test_with_one_it_is_for_those_named_and_for_who_leads(
        self, instrument, team, member, head, account
    ):
        other, manager = make.a_member(team), make.a_member(team, "manager")
        allow(head, account, other)
        for person, said in [
            (other, []),
            (head, []),
            (manager, []),
            (member, ["account_not_usable"]),
            (make.a_member(team, "billing_contact"), ["account_not_usable"]),
        ]:
            assert refusals(person, instrument, account_id=account.pk) == said
            offered = accounts_offered(person.pk, actor_id=person.pk, team_ids=[team.pk], on=DAY)
            assert offered.filter(pk=account.pk).exists() is not bool(said)

    def test_one_that_is_not_for_them_is_not_taken_by_itself(
        self, instrument, team, member, head, account
    ):
        allow(head, account, head)
        second = make.an_account(team)
        assert book(member, instrument).account == second

    def test_who_leads_books_on_it_for_a_member(self, instrument, member, head, account):
        allow(head, account, head)
        offered = accounts_offered(member.pk, actor_id=head.pk, team_ids=[account.team_id], on=DAY)
        assert list(offered) == [account]
        assert book(member, instrument, actor=head).account == account

    def test_the_platform_does_not(self, instrument, member, head, account):
        allow(head, account, head)
        manager = make.a_staff_member(instrument.facility)
        said = refusals(member, instrument, actor=manager, account_id=account.pk)
        assert said == ["account_not_usable"]

    @pytest.mark.parametrize(
        ("dates", "is_open"),
        [
            ({"starts_on": DAY, "ends_on": DAY}, True),
            ({"starts_on": DAY + dt.timedelta(days=1)}, False),
            ({"starts_on": DAY - dt.timedelta(days=9), "ends_on": NOW.date()}, False),
        ],
    )
    def test_the_day_of_the_slot_decides_and_a_past_allowance_still_closes_it(
        self, instrument, member, account, dates, is_open
    ):
        AccountAllowance.objects.create(account=account, person=member, **dates)
        said = refusals(member, instrument, account_id=account.pk)
        assert said == ([] if is_open else ["account_not_usable"])


class TestHowMuch:
    def test_a_month_holds_what_is_allowed_and_no_more(self, instrument, member, head, account):
        allow(head, account, member, 72)
        book(member, instrument)
        book(member, instrument, period("2026-10-08 14:00", "16:00"))
        with pytest.raises(PolicyViolated) as refused:
            book(member, instrument, period("2026-10-09 14:00", "15:00"))
        (violation,) = refused.value.violations
        assert violation.code == "member_limit"
        assert violation.field == "account"
        assert violation.detail == (
            "You may spend €72.00 on this account in October 2026, €72.00 are spent or booked,"
            " this costs €18.00. Ask Ada Head, or use another account."
        )
        assert not violation.is_overridable

    def test_the_next_month_begins_anew_on_the_clock_of_the_platform(
        self, instrument, member, head, account
    ):
        allow(head, account, member, 36)
        book(member, instrument)
        assert refusals(member, instrument, period("2026-10-31 23:00", "2026-11-01 00:30")) == [
            "member_limit"
        ]
        assert refusals(member, instrument, period("2026-11-01 00:00", "01:00")) == []

    def test_only_the_persons_own_and_only_on_this_account_counts(
        self, instrument, team, member, head, account
    ):
        other = make.a_member(team)
        allow(head, account, member, 36)
        allow(head, account, other, 36)
        book(other, instrument, period("2026-10-08 14:00", "16:00"))
        elsewhere = make.an_account(team)
        book(member, instrument, period("2026-10-09 14:00", "16:00"), account_id=elsewhere.pk)
        assert book(member, instrument, account_id=account.pk).account == account

    def test_what_was_charged_counts_and_what_was_cancelled_does_not(
        self, instrument, member, head, account
    ):
        used = make.a_booking(
            member, instrument, period("2026-10-01 14:00", "15:00"), status="completed"
        )
        charge_booking(booking_id=used.pk, now=NOW)
        allow(head, account, member, 54)
        given_up = book(member, instrument)
        assert refusals(member, instrument, period("2026-10-09 14:00", "15:00")) == ["member_limit"]
        cancel_booking(
            actor=member, booking_id=given_up.pk, version=given_up.version, reason="", now=NOW
        )
        assert refusals(member, instrument, period("2026-10-09 14:00", "16:00")) == []

    def test_a_booking_never_counts_against_itself(self, instrument, member, head, account):
        allow(head, account, member, 36)
        booking = book(member, instrument)

        def move(when):
            return move_booking(
                actor=member,
                booking_id=booking.pk,
                version=booking.version,
                changes={"period": when},
                now=NOW,
            )

        with pytest.raises(PolicyViolated):
            move(period("2026-10-08 14:00", "17:00"))
        assert move(period("2026-10-08 14:00", "16:00")).account == account

    def test_who_leads_is_held_to_nothing_and_books_beyond_it(
        self, instrument, team, member, head, account
    ):
        allow(head, account, member, 1)
        allow(head, account, head, 1)
        assert refusals(head, instrument) == []
        assert refusals(member, instrument) == ["member_limit"]
        assert book(member, instrument, actor=head).account == account

    def test_no_limit_is_no_limit(self, instrument, member, head, account):
        allow(head, account, member)
        assert refusals(member, instrument, period("2026-10-08 08:00", "18:00")) == []

    def test_without_a_price_nothing_is_measured(self, member, head, account):
        allow(head, account, member, 0)
        assert refusals(member, make.an_instrument()) == []


class TestGiving:
    def test_giving_again_changes_what_was_given(self, member, head, account):
        first = allow(head, account, member, 50)
        again = allow(head, account, member, 80, ends_on=dt.date(2026, 12, 31))
        assert again.pk == first.pk
        assert AccountAllowance.objects.get().monthly_cents == 8_000

    def test_the_last_one_taken_away_opens_the_account_again(
        self, instrument, team, member, head, account
    ):
        allowance = allow(head, account, make.a_member(team))
        assert refusals(member, instrument, account_id=account.pk) == ["account_not_usable"]
        withdraw_allowance(actor=head, allowance_id=allowance.pk, now=NOW)
        assert refusals(member, instrument) == []

    def test_only_who_leads_the_team_gives_and_takes(self, team, member, head, account):
        allowance = allow(head, account, member, 50)
        for person in (member, make.a_member(team, "billing_contact")):
            with pytest.raises(NotPermitted):
                allow(person, account, member, 500)
        for person in (make.a_researcher(), make.a_staff_member(make.a_facility())):
            with pytest.raises(NotFound):
                allow(person, account, member, 500)
            with pytest.raises(NotFound):
                withdraw_allowance(actor=person, allowance_id=allowance.pk, now=NOW)
        with pytest.raises(NotPermitted):
            withdraw_allowance(actor=member, allowance_id=allowance.pk, now=NOW)

    def test_it_is_for_people_of_the_team_and_for_days_to_come(self, member, head, account):
        with pytest.raises(NotInTeam):
            allow(head, account, make.a_researcher(), 50)
        with pytest.raises(LastDayTooEarly):
            allow(head, account, member, 50, ends_on=NOW.date() - dt.timedelta(days=1))

    def test_a_member_sees_their_own_and_who_leads_all(self, team, member, head, account):
        own = allow(head, account, member, 50)
        allow(head, account, make.a_member(team), 50)
        assert list(allowances_visible_to(member, on=DAY)) == [own]
        assert allowances_visible_to(head, on=DAY).count() == 2
        assert not allowances_visible_to(make.a_researcher(), on=DAY).exists()

"""One use paid by several accounts: who says so, what each pays, and what is charged."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.errors import NotFound, NotPermitted
from accounts.services import allow_account
from billing.costs import split_errors as errors
from billing.models import Charge
from billing.quoting import committed_cents, month_cents
from billing.services import charge_booking
from billing.services.splitting import Share, split_use
from bookings.errors import PolicyViolated
from bookings.limits import month_of
from bookings.models import BookingShare
from bookings.services import move_booking, request_booking
from tests import factories as make
from tests.factories import NOW, PARIS, period

pytestmark = pytest.mark.django_db

LATER = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
OCTOBER = month_of(dt.date(2026, 10, 1), PARIS)


@pytest.fixture
def instrument():
    """Make an instrument of 18.00 an hour."""
    instrument = make.an_instrument()
    make.a_price_list(instrument.facility, {instrument: {"INT": 1801}})
    return instrument


@pytest.fixture
def person():
    return make.a_researcher()


@pytest.fixture
def team(person):
    return person.teams.get()


@pytest.fixture
def booking(person, instrument):
    return request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)


@pytest.fixture
def first(team):
    return team.accounts.order_by("pk")[0]


@pytest.fixture
def second(team):
    return make.an_account(team)


def split(booking, *shares, actor=None):
    return split_use(
        booking_id=booking.pk,
        shares=[
            Share(account_id=account.pk, percent=Decimal(percent)) for account, percent in shares
        ],
        actor=actor or booking.booked_for,
        now=NOW,
    )


def move(booking, when, **changes):
    return move_booking(
        actor=booking.booked_for,
        booking_id=booking.pk,
        version=booking.version,
        changes={"period": when, **changes},
        now=NOW,
    )


class TestCharging:
    def test_each_account_is_charged_its_share_of_each_line_to_the_cent(
        self, booking, first, second
    ):
        split(booking, (first, "33.33"), (second, "66.67"))
        booking.status = "completed"
        booking.save()
        charges = charge_booking(booking_id=booking.pk, now=LATER)
        assert [(c.component, c.account, c.amount_cents, c.quantity) for c in charges] == [
            ("time-1.a1", first, 1201, Decimal("0.6666")),
            ("time-1.a2", second, 2401, Decimal("1.3334")),
        ]
        assert charge_booking(booking_id=booking.pk, now=LATER) == charges

    def test_a_retaken_slot_gives_each_account_back_what_it_paid(
        self, booking, first, second, instrument
    ):
        split(booking, (first, "33.33"), (second, "66.67"))
        booking.status = "no_show"
        booking.save()
        make.a_booking(make.a_researcher(), instrument, booking.interval, status="completed")
        charges = charge_booking(booking_id=booking.pk, now=LATER)
        assert [(c.component, c.amount_cents) for c in charges] == [
            ("time-1.a1", 1201),
            ("time-1.a2", 2401),
            ("retaken-1.a1", -1201),
            ("retaken-1.a2", -2401),
        ]

    def test_a_part_paid_by_another_team_is_charged_to_that_team(self, booking, first, team):
        other = make.a_team(team.organisation)
        make.a_member(other, "head", booking.booked_for)
        theirs = make.an_account(other)
        split(booking, (first, "50"), (theirs, "50"))
        booking.status = "completed"
        booking.save()
        charges = charge_booking(booking_id=booking.pk, now=LATER)
        assert [(c.team, c.account) for c in charges] == [(team, first), (other, theirs)]

    def test_a_use_that_is_free_has_one_row_of_nothing(self, booking, first, second):
        split(booking, (first, "50"), (second, "50"))
        booking.status, booking.waived_reason = "completed", "Broke down"
        booking.save()
        (charge,) = charge_booking(booking_id=booking.pk, now=LATER)
        assert charge.amount_cents == 0


class TestPromises:
    def test_each_account_promises_its_share_and_the_own_account_nothing_else(
        self, booking, first, second, team
    ):
        assert committed_cents(first.pk) == 3602
        third = make.an_account(team)
        split(booking, (second, "33.33"), (third, "66.67"))
        promised = [committed_cents(account.pk) for account in (first, second, third)]
        assert promised == [0, 1201, 2401]
        assert committed_cents(second.pk, exclude_booking_id=booking.pk) == 0
        booking.status = "completed"
        booking.save()
        charge_booking(booking_id=booking.pk, now=LATER)
        assert [committed_cents(account.pk) for account in (first, second, third)] == promised

    def test_a_persons_month_counts_their_share(self, booking, first, second, person):
        def month(account):
            return month_cents(
                account.pk, person_id=person.pk, month=OCTOBER, exclude_booking_id=None
            )

        split(booking, (first, "25"), (second, "75"))
        assert (month(first), month(second)) == (901, 2701)
        booking.status = "completed"
        booking.save()
        charge_booking(booking_id=booking.pk, now=LATER)
        assert (month(first), month(second)) == (901, 2701)

    def test_every_ceiling_holds_for_its_share(self, booking, first, second):
        second.ceiling_cents = 1800
        second.save()
        with pytest.raises(errors.ShareTooLarge) as refused:
            split(booking, (first, "49.90"), (second, "50.10"))
        assert second.reference in str(refused.value)
        split(booking, (first, "50.10"), (second, "49.90"))
        with pytest.raises(errors.ShareTooLarge):
            split(booking, (first, "1"), (second, "99"))
        assert BookingShare.objects.count() == 2

    def test_taking_the_split_back_asks_the_own_account_for_the_whole(self, booking, first, second):
        split(booking, (first, "10"), (second, "90"))
        first.ceiling_cents = 3000
        first.save()
        with pytest.raises(errors.ShareTooLarge):
            split(booking)
        first.ceiling_cents = 3602
        first.save()
        split(booking)
        assert not BookingShare.objects.exists()
        assert committed_cents(first.pk) == 3602

    def test_a_persons_limit_holds_for_their_share(self, booking, first, second, team, person):
        head = make.a_member(team, "head")
        allow_account(
            actor=head, account_id=second.pk, person_id=person.pk, monthly_cents=1000, now=NOW
        )
        with pytest.raises(errors.ShareOverLimit):
            split(booking, (first, "50"), (second, "50"))
        split(booking, (first, "80"), (second, "20"))
        split(booking, (first, "50"), (second, "50"), actor=head)


class TestRefusals:
    @pytest.mark.parametrize("percents", [["100"], ["50", "49.99"], ["50", "60"], ["120", "-20"]])
    def test_shares_make_a_whole(self, booking, first, second, percents):
        with pytest.raises(errors.SharesDoNotAddUp):
            split(booking, *zip((first, second), percents, strict=False))

    def test_an_account_is_named_once(self, booking, first):
        with pytest.raises(errors.SharesDoNotAddUp):
            split(booking, (first, "50"), (first, "50"))

    def test_other_accounts_do_not_pay(self, booking, first, team, person):
        head = make.a_member(team, "head")
        closed = make.an_account(team, is_active=False)
        over = make.an_account(team, valid_until=dt.date(2026, 10, 6))
        of_heads = make.an_account(team)
        allow_account(
            actor=head, account_id=of_heads.pk, person_id=head.pk, monthly_cents=None, now=NOW
        )
        same_house = make.an_account(make.a_team(team.organisation))
        elsewhere = make.a_team()
        make.a_member(elsewhere, "head", person)
        for account in (closed, over, of_heads, same_house, make.an_account(elsewhere)):
            with pytest.raises(errors.AccountNotSharing):
                split(booking, (first, "50"), (account, "50"))

    def test_who_may(self, booking, first, second, team, instrument):
        shares = (first, "50"), (second, "50")
        for actor in (make.a_member(team, "manager"), make.a_staff_member(instrument.facility)):
            split(booking, *shares, actor=actor)
        for actor in (
            make.a_member(team),
            make.a_member(team, "billing_contact"),
            make.a_staff_member(instrument.facility, "operator"),
        ):
            with pytest.raises(NotPermitted):
                split(booking, *shares, actor=actor)
        for actor in (make.a_researcher(), make.a_staff_member(make.a_facility())):
            with pytest.raises(NotFound):
                split(booking, *shares, actor=actor)

    @pytest.mark.parametrize("status", ["rejected", "cancelled", "expired"])
    def test_what_costs_nothing_is_not_split(self, booking, first, second, status):
        booking.status = status
        booking.save()
        with pytest.raises(errors.NotSplittable):
            split(booking, (first, "50"), (second, "50"))

    def test_what_is_charged_is_not_split_any_more(self, booking, first, second):
        booking.status = "completed"
        booking.save()
        charge_booking(booking_id=booking.pk, now=LATER)
        with pytest.raises(errors.NotSplittable):
            split(booking, (first, "50"), (second, "50"))
        assert Charge.objects.count() == 1


class TestMoving:
    def test_a_split_stands_while_it_grows_no_dearer_in_its_month(self, booking, first, second):
        first.ceiling_cents = 2000
        first.save()
        split(booking, (first, "50"), (second, "50"))
        moved = move(booking, period("2026-10-08 14:00", "15:00"))
        assert committed_cents(first.pk) == 901
        for when in (period("2026-10-08 14:00", "17:00"), period("2026-11-05 14:00", "15:00")):
            with pytest.raises(PolicyViolated) as refused:
                move(moved, when)
            assert [v.code for v in refused.value.violations] == ["split_stands"]

    def test_who_pays_is_changed_after_the_split_is_taken_back(self, booking, first, second):
        split(booking, (first, "50"), (second, "50"))
        with pytest.raises(PolicyViolated) as refused:
            move(booking, booking.interval, account_id=second.pk)
        assert "Take the split back" in refused.value.violations[0].detail
        split(booking)
        assert move(booking, booking.interval, account_id=second.pk).account == second

    def test_an_account_must_be_valid_on_the_new_day(self, booking, first, second):
        second.valid_until = dt.date(2026, 10, 8)
        second.save()
        split(booking, (first, "50"), (second, "50"))
        with pytest.raises(PolicyViolated):
            move(booking, period("2026-10-09 14:00", "16:00"))
        move(booking, period("2026-10-08 14:00", "16:00"))


def test_the_database_takes_only_shares_that_make_a_whole(booking, first, second):
    split(booking, (first, "50"), (second, "50"))
    statements = (
        "UPDATE bookings_bookingshare SET percent = 40",
        f"DELETE FROM bookings_bookingshare WHERE account_id = {first.pk}",
    )
    for statement in statements:
        with (
            pytest.raises(IntegrityError, match="do not make 100"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")

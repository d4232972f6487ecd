"""No-shows, late cancellations and uses that are free: what they cost and give back."""

from decimal import Decimal

import pytest

from billing.errors import NotChargeable
from billing.models import Charge, Rate
from billing.services import (
    charge_all_finished_uses,
    charge_booking,
    reverse_waived_uses,
)
from bookings.models import Booking
from tests import factories as make
from tests.billing.cases import LATER, TUESDAY, a_priced_instrument, a_use, ledger, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.mark.parametrize(
    "lost", [{"status": "no_show"}, {"status": "cancelled", "late_cancellation": True}]
)
class TestALostSlot:
    def test_pays_the_booked_time_once_it_is_over(self, fortessa, lost):
        booking = a_use(someone("IND"), fortessa, **lost)
        with pytest.raises(NotChargeable):
            charge_booking(booking_id=booking.pk, now=make.at("2026-11-24 20:59"))
        assert charge_all_finished_uses(now=make.at("2026-11-24 20:59")).charged == ()
        charge_all_finished_uses(now=TUESDAY.end)
        assert ledger(booking=booking) == [12000, 9000]

    def test_pays_the_booked_time_where_only_use_is_billed(self, fortessa, lost):
        fortessa.facility.billed_time = "used"
        fortessa.facility.save()
        booking = a_use(someone("IND"), fortessa, **lost)
        charge_booking(booking_id=booking.pk, now=LATER)
        assert ledger(booking=booking) == [12000, 9000]

    def test_gets_back_what_others_took(self, fortessa, lost):
        booking = a_use(someone("IND"), fortessa, **lost)
        a_use(someone(), fortessa, make.period("2026-11-24 18:00", "19:30"))
        a_use(someone(), fortessa, make.period("2026-11-24 20:00", "21:30"), status="no_show")
        charges = charge_booking(booking_id=booking.pk, now=LATER)
        assert [(c.component, c.amount_cents, c.quantity) for c in charges] == [
            ("time-1", 12000, Decimal(1)),
            ("time-2", 9000, Decimal(1)),
            ("retaken-1", -6000, Decimal("-0.5")),
            ("retaken-2", -9000, Decimal(-1)),
        ]

    @pytest.mark.parametrize(
        "other",
        [
            {"status": "requested"},
            {"status": "cancelled", "late_cancellation": True},
            {"status": "rejected"},
            {"kind": "maintenance"},
            {"unit": 2},
            {"imported_history": True},
        ],
    )
    def test_gets_nothing_back_from_those_who_do_not_pay_for_its_place(self, fortessa, lost, other):
        booking = a_use(someone("IND"), fortessa, **lost)
        make.a_booking(someone(), fortessa, TUESDAY, **other)
        charge_booking(booking_id=booking.pk, now=LATER)
        assert ledger(booking=booking) == [12000, 9000]

    def test_is_free_when_the_platform_failed(self, fortessa, lost):
        booking = a_use(someone(), fortessa, waived_reason="Laser down", **lost)
        (charge,) = charge_booking(booking_id=booking.pk, now=LATER)
        assert (charge.component, charge.amount_cents) == ("waived", 0)
        assert charge.reason == "Laser down"


def test_a_use_that_is_free_needs_no_price(fortessa):
    Rate.objects.all().delete()
    booking = a_use(someone(), fortessa, waived_reason="Laser down")
    charge_booking(booking_id=booking.pk, now=LATER)
    assert ledger(booking=booking) == [0]
    assert charge_all_finished_uses(now=LATER).charged == ()


def test_a_use_made_free_after_it_was_charged_is_given_back_once(fortessa):
    booking = a_use(someone("IND"), fortessa)
    charge_booking(booking_id=booking.pk, now=LATER)
    Booking.objects.filter(pk=booking.pk).update(waived_reason="Laser down")
    assert reverse_waived_uses(now=LATER) == 2
    assert reverse_waived_uses(now=LATER) == 0
    assert ledger(booking=booking) == [12000, 9000, -12000, -9000]
    assert {c.reason for c in Charge.objects.filter(reverses__isnull=False)} == {"Laser down"}

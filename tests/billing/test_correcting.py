"""Undoing a charge: by whom, once, with a reason, and without losing the mistake."""

import pytest

from accounts.errors import NotFound, NotPermitted
from billing.errors import AlreadyReversed, ReasonMissing
from billing.models import Charge
from billing.services import charge_all_finished_uses, charge_booking, reverse_charge
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, ledger, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.fixture
def charge(fortessa):
    booking = a_use(someone(), fortessa, make.period("2026-11-24 14:00", "15:00"))
    (charge,) = charge_booking(booking_id=booking.pk, now=LATER)
    return charge


@pytest.mark.parametrize("role", ["manager", "accountant"])
def test_a_reversal_is_the_charge_with_the_opposite_amount(charge, fortessa, role):
    actor = make.a_staff_member(fortessa.facility, role)
    undone = reverse_charge(charge_id=charge.pk, actor=actor, reason=" Wrong ", now=LATER)
    assert ledger() == [1800, -1800]
    assert (undone.reverses, undone.reversal_no, undone.reason) == (charge, 1, "Wrong")
    assert (undone.quantity, undone.service_date) == (-charge.quantity, charge.service_date)
    assert (undone.team, undone.account, undone.tier) == (charge.team, charge.account, charge.tier)
    assert (undone.written_by, undone.created_at) == (actor, LATER)
    assert not charge_all_finished_uses(now=LATER).charged


def test_a_charge_is_undone_once_and_the_undoing_never(charge, fortessa):
    actor = make.a_staff_member(fortessa.facility)
    undone = reverse_charge(charge_id=charge.pk, actor=actor, reason="Wrong", now=LATER)
    for charge_id in (charge.pk, undone.pk):
        with pytest.raises(AlreadyReversed):
            reverse_charge(charge_id=charge_id, actor=actor, reason="Again", now=LATER)
    assert Charge.objects.count() == 2


def test_a_reversal_says_why(charge, fortessa):
    actor = make.a_staff_member(fortessa.facility)
    with pytest.raises(ReasonMissing):
        reverse_charge(charge_id=charge.pk, actor=actor, reason="  ", now=LATER)


def test_who_pays_sees_the_charge_but_does_not_undo_it(charge):
    for role in ("head", "manager", "billing_contact"):
        actor = make.a_member(charge.team, role)
        with pytest.raises(NotPermitted):
            reverse_charge(charge_id=charge.pk, actor=actor, reason="Please", now=LATER)


def test_another_platforms_manager_does_not_know_of_the_charge(charge):
    actor = make.a_staff_member(make.a_facility())
    with pytest.raises(NotFound):
        reverse_charge(charge_id=charge.pk, actor=actor, reason="Mine?", now=LATER)


def test_an_administrator_undoes_any_charge(charge):
    actor = make.a_user(is_superuser=True)
    assert reverse_charge(charge_id=charge.pk, actor=actor, reason="Wrong", now=LATER)

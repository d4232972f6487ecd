"""Qualifications are named, and taken back with a reason; what needs one is found."""

import datetime as dt

import pytest
from django.apps import apps

from accounts.errors import NotFound, NotPermitted
from bookings.consequences import bookings_needing
from compliance.errors import QualificationNamed
from compliance.services import revoke_grant, set_qualification
from tests import factories as make
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db


@pytest.fixture
def instrument():
    return make.an_instrument()


def test_a_qualification_names_instruments_of_its_own_platform_only(instrument):
    trainer = make.a_staff_member(instrument.facility, "trainer")
    where = {"actor": trainer, "facility_id": instrument.facility_id}
    made = set_qualification(
        **where, name="Laser", instrument_ids=[instrument.pk, make.an_instrument().pk]
    )
    assert list(made.instruments.all()) == [instrument]
    with pytest.raises(QualificationNamed):
        set_qualification(**where, name="Laser", instrument_ids=[])
    set_qualification(**where, name="Lasers", instrument_ids=[], qualification_id=made.pk)
    assert not made.instruments.exists()
    theirs = make.a_qualification(make.an_instrument())
    with pytest.raises(NotFound):
        set_qualification(**where, name="Mine", instrument_ids=[], qualification_id=theirs.pk)
    operator = make.a_staff_member(instrument.facility, "operator")
    with pytest.raises(NotPermitted):
        set_qualification(**(where | {"actor": operator}), name="X", instrument_ids=[])


def test_a_grant_is_revoked_with_a_reason_that_is_kept(instrument):
    manager = make.a_staff_member(instrument.facility)
    grant = make.a_grant(make.a_user(), make.a_qualification(instrument))
    revoke_grant(actor=manager, grant_id=grant.pk, now=NOW, reason="Left the laser on")
    revoke_grant(actor=manager, grant_id=grant.pk, now=NOW + dt.timedelta(days=1), reason="Again")
    grant.refresh_from_db()
    assert (grant.revoked_on, grant.revoked_reason) == (dt.date(2026, 10, 6), "Left the laser on")
    assert (
        apps.get_model("compliance", "GrantEvent")
        .objects.filter(revoked_reason="Left the laser on")
        .exists()
    )


def test_coming_sessions_that_need_a_qualification_are_found(instrument):
    person = make.a_researcher()
    grant = make.a_grant(person, make.a_qualification(instrument))
    coming = make.a_booking(person, instrument)
    make.a_booking(person, instrument, period("2026-09-07 14:00", "16:00"), status="completed")
    make.a_booking(person, make.an_instrument())
    make.a_booking(make.a_researcher(), instrument, period("2026-10-08 14:00", "16:00"))
    assert list(bookings_needing(grant, now=NOW)) == [coming]

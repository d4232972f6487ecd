"""A manager sets a platform up in the admin: all of their own, and nothing else."""

import pytest
from django.urls import reverse

from facilities.models import BookingRules, FacilityStaff, Instrument, TimeSlot
from tests import factories as make
from tests.facilities.admin_forms import (
    SERVICES,
    SLOTS,
    STAFF,
    formset,
    instrument_form,
    page,
    platform_form,
    saved,
)

pytestmark = pytest.mark.django_db


def test_a_manager_sees_their_platforms_only(as_manager, mine, theirs):
    response = as_manager.get(page("facility_changelist"))
    assert list(response.context["cl"].result_list) == [mine]
    assert theirs.name not in response.text


def test_the_page_of_another_platform_is_not_there(as_manager, mine, theirs):
    assert as_manager.get(page("facility_change", mine.pk)).status_code == 200
    for name in ("facility_change", "facility_history", "facility_delete"):
        assert as_manager.get(page(name, theirs.pk)).status_code in (302, 403)
    answer = as_manager.post(
        page("facility_change", theirs.pk), platform_form(theirs, name="Mine now")
    )
    assert answer.status_code == 302
    theirs.refresh_from_db()
    assert theirs.name != "Mine now"


def test_a_manager_sets_up_staff_hours_and_services(as_manager, mine):
    colleague = make.a_user()
    answer = as_manager.post(
        page("facility_change", mine.pk),
        platform_form(
            mine,
            site="Luminy",
            **formset(STAFF, {"user": colleague.pk, "role": "operator"}),
            **formset(SLOTS, {"weekday": 0, "opens": "08:00", "closes": "20:00"}),
            **formset(
                SERVICES,
                {"code": "slide", "name": "Slide", "unit": "slide"}
                | {"counting": "piece", "nature": "service"},
            ),
        ),
    )
    assert saved(answer)
    mine.refresh_from_db()
    assert mine.site == "Luminy"
    assert mine.staff.filter(user=colleague, role="operator").exists()
    assert str(mine.time_slots.get()) == "Monday 08:00–20:00"
    assert mine.services.get().code == "slide"


def test_a_manager_cannot_make_close_or_rename_the_code_of_a_platform(as_manager, mine):
    assert as_manager.get(page("facility_add")).status_code == 403
    assert as_manager.post(page("facility_delete", mine.pk), {"post": "yes"}).status_code == 403
    form = platform_form(mine, code="OTHER", kind="clinical")
    assert saved(as_manager.post(page("facility_change", mine.pk), form))
    code, kind = mine.code, mine.kind
    mine.refresh_from_db()
    assert (mine.code, mine.kind, mine.is_active) == (code, kind, True)


def test_no_role_on_another_platform_can_be_had(as_manager, manager, mine, theirs):
    row = {"user": manager.pk, "role": "manager", "facility": theirs.pk}
    form = platform_form(mine, **formset(STAFF, row))
    as_manager.post(page("facility_change", mine.pk), form)
    assert not FacilityStaff.objects.filter(facility=theirs).exists()


def test_rows_of_another_platform_cannot_be_taken_over_by_their_number(as_manager, mine, theirs):
    role = FacilityStaff.objects.create(facility=theirs, user=make.a_user(), role="operator")
    row = {"id": role.pk, "user": role.user_id, "role": "manager", "facility": mine.pk}
    form = platform_form(mine, **formset(STAFF, row, initial=1))
    as_manager.post(page("facility_change", mine.pk), form)
    role.refresh_from_db()
    assert (role.facility, role.role) == (theirs, "operator")


def test_a_new_instrument_gets_its_rules_and_hours(as_manager, mine):
    slot = {"weekday": 1, "opens": "09:00", "closes": "13:00", "whole_session": "on"}
    form = instrument_form(mine, **formset(SLOTS, slot))
    assert saved(as_manager.post(page("instrument_add"), form))
    instrument = Instrument.objects.get()
    assert instrument.rules.cleanup_minutes == 15
    assert TimeSlot.objects.get().instrument == instrument


def test_rules_are_stored_even_where_all_are_left_as_proposed(as_manager, mine):
    form = instrument_form(mine)
    form["rules-0-cleanup_minutes"] = 0
    form["rules-0-approval_at_night"] = "on"
    form["rules-0-approval_over_minutes"] = 480
    assert saved(as_manager.post(page("instrument_add"), form))
    assert BookingRules.objects.filter(instrument__name="Fortessa X-20").exists()


def test_an_instrument_is_not_put_on_another_platform(as_manager, mine, theirs):
    answer = as_manager.post(page("instrument_add"), instrument_form(theirs))
    assert answer.status_code == 200
    assert "facility" in answer.context["adminform"].form.errors
    offered = answer.context["adminform"].form.fields["facility"].queryset
    assert list(offered) == [mine]
    assert not Instrument.objects.exists()


def test_an_instrument_never_changes_its_platform(as_administrator, mine, theirs):
    instrument = make.an_instrument(mine)
    instrument.time_slots.all().delete()
    form = instrument_form(theirs, state="out_of_service", state_reason="Laser")
    form |= {"rules-INITIAL_FORMS": 1, "rules-0-id": instrument.rules.pk}
    assert saved(as_administrator.post(page("instrument_change", instrument.pk), form))
    instrument.refresh_from_db()
    assert (instrument.facility, instrument.state) == (mine, "out_of_service")


def test_instruments_elsewhere_are_neither_seen_nor_changed(as_manager, theirs):
    instrument = make.an_instrument(theirs)
    assert instrument.name not in as_manager.get(page("instrument_changelist")).text
    assert as_manager.get(page("instrument_change", instrument.pk)).status_code == 302
    as_manager.post(page("instrument_change", instrument.pk), instrument_form(theirs))
    instrument.refresh_from_db()
    assert instrument.name != "Fortessa X-20"


@pytest.mark.parametrize("role", ["operator", "accountant", "trainer"])
def test_other_roles_set_nothing_up(client, mine, role):
    client.force_login(make.a_staff_member(mine, role, user=make.a_user(is_staff=True)))
    for name in ("facility_changelist", "instrument_changelist", "closure_changelist"):
        assert client.get(page(name)).status_code == 403
    assert client.get(page("facility_change", mine.pk)).status_code in (302, 403)


def test_a_manager_who_may_not_open_the_admin_stays_outside(client, mine):
    client.force_login(make.a_staff_member(mine))
    assert client.get(reverse("admin:index")).status_code in (302, 403)


def test_an_administrator_sees_every_platform(as_administrator, mine, theirs):
    response = as_administrator.get(page("facility_changelist"))
    assert set(response.context["cl"].result_list) == {mine, theirs}
    assert as_administrator.get(page("facility_add")).status_code == 200


def test_rules_that_contradict_each_other_are_told_in_words(as_manager, mine):
    form = instrument_form(mine) | {"rules-0-longest_minutes": 10}
    answer = as_manager.post(page("instrument_add"), form)
    assert "The longest booking is no shorter than the shortest." in answer.text
    assert not Instrument.objects.exists()


def test_hours_that_end_before_they_begin_are_told_in_words(as_manager, mine):
    slot = {"weekday": 0, "opens": "18:00", "closes": "09:00"}
    form = platform_form(mine, **formset(SLOTS, slot))
    answer = as_manager.post(page("facility_change", mine.pk), form)
    assert "It closes after it opens, or at 0:00." in answer.text


def test_the_admin_speaks_the_managers_language(as_manager, manager, mine):
    manager.language = "fr"
    manager.save()
    text = as_manager.get(page("facility_change", mine.pk)).text
    for words in ("Réglages de Plateau", "plateforme", "créneaux d&#x27;ouverture", "fermetures"):
        assert words.lower() in text.lower()

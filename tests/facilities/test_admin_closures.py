"""Closures in the admin: typed on the platform's clock, stored under the instruments' locks."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from facilities.models import Closure
from tests import factories as make
from tests.facilities.admin_forms import CLOSURES, formset, page, platform_form, saved

pytestmark = pytest.mark.django_db


def closure_row(start, end, **fields):
    (day, hour), (last_day, last_hour) = start.split(), end.split()
    return {
        "kind": "holiday",
        "starts_at_0": day,
        "starts_at_1": hour,
        "ends_at_0": last_day,
        "ends_at_1": last_hour,
        "reason": "Works",
        **fields,
    }


def test_a_closure_is_typed_on_the_platforms_clock(as_manager, mine):
    row = closure_row("2026-12-24 18:00", "2026-12-28 08:00")
    form = platform_form(mine, **formset(CLOSURES, row))
    assert saved(as_manager.post(page("facility_change", mine.pk), form))
    closure = Closure.objects.get()
    assert closure.starts_at == dt.datetime(2026, 12, 24, 17, tzinfo=dt.UTC)
    assert closure.ends_at == dt.datetime(2026, 12, 28, 7, tzinfo=dt.UTC)
    text = as_manager.get(page("facility_change", mine.pk)).text
    assert 'value="18:00:00"' in text
    assert 'value="17:00:00"' not in text


def test_a_closure_waits_for_bookings_that_are_being_written(as_manager, mine):
    instrument = make.an_instrument(mine)
    row = closure_row("2026-12-24 18:00", "2026-12-28 08:00")
    form = platform_form(mine, **formset(CLOSURES, row))
    with CaptureQueriesContext(connection) as asked:
        assert saved(as_manager.post(page("facility_change", mine.pk), form))
    (lock,) = [query for query in asked if "FOR NO KEY UPDATE" in query["sql"]]
    assert f'"facility_id" = {mine.pk}' in lock["sql"]
    assert instrument.facility == mine


def test_a_closure_is_changed_and_lifted(as_manager, mine):
    as_manager.post(
        page("closure_add"),
        closure_row("2026-12-24 18:00", "2026-12-28 08:00", facility=mine.pk),
    )
    closure = Closure.objects.get()
    changed = closure_row("2026-12-24 18:00", "2026-12-29 08:00", reason="More works")
    assert saved(as_manager.post(page("closure_change", closure.pk), changed))
    closure.refresh_from_db()
    assert (closure.facility, closure.reason) == (mine, "More works")
    assert closure.ends_at == make.at("2026-12-29 08:00")
    row = {**changed, "id": closure.pk, "DELETE": "on"}
    form = platform_form(mine, **formset(CLOSURES, row, initial=1))
    assert saved(as_manager.post(page("facility_change", mine.pk), form))
    assert not Closure.objects.exists()


def test_a_closure_ends_after_it_starts(as_manager, mine):
    row = closure_row("2026-12-24 18:00", "2026-12-24 08:00", facility=mine.pk)
    answer = as_manager.post(page("closure_add"), row)
    assert answer.context["adminform"].form.errors == {"ends_at": ["It ends after it starts."]}


def test_only_an_administrator_shuts_the_whole_centre(as_manager, client):
    row = closure_row("2026-12-24 18:00", "2026-12-28 08:00")
    answer = as_manager.post(page("closure_add"), row)
    assert "facility" in answer.context["adminform"].form.errors
    client.force_login(make.a_user(is_staff=True, is_superuser=True))
    assert saved(client.post(page("closure_add"), row))
    assert Closure.objects.get().facility is None


def test_a_closure_of_the_whole_centre_is_not_a_managers_to_change(as_manager):
    closure = Closure.objects.create(
        starts_at=make.at("2026-12-24 18:00"), ends_at=make.at("2026-12-28 08:00"), reason="Xmas"
    )
    assert as_manager.get(page("closure_change", closure.pk)).status_code == 302
    as_manager.post(page("closure_delete", closure.pk), {"post": "yes"})
    assert Closure.objects.exists()

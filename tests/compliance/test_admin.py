"""Whoever trains people on a platform grants its qualifications, and no others."""

import pytest
from django.urls import reverse

from compliance.models import Grant
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def instrument():
    return make.an_instrument()


@pytest.fixture
def elsewhere():
    return make.an_instrument()


@pytest.fixture(params=["manager", "trainer"])
def trainer(request, client, instrument):
    person = make.a_staff_member(
        instrument.facility, request.param, user=make.a_user(is_staff=True)
    )
    client.force_login(person)
    return person


def page(name, *args):
    return reverse(f"admin:compliance_{name}", args=args)


def grant_form(user, qualification):
    return {
        "user": user.pk,
        "qualification": qualification.pk,
        "level": "autonomous",
        "valid_from": "2026-10-01",
    }


def test_a_grant_is_given_and_says_by_whom(client, trainer, instrument):
    qualification, person = make.a_qualification(instrument), make.a_user()
    answer = client.post(page("grant_add"), grant_form(person, qualification))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Grant.objects.get().granted_by == trainer


def test_a_qualification_of_another_platform_is_not_theirs_to_grant(client, trainer, elsewhere):
    qualification = make.a_qualification(elsewhere)
    answer = client.post(page("grant_add"), grant_form(make.a_user(), qualification))
    assert "qualification" in answer.context["adminform"].form.errors
    assert not Grant.objects.exists()


def test_nobody_qualifies_themselves_here_either(client, trainer, instrument):
    form = grant_form(trainer, make.a_qualification(instrument))
    answer = client.post(page("grant_add"), form)
    assert answer.context["adminform"].form.errors == {
        "user": ["Your own qualification is granted by somebody else."]
    }
    assert not Grant.objects.exists()


def test_a_validity_that_is_turned_around_is_said_at_its_field(client, trainer, instrument):
    form = grant_form(make.a_user(), make.a_qualification(instrument))
    answer = client.post(page("grant_add"), form | {"valid_until": "2026-09-01"})
    assert "valid_until" in answer.context["adminform"].form.errors


def revoke(client, *grants):
    data = {"action": "revoke", "_selected_action": [grant.pk for grant in grants]}
    return client.post(page("grant_changelist"), data, follow=True)


def test_grants_elsewhere_are_neither_seen_nor_revoked(client, trainer, elsewhere):
    grant = make.a_grant(make.a_user(first_name="Zoé"), make.a_qualification(elsewhere))
    assert "Zoé" not in client.get(page("grant_changelist")).text
    assert client.get(page("grant_change", grant.pk)).status_code == 302
    revoke(client, grant)
    grant.refresh_from_db()
    assert grant.revoked_on is None


def test_a_grant_is_revoked_but_never_changed_or_deleted(client, trainer, instrument):
    grant = make.a_grant(make.a_user(), make.a_qualification(instrument))
    form = grant_form(make.a_user(), grant.qualification)
    assert client.post(page("grant_change", grant.pk), form).status_code == 403
    assert client.post(page("grant_delete", grant.pk), {"post": "yes"}).status_code == 403
    assert client.get(page("grant_change", grant.pk)).status_code == 200
    revoke(client, grant)
    grant.refresh_from_db()
    assert grant.revoked_on is not None


def test_an_administrator_looks_at_grants_and_gives_none(client, instrument):
    grant = make.a_grant(make.a_user(), make.a_qualification(instrument))
    client.force_login(make.a_user(is_staff=True, is_superuser=True))
    assert client.get(page("grant_changelist")).status_code == 200
    assert client.get(page("grant_add")).status_code == 403
    revoke(client, grant)
    grant.refresh_from_db()
    assert grant.revoked_on is None


def test_the_instruments_page_offers_its_platforms_qualifications(client, instrument, elsewhere):
    ours, other = make.a_qualification(instrument), make.a_qualification(elsewhere)
    manager = make.a_staff_member(instrument.facility, user=make.a_user(is_staff=True))
    make.a_staff_member(elsewhere.facility, user=manager)
    client.force_login(manager)
    response = client.get(reverse("admin:facilities_instrument_change", args=[instrument.pk]))
    (inline,) = [
        formset.formset
        for formset in response.context["inline_admin_formsets"]
        if "qualification" in formset.formset.empty_form.fields
    ]
    offered = list(inline.empty_form.fields["qualification"].queryset)
    assert ours in offered
    assert other not in offered


def test_a_qualification_names_instruments_of_own_platforms_only(client, instrument, elsewhere):
    manager = make.a_staff_member(instrument.facility, user=make.a_user(is_staff=True))
    client.force_login(manager)
    form = {"facility": instrument.facility_id, "name": "Lasers", "instruments": [elsewhere.pk]}
    answer = client.post(page("qualification_add"), form)
    assert "instruments" in answer.context["adminform"].form.errors
    form["instruments"] = [instrument.pk]
    assert client.post(page("qualification_add"), form).status_code == 302

"""People, organisations and teams are an administrator's; others only find a name."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import Team, User
from accounts.proofs import has_proof
from tests import factories as make
from tests.second_proofs import an_app

pytestmark = pytest.mark.django_db

NEW_PERSON = {
    "email": "New.Person@Lab.Example",
    "first_name": "New",
    "last_name": "Person",
    "language": "fr",
    "usable_password": "true",
    "password1": "a fresh long password",
    "password2": "a fresh long password",
    "memberships-TOTAL_FORMS": 0,
    "memberships-INITIAL_FORMS": 0,
}


@pytest.fixture
def as_administrator(client):
    client.force_login(make.a_user(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def manager(client):
    manager = make.a_staff_member(make.a_facility(), user=make.a_user(is_staff=True))
    client.force_login(manager)
    return manager


def proof_page(name, *args):
    return reverse(f"admin:mfa_authenticator_{name}", args=args)


def page(name, *args):
    return reverse(f"admin:accounts_{name}", args=args)


def test_an_administrator_adds_a_person_by_address_and_password(as_administrator):
    answer = as_administrator.post(page("user_add"), NEW_PERSON)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    person = User.objects.get(email="new.person@lab.example")
    assert person.check_password("a fresh long password")
    assert not person.is_staff


def test_an_address_names_one_person_whatever_its_case(as_administrator):
    make.a_user("new.person@lab.example")
    answer = as_administrator.post(page("user_add"), NEW_PERSON)
    assert "email" in answer.context["adminform"].form.errors


def test_an_address_that_was_given_up_opens_no_password_reset(as_administrator):
    person = make.a_user("old@lab.example")
    EmailAddress.objects.create(user=person, email="old@lab.example", primary=True)
    form = {
        "email": "new@lab.example",
        "language": "fr",
        "reminder_minutes": "60",
        "is_active": "on",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    answer = as_administrator.post(page("user_change", person.pk), form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert not EmailAddress.objects.filter(email="old@lab.example").exists()


def test_tokens_and_groups_are_not_made_here(as_administrator):
    text = as_administrator.get(reverse("admin:index")).text
    kept_away = ("knox", "auth/group", "account", "socialaccount", "usersessions")
    for hidden in kept_away:
        assert f"/admin/{hidden}/" not in text


def test_a_lost_proof_is_removed_and_none_is_made_or_seen(as_administrator):
    person = make.a_user()
    secret = an_app(person)
    row = Authenticator.objects.get(user=person)
    assert row.data["secret"] not in as_administrator.get(proof_page("change", row.pk)).text
    assert secret not in as_administrator.get(proof_page("changelist")).text
    assert as_administrator.get(proof_page("add")).status_code == 403
    as_administrator.post(proof_page("delete", row.pk), {"post": "yes"})
    assert not has_proof(person)


def test_a_person_and_their_password_have_pages(as_administrator):
    person = make.a_user(first_name="Ana")
    text = as_administrator.get(page("user_change", person.pk)).text
    assert "reminder_minutes" in text
    assert 'name="groups"' not in text
    answer = as_administrator.post(
        reverse("admin:auth_user_password_change", args=[person.pk]),
        {
            "usable_password": "true",
            "password1": "another long password",
            "password2": "another long password",
        },
    )
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.check_password("another long password")


def test_a_team_is_set_up_with_members_projects_and_accounts(as_administrator):
    organisation, person = make.an_organisation(), make.a_user()
    answer = as_administrator.post(
        page("team_add"),
        {
            "organisation": organisation.pk,
            "name": "Roux",
            "is_active": "on",
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 0,
            "memberships-0-user": person.pk,
            "memberships-0-role": "head",
            "memberships-0-starts_on": "2026-01-01",
            "projects-TOTAL_FORMS": 1,
            "projects-INITIAL_FORMS": 0,
            "projects-0-name": "CLL resistance",
            "projects-0-kind": "academic",
            "accounts-TOTAL_FORMS": 1,
            "accounts-INITIAL_FORMS": 0,
            "accounts-0-kind": "grant",
            "accounts-0-reference": "ANR-24",
        },
    )
    assert answer.status_code == 302
    team = Team.objects.get()
    assert team.memberships.get().role == "head"
    assert (team.projects.get().name, team.accounts.get().reference) == (
        "CLL resistance",
        "ANR-24",
    )


@pytest.mark.parametrize("name", ["user", "team", "organisation", "project", "fundingaccount"])
def test_nothing_here_is_for_a_manager(client, manager, name):
    for what in ("changelist", "add"):
        assert client.get(page(f"{name}_{what}")).status_code == 403


def test_a_manager_opens_no_persons_record_not_even_their_own(client, manager):
    for method in (client.get, client.post):
        answer = method(page("user_change", manager.pk), {"is_superuser": "on"})
        assert answer.status_code == 403
    answer = client.post(
        reverse("admin:auth_user_password_change", args=[make.a_user().pk]),
        {"password1": "another long password", "password2": "another long password"},
    )
    assert answer.status_code == 403
    manager.refresh_from_db()
    assert not manager.is_superuser


def found_by(client, term, field="user"):
    return client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "facilities",
            "model_name": "facilitystaff",
            "field_name": field,
            "term": term,
        },
    )


def test_a_manager_finds_a_person_by_name_in_a_field(client, manager):
    person = make.a_user(first_name="Ana", last_name="Silva")
    make.a_user(first_name="Ana", last_name="Gone", is_active=False)
    assert found_by(client, "Ana").json()["results"] == [
        {"id": str(person.pk), "text": "Ana Silva"}
    ]


def test_nobody_outside_the_admin_finds_people_there(client):
    client.force_login(make.a_user())
    assert found_by(client, "a").status_code in (302, 403)


def test_the_admin_sends_people_to_the_one_log_in_page(client):
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))

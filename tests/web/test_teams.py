"""My team's page, finding another team, and coming in by an invitation."""

import re

import pytest
from django.urls import reverse

from accounts import services
from accounts.models import Invitation, JoinRequest, Membership, User
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PASSWORD = "seven green pipettes"


@pytest.fixture
def team():
    team = make.a_team(name="Roux")
    make.a_project(team, name="CLL resistance")
    make.an_account(team, reference="ANR-1", ceiling_cents=100_000)
    return team


@pytest.fixture
def head(client, team):
    person = make.a_member(team, "head", make.a_user(first_name="Helen", last_name="Roux"))
    client.force_login(person)
    return person


def page(client, team):
    return client.get(reverse("team", args=[team.pk]))


def link():
    event = OutboxMessage.objects.filter(topic="accounts.invited").latest("pk")
    (mail,) = renderer_of("accounts.invited")(event.payload, NOW)
    return re.findall(r"/invitations/\?key=\S+", mail.text)[0]


def invited(client, team, email="new@lab.example", **more):
    data = {"email": email, "role": "member", "language": "en"}
    return client.post(reverse("invite", args=[team.pk]), data | more, follow=True)


def test_a_head_sees_people_money_and_who_waits(client, team, head):
    newcomer = make.a_user(first_name="Lena", last_name="Costa")
    services.ask_to_join(actor=newcomer, team_id=team.pk, message="From Monday on", now=NOW)
    text = page(client, team).text
    for word in ("1 person asks to join Roux", "Lena Costa", "From Monday on", "Helen Roux"):
        assert word in text, word
    for word in ("CLL resistance", "Open to the whole team", "ANR-1", "€1,000.00 left"):
        assert word in text, word


def test_a_member_sees_people_but_no_ceiling_invitation_or_address(client, team, head):
    invited(client, team)
    client.force_login(make.a_member(team))
    text = page(client, team).text
    assert "Helen Roux" in text
    assert "ANR-1" in text
    for word in ("€1,000.00", "new@lab.example", "Invite somebody", head.email):
        assert word not in text, word


def test_another_team_is_not_there_for_a_stranger(client, team, head):
    seat = Membership.objects.get(user=head)
    project = team.projects.get()
    invited(client, team)
    invitation = Invitation.objects.get()
    asked = services.ask_to_join(actor=make.a_user(), team_id=team.pk, message="", now=NOW)
    for stranger in (make.a_partner(), make.a_member(make.a_team(), "head")):
        client.force_login(stranger)
        assert page(client, team).status_code == 404
        for name, pk in (
            ("invite", team.pk),
            ("approve_join", asked.pk),
            ("refuse_join", asked.pk),
            ("withdraw_join", asked.pk),
            ("resend", invitation.pk),
            ("revoke", invitation.pk),
            ("role", seat.pk),
            ("end_membership", seat.pk),
            ("project_people", project.pk),
        ):
            data = {"role": "member", "email": "a@b.example", "language": "en", "reason": "x"}
            assert client.post(reverse(name, args=[pk]), data).status_code == 404, name


def test_asking_answering_and_being_told_so(client, team, head):
    newcomer = make.a_user(first_name="Lena")
    client.force_login(newcomer)
    assert "Roux" in client.get(reverse("teams"), {"search": "rou"}).text
    client.post(reverse("ask_to_join"), {"team": team.pk, "message": "Hello"})
    asked = JoinRequest.objects.get()
    assert "Withdraw" in client.get(reverse("teams")).text
    client.force_login(head)
    step = reverse("refuse_join", args=[asked.pk])
    assert "Give a reason" in client.post(step, {"reason": ""}, follow=True).text
    client.post(step, {"reason": "Not with us"})
    client.force_login(newcomer)
    assert "Not with us" in client.get(reverse("teams")).text
    client.post(reverse("ask_to_join"), {"team": team.pk})
    client.force_login(head)
    client.post(reverse("approve_join", args=[JoinRequest.objects.latest("pk").pk]))
    assert Membership.objects.filter(user=newcomer, team=team).exists()


def test_the_search_shows_no_company_and_a_partner_no_search(client, researcher):
    make.a_team(make.a_company(name="Pharma du Midi"), name="Discovery")
    answer = client.get(reverse("teams"), {"search": "discovery"})
    assert "Pharma du Midi" not in answer.text
    client.force_login(make.a_partner())
    assert "Ask to join" not in client.get(reverse("teams"), {"search": "roux"}).text


def test_what_is_wrong_with_an_invitation_stands_at_its_field(client, team, head):
    answer = invited(client, team, email="nobody")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "belongs to the team already" in invited(client, team, email=head.email).text
    assert invited(client, team, role="king").status_code == 422


def test_a_manager_of_the_team_offers_membership_only(client, team, head):
    client.force_login(make.a_member(team, "manager"))
    assert invited(client, team, role="head").status_code == 422
    assert invited(client, team).status_code == 200


def test_a_new_person_comes_in_by_the_link_and_books(client, team, head):
    assert "Invited: new@lab.example." in invited(client, team).text
    address = link()
    client.logout()
    answer = client.get(address, follow=True)
    assert answer.request["PATH_INFO"] == reverse("invitation")
    assert answer.request["QUERY_STRING"] == ""
    assert "Helen Roux invites you" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    data = {"first_name": "Lena", "last_name": "Costa", "password": "short"}
    assert "too short" in client.post(reverse("invitation"), data).text
    answer = client.post(reverse("invitation"), data | {"password": PASSWORD}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("team", args=[team.pk])
    assert client.get(reverse("book")).status_code == 200
    client.logout()
    client.get(address)
    assert client.get(reverse("invitation")).status_code == 410


def test_somebody_with_an_account_logs_in_and_accepts(client, team, head):
    person = make.a_user("new@lab.example")
    person.set_password(PASSWORD)
    person.save()
    invited(client, team, role="manager")
    client.logout()
    answer = client.get(link(), follow=True)
    assert "has an account here" in answer.text
    data = {"login": person.email, "password": PASSWORD, "next": reverse("invitation")}
    answer = client.post(reverse("account_login"), data, follow=True)
    assert answer.request["PATH_INFO"] == reverse("invitation")
    client.post(reverse("invitation"))
    assert Membership.objects.get(user=person).role == "manager"


def test_an_invitation_is_nothing_to_somebody_else(client, team, head):
    invited(client, team)
    client.force_login(make.a_researcher())
    assert "is for new@lab.example" in client.get(link(), follow=True).text
    assert client.post(reverse("invitation")).status_code == 409
    assert not User.objects.filter(email="new@lab.example").exists()


def test_guessing_links_is_slowed_down(client, team, head):
    invited(client, team)
    client.logout()
    for _ in range(20):
        client.get("/invitations/?key=guess")
        assert client.get(reverse("invitation")).status_code == 410
    client.get(link())
    assert client.get(reverse("invitation")).status_code == 410


def test_sending_again_and_revoking(client, team, head):
    invited(client, team)
    invitation, old = Invitation.objects.get(), link()
    client.post(reverse("resend", args=[invitation.pk]))
    assert link() != old
    answer = client.post(
        reverse("revoke", args=[invitation.pk]),
        {"next": reverse("team", args=[team.pk])},
        follow=True,
    )
    assert "Revoked: new@lab.example." in answer.text
    assert "Under way" not in answer.text


def test_roles_last_days_and_people_of_projects(client, team, head):
    person = make.a_member(team)
    seat, project = Membership.objects.get(user=person), team.projects.get()
    client.post(reverse("project_people", args=[project.pk]), {"people": [person.pk]})
    assert list(project.members.all()) == [person]
    client.post(reverse("project_people", args=[project.pk]), {"people": [10**10]})
    assert list(project.members.all()) == [person]
    client.post(reverse("role", args=[seat.pk]), {"role": "manager"})
    client.post(reverse("end_membership", args=[seat.pk]), {"last_day": "2026-12-31"})
    seat.refresh_from_db()
    assert (seat.role, str(seat.ends_on)) == ("manager", "2026-12-31")
    client.post(reverse("end_membership", args=[seat.pk]))
    assert not Membership.objects.current(NOW.date()).filter(pk=seat.pk).exists()
    own = Membership.objects.get(user=head)
    answer = client.post(reverse("end_membership", args=[own.pk]), follow=True)
    assert "The team needs a head" in answer.text


@pytest.mark.parametrize("people", [2, 12])
def test_the_page_asks_the_same_number_of_questions(
    client, team, head, people, django_assert_max_num_queries
):
    for number in range(people):
        person = make.a_member(team)
        project = make.a_project(team)
        project.members.add(person)
        make.an_account(team)
        services.ask_to_join(actor=make.a_user(), team_id=team.pk, message="", now=NOW)
        services.invite_to_team(
            actor=head,
            team_id=team.pk,
            email=f"p{number}@lab.example",
            role="member",
            language="en",
            now=NOW,
        )
    with django_assert_max_num_queries(16):
        assert page(client, team).status_code == 200

"""Asking to join a team, and the answer."""

import datetime as dt

import pytest

from accounts import services
from accounts.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    NotFound,
    NotPermitted,
    ReasonRequired,
    TooManyAsked,
)
from accounts.models import JoinRequest, Membership
from accounts.permissions import join_requests_answered_by, teams_open_to
from accounts.queries import teams_found
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def team():
    return make.a_team(name="Roux")


@pytest.fixture
def head(team):
    return make.a_member(team, "head")


@pytest.fixture
def newcomer():
    return make.a_user(first_name="Lena", last_name="Costa")


def asked(person, team, message="I work with you since Monday"):
    return services.ask_to_join(actor=person, team_id=team.pk, message=message, now=NOW)


def mails_of(topic):
    (event,) = OutboxMessage.objects.filter(topic=topic)
    return renderer_of(topic)(event.payload, NOW)


def test_who_leads_the_team_is_told_and_finds_the_request_waiting(team, head, newcomer):
    manager = make.a_member(team, "manager")
    make.a_member(team)
    request = asked(newcomer, team)
    assert {mail.address for mail in mails_of("accounts.join_asked")} == {
        head.email,
        manager.email,
    }
    assert list(join_requests_answered_by(head, on=TODAY)) == [request]
    assert list(join_requests_answered_by(newcomer, on=TODAY)) == []


def test_approval_makes_a_member_from_today_and_tells_them(team, head, newcomer):
    request = asked(newcomer, team)
    services.approve_join_request(actor=head, request_id=request.pk, now=NOW)
    seat = Membership.objects.get(user=newcomer)
    assert (seat.team, seat.role, seat.starts_on, seat.ends_on) == (team, "member", TODAY, None)
    assert [mail.address for mail in mails_of("accounts.join_answered")] == [newcomer.email]


def test_approval_begins_an_ended_membership_again(team, head, newcomer):
    make.a_member(team, "manager", newcomer)
    Membership.objects.filter(user=newcomer).update(ends_on=TODAY - dt.timedelta(days=1))
    request = asked(newcomer, team)
    services.approve_join_request(actor=head, request_id=request.pk, now=NOW)
    seat = Membership.objects.get(user=newcomer)
    assert (seat.role, seat.starts_on, seat.ends_on) == ("member", TODAY, None)


def test_refusal_needs_a_reason_and_gives_it(team, head, newcomer):
    request = asked(newcomer, team)
    with pytest.raises(ReasonRequired):
        services.refuse_join_request(actor=head, request_id=request.pk, reason=" ", now=NOW)
    services.refuse_join_request(
        actor=head, request_id=request.pk, reason="Ask the Olive team.", now=NOW
    )
    assert not Membership.objects.filter(user=newcomer).exists()
    (mail,) = mails_of("accounts.join_answered")
    assert "Ask the Olive team." in mail.text


def test_an_answer_is_given_once(team, head, newcomer):
    request = asked(newcomer, team)
    services.approve_join_request(actor=head, request_id=request.pk, now=NOW)
    with pytest.raises(AlreadyAnswered):
        services.refuse_join_request(actor=head, request_id=request.pk, reason="No", now=NOW)
    with pytest.raises(AlreadyAnswered):
        services.withdraw_join_request(actor=newcomer, request_id=request.pk, now=NOW)


def test_one_open_request_for_each_team(team, head, newcomer):
    first = asked(newcomer, team)
    with pytest.raises(AlreadyAsked):
        asked(newcomer, team)
    services.withdraw_join_request(actor=newcomer, request_id=first.pk, now=NOW)
    assert asked(newcomer, team).state == JoinRequest.State.OPEN


def test_nobody_asks_teams_without_end(newcomer):
    for _ in range(5):
        asked(newcomer, make.a_team())
    with pytest.raises(TooManyAsked):
        asked(newcomer, make.a_team())


@pytest.mark.parametrize("role", ["member", "billing_contact"])
def test_who_does_not_lead_the_team_neither_sees_nor_answers(team, head, newcomer, role):
    request = asked(newcomer, team)
    for other in (make.a_member(team, role), make.a_member(make.a_team(), "head")):
        with pytest.raises(NotFound):
            services.approve_join_request(actor=other, request_id=request.pk, now=NOW)
    with pytest.raises(NotPermitted):
        services.approve_join_request(actor=newcomer, request_id=request.pk, now=NOW)


def test_a_company_is_never_found_nor_asked(newcomer):
    company = make.a_team(make.a_company(name="Pharma du Midi"), name="Discovery")
    start_up = make.a_team(make.an_organisation(kind="host", tier="SUP"), name="Discovery two")
    assert not teams_open_to(newcomer, on=TODAY).filter(pk__in=[company.pk, start_up.pk]).exists()
    for team in (company, start_up):
        with pytest.raises(NotFound):
            asked(newcomer, team)


def test_people_of_a_company_find_no_team(team):
    assert not teams_open_to(make.a_partner(), on=TODAY).exists()


def test_a_search_takes_words_of_team_and_organisation(newcomer):
    institute = make.an_organisation(kind="academic", name="Institut de Provence")
    team = make.a_team(institute, name="Garrigue")
    make.a_team(name="Olive")
    assert list(teams_found(newcomer, search="garr provence", on=TODAY)) == [team]
    assert list(teams_found(newcomer, search="g", on=TODAY)) == []
    assert list(teams_found(newcomer, search="%%", on=TODAY)) == []


def test_ones_own_team_and_closed_teams_are_not_offered(team, newcomer):
    make.a_member(team, user=newcomer)
    make.a_team(name="Roux closed", is_active=False)
    assert list(teams_found(newcomer, search="roux", on=TODAY)) == []

"""Who belongs to a team is changed by two people at the same instant.

Every such change takes the team's lock first. Shown once to fail without it (`lock_team`
reading without FOR UPDATE): both heads leave, and who comes in two ways at once meets an
IntegrityError.
"""

import datetime as dt
import re
from functools import partial

import pytest

from accounts import services
from accounts.errors import AlreadyAnswered, AlreadyAsked, LinkNotValid, NoHeadLeft
from accounts.models import JoinRequest, Membership, User
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
YESTERDAY = NOW.date() - dt.timedelta(days=1)


def word_for(head, team, email):
    services.invite_to_team(
        actor=head, team_id=team.pk, email=email, role="member", language="en", now=NOW
    )
    event = OutboxMessage.objects.filter(topic="accounts.invited").latest("pk")
    (mail,) = renderer_of("accounts.invited")(event.payload, NOW)
    return re.findall(r"key=(\S+)", mail.text)[0]


def test_two_heads_never_leave_at_once():
    before = deadlocks()
    for _ in range(ROUNDS):
        team = make.a_team()
        heads = [make.a_member(team, "head") for _ in range(2)]
        seats = [Membership.objects.get(user=head) for head in heads]
        outcomes = together(
            [
                partial(
                    services.end_membership,
                    actor=head,
                    membership_id=seat.pk,
                    last_day=YESTERDAY,
                    now=NOW,
                )
                for head, seat in zip(heads, seats, strict=True)
            ]
        )
        assert kinds(outcomes) == {"Membership": 1, NoHeadLeft.__name__: 1}
    assert deadlocks() == before


def test_a_link_that_is_opened_twice_at_once_makes_one_account():
    for number in range(ROUNDS):
        team = make.a_team()
        email = f"new{number}@lab.example"
        word = word_for(make.a_member(team, "head"), team, email)
        accept = partial(
            services.accept_as_new_person,
            word=word,
            first_name="Lena",
            last_name="Costa",
            password="seven green pipettes",
            language="en",
            now=NOW,
        )
        assert kinds(together([accept, accept])) == {LinkNotValid.__name__: 1, "User": 1}
        assert Membership.objects.get(team=team, user__email=email).role == "member"


def test_a_request_is_answered_once_and_asked_once():
    for _ in range(ROUNDS):
        team, person = make.a_team(), make.a_user()
        heads = [make.a_member(team, "head") for _ in range(2)]
        ask = partial(services.ask_to_join, actor=person, team_id=team.pk, message="", now=NOW)
        assert kinds(together([ask, ask])) == {AlreadyAsked.__name__: 1, "JoinRequest": 1}
        request = JoinRequest.objects.get(person=person)
        outcomes = together(
            [
                partial(
                    services.approve_join_request, actor=heads[0], request_id=request.pk, now=NOW
                ),
                partial(
                    services.refuse_join_request,
                    actor=heads[1],
                    request_id=request.pk,
                    reason="No",
                    now=NOW,
                ),
            ]
        )
        assert kinds(outcomes) == {AlreadyAnswered.__name__: 1, "JoinRequest": 1}
        request.refresh_from_db()
        is_member = Membership.objects.filter(team=team, user=person).exists()
        assert is_member == (request.state == "approved")


def test_coming_in_by_request_and_by_link_at_once_makes_one_place():
    for number in range(ROUNDS):
        team, person = make.a_team(), make.a_user(f"both{number}@lab.example")
        head = make.a_member(team, "head")
        word = word_for(head, team, person.email)
        request = services.ask_to_join(actor=person, team_id=team.pk, message="", now=NOW)
        outcomes = together(
            [
                partial(services.accept_invitation, actor=person, word=word, now=NOW),
                partial(services.approve_join_request, actor=head, request_id=request.pk, now=NOW),
            ]
        )
        assert kinds(outcomes) == {"Invitation": 1, "JoinRequest": 1}
        assert Membership.objects.filter(team=team, user=person).count() == 1
    assert User.objects.filter(email__startswith="both").count() == ROUNDS

"""Invitations: the way to an account, by a link that works once and for one address."""

import datetime as dt
import re

import pytest
from django.apps import apps
from django.db import connection

from accounts import services
from accounts.errors import (
    AlreadyAnswered,
    AlreadyInvited,
    AlreadyMember,
    LinkNotValid,
    NotFound,
    NotPermitted,
    OtherAddress,
    PasswordRefused,
    TooManyAsked,
)
from accounts.models import Membership, User
from accounts.queries import invitation_by_word
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
PASSWORD = "seven green pipettes"
WEEK = dt.timedelta(days=7)


@pytest.fixture
def team():
    return make.a_team(name="Roux")


@pytest.fixture
def head(team):
    return make.a_member(team, "head")


def invited(head, team, email="New.Person@Lab.Example", role="member", **more):
    return services.invite_to_team(
        actor=head, team_id=team.pk, email=email, role=role, language="fr", now=NOW, **more
    )


def mail():
    event = OutboxMessage.objects.filter(topic="accounts.invited").latest("pk")
    return renderer_of("accounts.invited")(event.payload, NOW)


def word():
    (letter,) = mail()
    return re.findall(r"/invitations/\?key=(\S+)", letter.text)[0]


def accepted(link, **fields):
    data = {"first_name": "Lena", "last_name": "Costa", "password": PASSWORD, "language": "fr"}
    return services.accept_as_new_person(word=link, now=NOW, **(data | fields))


def test_a_new_person_gets_an_account_and_a_place_in_the_team(team, head):
    until = TODAY + dt.timedelta(days=90)
    invited(head, team, ends_on=until)
    person = accepted(word())
    assert (person.email, person.get_full_name()) == ("new.person@lab.example", "Lena Costa")
    assert person.check_password(PASSWORD)
    seat = Membership.objects.get(user=person)
    assert (seat.team, seat.role, seat.starts_on, seat.ends_on) == (team, "member", TODAY, until)


def test_a_link_works_once(team, head):
    invited(head, team)
    link = word()
    accepted(link)
    with pytest.raises(LinkNotValid):
        accepted(link)
    assert mail() == []


def test_a_link_ends_after_a_week(team, head):
    invited(head, team)
    link = word()
    assert invitation_by_word(link, now=NOW + WEEK - dt.timedelta(seconds=1))
    with pytest.raises(LinkNotValid):
        invitation_by_word(link, now=NOW + WEEK)


def test_a_revoked_link_opens_nothing(team, head):
    invitation = invited(head, team)
    link = word()
    services.revoke_invitation(actor=head, invitation_id=invitation.pk, now=NOW)
    with pytest.raises(LinkNotValid):
        accepted(link)
    with pytest.raises(AlreadyAnswered):
        services.resend_invitation(actor=head, invitation_id=invitation.pk, now=NOW)


def test_sending_again_makes_a_new_link_and_ends_the_old(team, head):
    invitation = invited(head, team)
    old = word()
    services.resend_invitation(actor=head, invitation_id=invitation.pk, now=NOW)
    new = word()
    assert new != old
    with pytest.raises(LinkNotValid):
        invitation_by_word(old, now=NOW)
    assert invitation_by_word(new, now=NOW) == invitation


def test_it_is_sent_again_five_times_at_the_most(team, head):
    invitation = invited(head, team)
    for _ in range(4):
        services.resend_invitation(actor=head, invitation_id=invitation.pk, now=NOW)
    with pytest.raises(TooManyAsked):
        services.resend_invitation(actor=head, invitation_id=invitation.pk, now=NOW)


def test_the_link_is_nowhere_in_the_database(team, head):
    invited(head, team)
    link = word()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{link}%"])
            assert cursor.fetchone() == (0,), table


def test_a_link_made_with_the_key_before_still_works(team, head, settings):
    invited(head, team)
    link = word()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key of the site, long enough for anybody at all"
    assert word() == link
    assert invitation_by_word(link, now=NOW)


def test_somebody_with_an_account_accepts_with_it_whatever_the_case(team, head):
    person = make.a_user("new.person@lab.example")
    invited(head, team, role="manager")
    services.accept_invitation(actor=person, word=word(), now=NOW)
    assert Membership.objects.get(user=person).role == "manager"


def test_a_link_is_for_its_address_alone(team, head):
    invited(head, team)
    with pytest.raises(OtherAddress):
        services.accept_invitation(actor=make.a_user(), word=word(), now=NOW)


def test_no_second_account_is_made_for_an_address(team, head):
    make.a_user("new.person@lab.example")
    invited(head, team)
    with pytest.raises(LinkNotValid):
        accepted(word())
    assert User.objects.filter(email__iexact="new.person@lab.example").count() == 1


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012345"])
def test_an_easy_password_is_refused_and_the_link_lives_on(team, head, password):
    invited(head, team)
    link = word()
    with pytest.raises(PasswordRefused):
        accepted(link, password=password)
    assert invitation_by_word(link, now=NOW)


def test_an_address_is_invited_once_to_a_team(team, head):
    invited(head, team)
    with pytest.raises(AlreadyInvited):
        invited(head, team, email="NEW.PERSON@lab.example")
    with pytest.raises(AlreadyMember):
        invited(head, team, email=head.email.upper())


def test_nobody_sends_invitations_without_end(team, head):
    for number in range(30):
        invited(head, team, email=f"p{number}@lab.example")
    with pytest.raises(TooManyAsked):
        invited(head, team)


def test_managers_invite_members_and_heads_anybody(team, head):
    manager = make.a_member(team, "manager")
    assert invited(manager, team)
    with pytest.raises(NotPermitted):
        invited(manager, team, email="b@lab.example", role="head")
    assert invited(head, team, email="b@lab.example", role="head")


def test_administrators_invite_to_any_team(team):
    assert invited(make.a_user(is_superuser=True), team, role="head")


def test_others_may_not_and_strangers_know_of_nothing(team, head):
    invitation = invited(head, team)
    with pytest.raises(NotPermitted):
        invited(make.a_member(team), team, email="b@lab.example")
    for stranger in (make.a_member(make.a_team(), "head"), make.a_partner()):
        with pytest.raises(NotFound):
            invited(stranger, team, email="b@lab.example")
        with pytest.raises(NotFound):
            services.revoke_invitation(actor=stranger, invitation_id=invitation.pk, now=NOW)


def test_history_says_who_was_invited_and_holds_no_link(team, head):
    invited(head, team)
    event = apps.get_model("accounts", "InvitationEvent").objects.get()
    assert event.email == "new.person@lab.example"
    assert not hasattr(event, "link_hash")

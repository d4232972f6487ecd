"""Who belongs to a team, in which role, and who works on its projects."""

import datetime as dt

import pytest
from django.apps import apps

from accounts import services
from accounts.errors import LastDayTooEarly, NoHeadLeft, NotFound, NotInTeam, NotPermitted
from accounts.models import Membership
from accounts.projects import usable_projects
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def team():
    return make.a_team()


@pytest.fixture
def head(team):
    return make.a_member(team, "head")


def seat_of(person):
    return Membership.objects.get(user=person)


def ended(actor, person, last_day=YESTERDAY):
    return services.end_membership(
        actor=actor, membership_id=seat_of(person).pk, last_day=last_day, now=NOW
    )


def given(actor, person, role):
    return services.change_role(actor=actor, membership_id=seat_of(person).pk, role=role, now=NOW)


def test_a_head_ends_a_membership_at_once_or_on_a_day(team, head):
    person, other = make.a_member(team), make.a_member(team)
    ended(head, person)
    assert not Membership.objects.current(TODAY).filter(user=person).exists()
    ended(head, other, TODAY)
    assert Membership.objects.current(TODAY).filter(user=other).exists()
    with pytest.raises(NotFound):
        ended(head, person)


def test_a_membership_does_not_end_before_it_began(team, head):
    with pytest.raises(LastDayTooEarly):
        ended(head, make.a_member(team), dt.date(2019, 12, 31))


def test_managers_end_members_only_and_anybody_may_leave(team, head):
    manager, person, other = (make.a_member(team, r) for r in ("manager", "member", "member"))
    with pytest.raises(NotPermitted):
        ended(manager, head)
    with pytest.raises(NotPermitted):
        ended(person, other)
    ended(manager, other)
    ended(person, person)
    ended(manager, manager)
    assert list(team.memberships.filter(ends_on=None)) == [seat_of(head)]


def test_only_the_head_changes_roles(team, head):
    manager, person = make.a_member(team, "manager"), make.a_member(team)
    with pytest.raises(NotPermitted):
        given(manager, person, "head")
    assert given(head, person, "billing_contact").role == "billing_contact"


def test_a_team_is_never_left_without_a_head(team, head):
    with pytest.raises(NoHeadLeft):
        given(head, head, "member")
    with pytest.raises(NoHeadLeft):
        ended(head, head)
    other = make.a_member(team, "head")
    Membership.objects.filter(user=other).update(ends_on=TODAY)
    with pytest.raises(NoHeadLeft):
        ended(head, head, TODAY)
    Membership.objects.filter(user=other).update(ends_on=None)
    given(head, head, "member")
    with pytest.raises(NotPermitted):
        given(head, head, "head")


def test_a_suspended_head_heads_nothing(team, head):
    make.a_member(team, "head", make.a_user(is_active=False))
    with pytest.raises(NoHeadLeft):
        ended(head, head)


def test_another_team_is_not_there_for_a_stranger(team, head):
    person = make.a_member(team)
    for stranger in (make.a_member(make.a_team(), "head"), make.a_partner()):
        with pytest.raises(NotFound):
            ended(stranger, person)
        with pytest.raises(NotFound):
            given(stranger, person, "head")


def test_changes_of_membership_are_kept(team, head):
    person = make.a_member(team)
    given(head, person, "manager")
    roles = (
        apps.get_model("accounts", "MembershipEvent").objects.filter(user=person).order_by("pgh_id")
    )
    assert list(roles.values_list("role", flat=True)) == ["member", "manager"]


def named(actor, project, *people):
    return services.name_people_of_project(
        actor=actor, project_id=project.pk, user_ids=[one.pk for one in people], now=NOW
    )


def is_usable(project, person):
    return usable_projects(person.pk, on=TODAY).filter(pk=project.pk).exists()


def test_naming_people_closes_a_project_to_others_and_naming_nobody_opens_it(team, head):
    project, person, other = make.a_project(team), make.a_member(team), make.a_member(team)
    named(head, project, person)
    assert is_usable(project, person)
    assert not is_usable(project, other)
    named(head, project)
    assert is_usable(project, other)


def test_only_people_of_the_team_work_on_its_projects(team, head):
    project, person = make.a_project(team), make.a_member(team)
    with pytest.raises(NotInTeam):
        named(head, project, make.a_researcher())
    with pytest.raises(NotPermitted):
        named(person, project, person)
    with pytest.raises(NotFound):
        named(make.a_member(make.a_team(), "head"), project)

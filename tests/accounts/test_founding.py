"""A centre begins: its first administrator, from the command line or not at all."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from accounts import services
from accounts.errors import CentreFounded, NameInUse, NotPermitted, PasswordRefused
from accounts.models import Invitation, Membership, Organisation, User
from accounts.services import TeamCard
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PASSWORD = "a long and unusual one"
EMAIL = "Admin@Centre.example"


def setup(**options):
    out = io.StringIO()
    call_command("setup", email=EMAIL, centre="Centre", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("PLATEAU_SETUP_PASSWORD", PASSWORD)


def test_the_first_administrator_comes_from_the_command_line(password, client):
    assert "admin@centre.example administers Centre." in setup()
    person = User.objects.get()
    assert person.is_superuser
    assert person.check_password(PASSWORD)
    assert Organisation.objects.get().kind == "host"


def test_it_refuses_where_there_are_people_unless_forced(password):
    make.a_user()
    with pytest.raises(CommandError, match="people here already"):
        setup()
    assert not User.objects.filter(is_superuser=True).exists()
    setup(force=True)
    setup(force=True)
    assert User.objects.filter(is_superuser=True).count() == 1
    assert Organisation.objects.count() == 1


def test_the_password_is_read_from_the_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    setup(password_stdin=True)
    assert User.objects.get().check_password(PASSWORD)


def test_what_is_missing_or_too_easy_is_said(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="No password"):
        setup()
    monkeypatch.setenv("PLATEAU_SETUP_PASSWORD", "short")
    with pytest.raises(CommandError, match="short"):
        setup()
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("setup", email="nobody", centre="Centre")
    with pytest.raises(CommandError, match="nobody is here to ask"):
        call_command("setup")
    assert not User.objects.exists()


def test_the_service_refuses_what_the_command_refuses():
    with pytest.raises(PasswordRefused):
        services.found_centre(email=EMAIL, password="short", centre="Centre")
    make.a_user()
    with pytest.raises(CentreFounded):
        services.found_centre(email=EMAIL, password=PASSWORD, centre="Centre")


@pytest.fixture
def administrator():
    return make.a_user("admin@centre.example", is_superuser=True)


def card(organisation, **changes):
    fields = {
        "organisation_id": organisation.pk,
        "name": "Roux",
        "head_email": "admin@centre.example",
        "project": "CLL",
        "account_kind": "grant",
        "account_reference": "ANR-1",
    }
    return TeamCard(**(fields | changes))


def test_a_team_has_all_it_takes_to_book(administrator):
    team = services.found_team(
        actor=administrator, card=card(make.an_organisation()), language="fr", now=NOW
    )
    assert team.projects.get().name == "CLL"
    assert team.accounts.get().reference == "ANR-1"
    assert Membership.objects.get(team=team).user == administrator
    with pytest.raises(NameInUse):
        services.found_team(
            actor=administrator, card=card(team.organisation), language="fr", now=NOW
        )


def test_a_head_who_is_not_here_yet_is_invited(administrator):
    unknown = card(make.an_organisation(), head_email="head@lab.example")
    team = services.found_team(actor=administrator, card=unknown, language="fr", now=NOW)
    invitation = Invitation.objects.get(team=team)
    assert (invitation.email, invitation.role) == ("head@lab.example", "head")


def test_founding_is_an_administrators(administrator):
    somebody = make.a_user()
    new = {"name": "Pharma", "kind": "industry", "tier": "IND"}
    with pytest.raises(NotPermitted):
        services.add_organisation(actor=somebody, **new)
    with pytest.raises(NotPermitted):
        services.found_team(
            actor=somebody, card=card(make.an_organisation()), language="fr", now=NOW
        )
    services.add_organisation(actor=administrator, **new)
    with pytest.raises(NameInUse):
        services.add_organisation(actor=administrator, **new)

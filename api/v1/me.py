"""Who I am, where I belong and what I may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import LEADING_ROLES, is_administrator
from accounts.queries import seats_of
from api.resource import Face, problems
from billing.permissions import LEDGER_ROLES, MONEY_ROLES
from compliance.permissions import TRAINING_ROLES
from facilities.permissions import RUNNING_ROLES, Role
from facilities.queries import staff_roles


class SeatSerializer(serializers.Serializer[Any]):
    """My place in a team."""

    team = serializers.IntegerField(source="team_id", help_text="Id of the team.")
    name = serializers.CharField(source="team.name", help_text="Name of the team.")
    organisation = serializers.CharField(
        source="team.organisation.name", help_text="Name of its organisation."
    )
    role = serializers.CharField(help_text="member, manager, head or billing_contact.")


class StaffRoleSerializer(serializers.Serializer[Any]):
    """My role on a platform."""

    facility = serializers.CharField(help_text="Code of the platform.")
    role = serializers.CharField(help_text="manager, operator, trainer or accountant.")


def _codes(what: str) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), help_text=what)


def _ids(what: str) -> serializers.ListField:
    return serializers.ListField(child=serializers.IntegerField(), help_text=what)


class MaySerializer(serializers.Serializer[Any]):
    """What I may do, and where."""

    administer = serializers.BooleanField(help_text="Whether I administer the centre.")
    decide = _codes("Codes of the platforms whose requests I decide.")
    run = _codes("Codes of the platforms whose bookings I move, start and finish.")
    train = _codes("Codes of the platforms whose qualifications I grant and revoke.")
    see_ledger = _codes("Codes of the platforms whose charges I see.")
    book_for_team = _ids("Ids of the teams for whose people I book.")
    see_money_of_team = _ids("Ids of the teams whose charges and ceilings I see.")


class MeSerializer(serializers.Serializer[Any]):
    """Who I am and what I may do."""

    id = serializers.IntegerField(help_text="My id.")
    email = serializers.EmailField(help_text="The address I log in with.")
    first_name = serializers.CharField(help_text="First name; may be empty.")
    last_name = serializers.CharField(help_text="Last name; may be empty.")
    language = serializers.CharField(help_text="Of mails and messages: en or fr.")
    reminder_minutes = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Minutes before a session at which I am reminded.",
    )
    teams = SeatSerializer(many=True, help_text="Teams I belong to today.")
    facilities = StaffRoleSerializer(many=True, help_text="Platforms I work for.")
    may = MaySerializer(help_text="What I may do.")


class Me(Face):
    """The person who asks."""

    @extend_schema(
        operation_id="me", summary="Who am I", responses={200: MeSerializer, **problems()}
    )
    def get(self, request: Request) -> Response:
        """Say who I am, where I belong and what I may do."""
        return Response(MeSerializer(_told_of(self.person, self.today)).data)


def _told_of(person: Any, today: dt.date) -> dict[str, Any]:
    seats, staff = list(seats_of(person, on=today)), staff_roles(person)

    def facilities(roles: tuple[str, ...]) -> list[str]:
        return sorted({held.facility for held in staff if held.role in roles})

    def teams(roles: tuple[str, ...]) -> list[int]:
        return [seat.team_id for seat in seats if seat.role in roles]

    names = ("email", "first_name", "last_name", "language", "reminder_minutes")
    return {
        "id": person.pk,
        **{name: getattr(person, name) for name in names},
        "teams": seats,
        "facilities": staff,
        "may": {
            "administer": is_administrator(person),
            "decide": facilities((Role.MANAGER,)),
            "run": facilities(RUNNING_ROLES),
            "train": facilities(TRAINING_ROLES),
            "see_ledger": facilities(LEDGER_ROLES),
            "book_for_team": teams(LEADING_ROLES),
            "see_money_of_team": teams(MONEY_ROLES),
        },
    }

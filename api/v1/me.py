"""Who I am, where I belong and what I may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import LEADING_ROLES, is_administrator
from accounts.queries import calendar_url, seats_of
from accounts.services import renew_calendar_address
from accounts.services.profile import EARLIEST_REMINDER, LATEST_REMINDER, MOST_REMINDERS
from api.fields import TextField
from api.resource import Face, problems, read
from billing.permissions import LEDGER_ROLES, MONEY_ROLES
from bookings.services import change_profile
from compliance.permissions import TRAINING_ROLES
from facilities.permissions import RUNNING_ROLES, Role
from facilities.queries import staff_roles

OWN = (
    "email",
    "first_name",
    "last_name",
    "language",
    "reminder_minutes",
    "wants_confirmations",
    "uses_letter_keys",
)


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
    wants_confirmations = serializers.BooleanField(
        help_text="Whether what I book myself is confirmed by mail."
    )
    uses_letter_keys = serializers.BooleanField(
        help_text="Whether single letters on the keyboard do something on the pages."
    )
    teams = SeatSerializer(many=True, help_text="Teams I belong to today.")
    facilities = StaffRoleSerializer(many=True, help_text="Platforms I work for.")
    may = MaySerializer(help_text="What I may do.")


class MeInput(serializers.Serializer[Any]):
    """What I change about myself; what is not named stays."""

    first_name = TextField(required=False, max_length=100, help_text="First name.")
    last_name = TextField(required=False, max_length=100, help_text="Last name.")
    language = serializers.ChoiceField(
        settings.LANGUAGES, required=False, help_text="Of mails and messages: en or fr."
    )
    reminder_minutes = serializers.ListField(
        child=serializers.IntegerField(min_value=LATEST_REMINDER, max_value=EARLIEST_REMINDER),
        max_length=MOST_REMINDERS,
        required=False,
        help_text="Minutes before a session; up to five, from 5 minutes to 30 days.",
    )
    wants_confirmations = serializers.BooleanField(
        required=False, help_text="Whether what I book myself is confirmed by mail."
    )
    uses_letter_keys = serializers.BooleanField(
        required=False, help_text="Whether letter keys do something on the pages."
    )


class Me(Face):
    """The person who asks."""

    @extend_schema(
        operation_id="me", summary="Who am I", responses={200: MeSerializer, **problems()}
    )
    def get(self, request: Request) -> Response:
        """Say who I am, where I belong and what I may do."""
        return Response(MeSerializer(_told_of(self.person, self.today)).data)

    @extend_schema(
        operation_id="me_change",
        summary="Change what I say of myself",
        request=MeInput,
        responses={200: MeSerializer, **problems(422)},
    )
    def patch(self, request: Request) -> Response:
        """Change name, language, reminders and keys; reminders of coming sessions follow."""
        person = change_profile(
            actor=self.person, changes=read(MeInput, request.data), now=timezone.now()
        )
        return Response(MeSerializer(_told_of(person, self.today)).data)


class CalendarFeedSerializer(serializers.Serializer[Any]):
    """Where a calendar program finds my sessions."""

    url = serializers.URLField(
        help_text="Address of an iCalendar file of my coming sessions. Keep it to yourself."
    )


class CalendarFeed(Face):
    """The secret address of my sessions as a calendar."""

    @extend_schema(
        operation_id="me_calendar_feed",
        summary="Get the address of my calendar",
        responses={200: CalendarFeedSerializer, **problems()},
    )
    def get(self, request: Request) -> Response:
        """Answer the address, to be subscribed to without a log-in; it names nobody."""
        return Response(CalendarFeedSerializer({"url": calendar_url(self.person)}).data)


class RenewCalendarFeed(Face):
    """Another address for my calendar."""

    @extend_schema(
        operation_id="me_calendar_feed_renew",
        summary="Renew the address of my calendar",
        request=None,
        responses={200: CalendarFeedSerializer, **problems()},
    )
    def post(self, request: Request) -> Response:
        """Make a new address; the old one shows nothing from now on."""
        person = renew_calendar_address(actor=self.person)
        return Response(CalendarFeedSerializer({"url": calendar_url(person)}).data)


def _told_of(person: Any, today: dt.date) -> dict[str, Any]:
    seats, staff = list(seats_of(person, on=today)), staff_roles(person)

    def facilities(roles: tuple[str, ...]) -> list[str]:
        return sorted({held.facility for held in staff if held.role in roles})

    def teams(roles: tuple[str, ...]) -> list[int]:
        return [seat.team_id for seat in seats if seat.role in roles]

    return {
        "id": person.pk,
        **{name: getattr(person, name) for name in OWN},
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

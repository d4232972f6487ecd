"""My teams, projects and funding accounts, and qualifications held."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import accounts_visible_to, projects_visible_to, teams_visible_to
from api.fields import IdField
from api.idempotency import HEADER, idempotent
from api.resource import Listed, id_of, problems, read
from api.v1.money import CentsField
from compliance import services
from compliance.permissions import grants_visible_to

LEVELS = ("supervised", "autonomous", "after_hours")


class TeamSerializer(serializers.Serializer[Any]):
    """A team."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    organisation = serializers.CharField(source="organisation.name")
    tier = serializers.CharField(source="organisation.tier", help_text=_("Tariff tier."))


class ProjectSerializer(serializers.Serializer[Any]):
    """A project."""

    id = serializers.IntegerField()
    team = serializers.IntegerField(source="team_id")
    name = serializers.CharField()
    code = serializers.CharField()
    kind = serializers.CharField(help_text=_("academic, industry or training."))
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text=_("Last day, inclusive."))
    is_active = serializers.BooleanField()


class AccountSerializer(serializers.Serializer[Any]):
    """A funding account."""

    id = serializers.IntegerField()
    team = serializers.IntegerField(source="team_id")
    kind = serializers.CharField(help_text=_("cost_centre, grant or purchase_order."))
    reference = serializers.CharField()
    name = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True, help_text=_("Last day, inclusive."))
    ceiling = CentsField(
        source="ceiling_cents", allow_null=True, help_text=_("Most it pays; null for no limit.")
    )
    is_active = serializers.BooleanField()


class GrantSerializer(serializers.Serializer[Any]):
    """A qualification that a person holds."""

    id = serializers.IntegerField()
    user = serializers.IntegerField(source="user_id")
    qualification = serializers.IntegerField(source="qualification_id")
    qualification_name = serializers.CharField(source="qualification.name")
    facility = serializers.CharField(source="qualification.facility.code")
    level = serializers.CharField(help_text=_("supervised, autonomous or after_hours."))
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, help_text=_("Last day, inclusive."))
    revoked_on = serializers.DateField(allow_null=True)


class GrantInput(serializers.Serializer[Any]):
    """A qualification to grant."""

    user = IdField(help_text=_("Id of the person."))
    qualification = IdField(help_text=_("Id of the qualification."))
    level = serializers.ChoiceField(LEVELS, default="autonomous")
    valid_from = serializers.DateField(required=False, help_text=_("Else from today."))
    valid_until = serializers.DateField(required=False, help_text=_("Last day, inclusive."))


def listing(what: str, shape: Any) -> Any:
    """Document the list and the detail of a resource."""
    return extend_schema_view(
        list=extend_schema(
            summary=f"List the {what}s I may see", responses={200: shape(many=True), **problems()}
        ),
        retrieve=extend_schema(
            summary=f"Look at a {what}", responses={200: shape, **problems(404)}
        ),
    )


@listing("team", TeamSerializer)
class Teams(Listed):
    """My teams."""

    serializer_class = TeamSerializer

    def visible(self) -> QuerySet[Any]:
        return teams_visible_to(self.person, on=self.today)


@listing("project", ProjectSerializer)
class Projects(Listed):
    """The projects I may use or lead."""

    serializer_class = ProjectSerializer

    def visible(self) -> QuerySet[Any]:
        return projects_visible_to(self.person, on=self.today)


@listing("account", AccountSerializer)
class Accounts(Listed):
    """The funding accounts of my teams."""

    serializer_class = AccountSerializer

    def visible(self) -> QuerySet[Any]:
        return accounts_visible_to(self.person, on=self.today)


@listing("grant", GrantSerializer)
class Grants(Listed):
    """Qualifications: mine, and those of the platforms I run or train on."""

    serializer_class = GrantSerializer

    def visible(self) -> QuerySet[Any]:
        return grants_visible_to(self.person)

    @extend_schema(
        summary="Grant a qualification",
        parameters=[HEADER],
        request=GrantInput,
        responses={201: GrantSerializer, **problems(403, 404, 422)},
    )
    def create(self, request: Request) -> Any:
        """Grant a qualification to a person; for managers and trainers of its platform."""

        def work() -> Response:
            asked = read(GrantInput, request.data)
            grant = services.grant_qualification(
                actor=self.person,
                user_id=asked["user"],
                qualification_id=asked["qualification"],
                level=asked["level"],
                valid_from=asked.get("valid_from", self.today),
                valid_until=asked.get("valid_until"),
            )
            return Response(self.get_serializer(grant).data, status=status.HTTP_201_CREATED)

        return idempotent(request, work)

    @extend_schema(
        summary="Revoke a qualification",
        request=None,
        responses={200: GrantSerializer, **problems(403, 404)},
    )
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """Revoke from today on; for managers and trainers of its platform."""
        grant = services.revoke_grant(actor=self.person, grant_id=id_of(pk), now=timezone.now())
        return Response(self.get_serializer(grant).data)

"""My teams, their projects, and the accounts that pay."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import projects_visible_to, teams_open_to, teams_visible_to
from accounts.queries import seats_in, teams_found, title_reader
from accounts.services import keep_title
from accounts.titles import title_for
from api.fields import CURRENCY, IdField, MoneySerializer, amount_text
from api.resource import Listed, id_of, problems, read
from billing.permissions import team_ids_with_money
from billing.queries import accounts_with_committed


class TeamSerializer(serializers.Serializer[Any]):
    """A team."""

    id = serializers.IntegerField(help_text="Id of the team.")
    name = serializers.CharField(help_text="Name, unique in its organisation.")
    organisation = serializers.CharField(
        source="organisation.name", help_text="Name of its organisation."
    )
    tier = serializers.CharField(source="organisation.tier", help_text="Tariff tier.")
    is_active = serializers.BooleanField(help_text="Whether it still works here.")


class MemberSerializer(serializers.Serializer[Any]):
    """Somebody in a team."""

    id = serializers.IntegerField(source="user_id", help_text="Id of the person.")
    name = serializers.CharField(source="user.get_full_name", help_text="Name, or address.")
    role = serializers.CharField(help_text="member, manager, head or billing_contact.")


class TeamDetailSerializer(TeamSerializer):
    """A team with its people."""

    members = serializers.SerializerMethodField(help_text="Those who belong to it today.")

    @extend_schema_field(MemberSerializer(many=True))
    def get_members(self, team: Any) -> Any:
        return MemberSerializer(self.context["seats"], many=True).data


class ProjectSerializer(serializers.Serializer[Any]):
    """What the work is for."""

    id = serializers.IntegerField(help_text="Id of the project.")
    team = serializers.IntegerField(source="team_id", help_text="Id of its team.")
    name = serializers.SerializerMethodField(
        help_text="Title; where it is confidential, for its team only."
    )
    code = serializers.CharField(help_text="The team's own code; may be empty.")
    kind = serializers.CharField(help_text="academic, industry or training.")
    tier = serializers.CharField(
        help_text="Tariff tier where it differs from the organisation's; else empty."
    )
    starts_on = serializers.DateField(allow_null=True, help_text="First day; null: always.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day; null: for good.")
    is_active = serializers.BooleanField(help_text="Whether it is still in use.")
    is_confidential = serializers.BooleanField(
        help_text="Whether only the team, and who runs a session of it, reads the title."
    )

    def get_name(self, project: Any) -> str:
        return title_for(self.context["reader"], project)


class ProjectInput(serializers.Serializer[Any]):
    """What may be changed of a project."""

    is_confidential = serializers.BooleanField(help_text="Whether its title is for its team only.")


class AccountSerializer(serializers.Serializer[Any]):
    """What pays: a cost centre, grant or purchase order."""

    id = serializers.IntegerField(help_text="Id of the account.")
    team = serializers.IntegerField(source="team_id", help_text="Id of the team it is of.")
    kind = serializers.CharField(help_text="cost_centre, grant or purchase_order.")
    reference = serializers.CharField(help_text="Its number in the payer's own books.")
    name = serializers.CharField(help_text="Name; may be empty.")
    valid_from = serializers.DateField(allow_null=True, help_text="First day; null: always.")
    valid_until = serializers.DateField(allow_null=True, help_text="Last day; null: for good.")
    is_active = serializers.BooleanField(help_text="Whether it is still in use.")
    ceiling = serializers.SerializerMethodField(
        help_text="The most it pays; null for no limit, or for members who may not see it."
    )
    committed = serializers.SerializerMethodField(
        help_text="Spent and promised; null for members who may not see it."
    )
    left = serializers.SerializerMethodField(
        help_text="Left to spend; null for no limit, or for members who may not see it."
    )

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_ceiling(self, account: Any) -> dict[str, str] | None:
        return self._shown(account, account.ceiling_cents)

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_committed(self, account: Any) -> dict[str, str] | None:
        return self._shown(account, account.committed_cents)

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_left(self, account: Any) -> dict[str, str] | None:
        if account.ceiling_cents is None:
            return None
        return self._shown(account, account.ceiling_cents - account.committed_cents)

    def _shown(self, account: Any, cents: int | None) -> dict[str, str] | None:
        team_ids = self.context["team_ids_with_money"]
        if cents is None or (team_ids is not None and account.team_id not in team_ids):
            return None
        return {"amount": amount_text(cents), "currency": CURRENCY}


class OpenTeamSerializer(serializers.Serializer[Any]):
    """A team that can be asked to take one in."""

    id = serializers.IntegerField(help_text="Id of the team.")
    name = serializers.CharField(help_text="Name, unique in its organisation.")
    organisation = serializers.CharField(
        source="organisation.name", help_text="Name of its organisation."
    )


class SearchQuery(serializers.Serializer[Any]):
    """What to look for."""

    search = serializers.CharField(
        max_length=100,
        required=False,
        default="",
        help_text="Words of the team's name or its organisation's; two letters at least.",
    )


class TeamQuery(serializers.Serializer[Any]):
    """Of which team; every filter is optional."""

    team = IdField(required=False, help_text="Id of a team.")


@extend_schema_view(
    list=extend_schema(
        summary="List my teams", responses={200: TeamSerializer(many=True), **problems()}
    ),
)
class Teams(Listed):
    """Teams I belong to; all for an administrator."""

    serializer_class = TeamSerializer

    def visible(self) -> QuerySet[Any]:
        return teams_visible_to(self.person, on=self.today)

    @extend_schema(summary="Look at a team", responses={200: TeamDetailSerializer, **problems(404)})
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer the team and who belongs to it."""
        team = self.found(pk)
        context = {"seats": seats_in([team.pk], on=self.today)}
        return Response(TeamDetailSerializer(team, context=context).data)

    @extend_schema(
        summary="Find a team to join",
        parameters=[SearchQuery],
        responses={200: OpenTeamSerializer(many=True), **problems()},
    )
    @action(
        detail=False,
        methods=["get"],
        url_path="open",
        serializer_class=OpenTeamSerializer,
    )
    def open(self, request: Request) -> Response:
        """Answer up to twenty teams of academic houses; companies invite their own people."""
        search = self.asked(SearchQuery)["search"]
        found = teams_found(self.person, search=search, on=self.today)
        teams = teams_open_to(self.person, on=self.today)
        return self.page_of(teams.filter(pk__in=[team.pk for team in found]))


@extend_schema_view(
    list=extend_schema(
        summary="List the projects I may use or lead",
        parameters=[TeamQuery],
        responses={200: ProjectSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at a project", responses={200: ProjectSerializer, **problems(404)}
    ),
)
class Projects(Listed):
    """Projects of my teams that I may use or lead; all for an administrator."""

    serializer_class = ProjectSerializer

    def visible(self) -> QuerySet[Any]:
        return projects_visible_to(self.person, on=self.today)

    def get_serializer_context(self) -> dict[str, Any]:
        reader = title_reader(self.person, on=self.today)
        return {**super().get_serializer_context(), "reader": reader}

    def list(self, request: Request) -> Response:
        return self.page_of(self.visible().filter(**self.asked(TeamQuery)))

    @extend_schema(
        summary="Say whether a project's title is confidential",
        request=ProjectInput,
        responses={200: ProjectSerializer, **problems(403, 404)},
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Keep the title for the team, or not; for those who lead it."""
        asked = read(ProjectInput, request.data)
        project = keep_title(actor=self.person, project_id=id_of(pk), now=timezone.now(), **asked)
        return Response(self.get_serializer(project).data)


@extend_schema_view(
    list=extend_schema(
        summary="List the accounts of my teams",
        parameters=[TeamQuery],
        responses={200: AccountSerializer(many=True), **problems()},
    ),
    retrieve=extend_schema(
        summary="Look at an account", responses={200: AccountSerializer, **problems(404)}
    ),
)
class Accounts(Listed):
    """Accounts of my teams. What is left on them is for those who look after the money."""

    serializer_class = AccountSerializer

    def visible(self) -> QuerySet[Any]:
        return accounts_with_committed(self.person, on=self.today)

    def get_serializer_context(self) -> dict[str, Any]:
        teams = team_ids_with_money(self.person, on=self.today)
        return {**super().get_serializer_context(), "team_ids_with_money": teams}

    def list(self, request: Request) -> Response:
        return self.page_of(self.visible().filter(**self.asked(TeamQuery)))

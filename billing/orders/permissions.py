"""Who sees which service requests and standing uses, and who acts on them."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import is_administrator, leads, team_ids_of
from billing.models import ServiceRequest, StandingUse
from billing.permissions import LEDGER_ROLES, MONEY_ROLES, issuers_kept_by
from facilities.models import Facility
from facilities.permissions import RUNNING_ROLES, facility_ids_run_by, runs

WATCHING_ROLES = tuple({*RUNNING_ROLES, *LEDGER_ROLES})
"""Roles on a platform that see what is asked of it and what stands there."""


def service_requests_visible_to(user: User, *, on: dt.date) -> QuerySet[ServiceRequest]:
    """Return the service requests a person may see.

    Their own, those of the teams whose money they look after, and those to the platforms
    they run or whose books they keep; all for an administrator.
    """
    requests = ServiceRequest.objects.select_related(
        "facility", "team__organisation", "project", "account", "requested_by"
    )
    if is_administrator(user):
        return requests
    return requests.filter(
        Q(requested_by=user)
        | Q(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES))
        | Q(facility__in=facility_ids_run_by(user, *WATCHING_ROLES))
        | _sold_by_issuers_of(user)
    )


def orders_watched_by(user: User, *, on: dt.date) -> QuerySet[ServiceRequest]:
    """Return the requests to the platforms whose money a person watches, of those they see."""
    requests = service_requests_visible_to(user, on=on)
    if is_administrator(user):
        return requests
    return requests.filter(
        Q(facility__in=facility_ids_run_by(user, *LEDGER_ROLES)) | _sold_by_issuers_of(user)
    )


def _sold_by_issuers_of(user: User) -> Q:
    """Match what belongs to a platform whose seller's books a person keeps."""
    return Q(facility__seller__issuer__in=issuers_kept_by(user))


def standing_uses_visible_to(user: User, *, on: dt.date) -> QuerySet[StandingUse]:
    """Return the standing uses a person may see: as with requests, of teams and platforms."""
    uses = StandingUse.objects.select_related(
        "facility", "service", "team__organisation", "project", "account"
    )
    if is_administrator(user):
        return uses
    return uses.filter(
        Q(team__in=team_ids_of(user, on=on, roles=MONEY_ROLES))
        | Q(facility__in=facility_ids_run_by(user, *WATCHING_ROLES))
        | _sold_by_issuers_of(user)
    )


def may_work_for(actor: User, facility_id: int) -> bool:
    """Say whether a person takes requests on and counts what stands: who runs the platform."""
    return is_administrator(actor) or runs(actor, facility_id)


def may_speak_for(actor: User, request: ServiceRequest, *, on: dt.date) -> bool:
    """Say whether a person pays for or takes back a request: who asked, who leads the team."""
    return (
        is_administrator(actor)
        or (actor.is_active and actor.pk == request.requested_by_id)
        or leads(actor, request.team_id, on=on)
    )


def facilities_worked_for_by(user: User) -> QuerySet[Facility]:
    """Return the platforms a person runs; all for an administrator."""
    if is_administrator(user):
        return Facility.objects.all()
    return Facility.objects.filter(pk__in=facility_ids_run_by(user, *RUNNING_ROLES))

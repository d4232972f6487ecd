"""Granting and revoking qualifications."""

from __future__ import annotations

import datetime as dt

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from compliance.errors import AlreadyGranted, DatesTurnedAround, OwnTraining
from compliance.models import Grant, Qualification
from compliance.permissions import grants_visible_to, may_train


@use_case
def grant_qualification(
    *,
    actor: User,
    user_id: int,
    qualification_id: int,
    level: str,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> Grant:
    """Grant a qualification to a person, at a level, for a time; both dates are inclusive.

    Raises:
        NotFound: no such qualification, or no such person.
        NotPermitted: the actor neither manages nor trains on the platform.
        OwnTraining, DatesTurnedAround, AlreadyGranted: as they say.
    """
    qualification = (
        Qualification.objects.select_related("facility").filter(pk=qualification_id).first()
    )
    if qualification is None:
        raise NotFound
    require(may_train(actor, qualification.facility_id))
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise NotFound
    if user_id == actor.pk:
        raise OwnTraining
    if valid_until is not None and valid_until < valid_from:
        raise DatesTurnedAround
    grant, is_new = Grant.objects.get_or_create(
        user_id=user_id,
        qualification=qualification,
        valid_from=valid_from,
        defaults={"level": level, "valid_until": valid_until, "granted_by": actor},
    )
    if not is_new:
        raise AlreadyGranted
    return grant


@use_case
def revoke_grant(*, actor: User, grant_id: int, now: dt.datetime) -> Grant:
    """Revoke a qualification from today on. Safe to repeat: the first day stays.

    Raises:
        NotFound: the actor cannot see such a grant.
        NotPermitted: the actor neither manages nor trains on the platform.
    """
    grant = grants_visible_to(actor).select_for_update(of=("self",)).filter(pk=grant_id).first()
    if grant is None:
        raise NotFound
    require(may_train(actor, grant.qualification.facility_id))
    if grant.revoked_on is None:
        grant.revoked_on = now.astimezone(grant.qualification.facility.tz).date()
        grant.save(update_fields=["revoked_on"])
    return grant

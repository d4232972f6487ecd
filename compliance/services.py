"""Granting and revoking qualifications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from compliance.errors import AlreadyGranted, DatesTurnedAround, OwnTraining, QualificationNamed
from compliance.models import Grant, Qualification
from compliance.permissions import grants_visible_to, may_train
from facilities.models import Instrument


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
def set_qualification(
    *,
    actor: User,
    facility_id: int,
    name: str,
    instrument_ids: Collection[int],
    qualification_id: int | None = None,
) -> Qualification:
    """Name a qualification of a platform and the instruments that ask for it; new without id.

    Instruments of other platforms are left out.

    Raises:
        NotFound: no such qualification on that platform.
        NotPermitted: the actor neither manages nor trains on the platform.
        QualificationNamed: the platform has another of that name.
    """
    require(may_train(actor, facility_id))
    own = Qualification.objects.filter(facility=facility_id)
    if own.filter(name=name).exclude(pk=qualification_id or 0).exists():
        raise QualificationNamed(name=name)
    qualification = (
        Qualification(facility_id=facility_id)
        if qualification_id is None
        else own.select_for_update().filter(pk=qualification_id).first()
    )
    if qualification is None:
        raise NotFound
    qualification.name = name
    qualification.save()
    qualification.instruments.set(
        Instrument.objects.filter(facility=facility_id, pk__in=instrument_ids)
    )
    return qualification


@use_case
def revoke_grant(*, actor: User, grant_id: int, now: dt.datetime, reason: str = "") -> Grant:
    """Revoke a qualification from today on. Safe to repeat: the first day and reason stay.

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
        grant.revoked_reason = reason.strip()
        grant.save(update_fields=["revoked_on", "revoked_reason"])
    return grant

"""Opening a platform, and saying what it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from accounts.models import User
from accounts.permissions import is_administrator, require
from accounts.transactions import use_case
from facilities.errors import NameTaken
from facilities.models import Facility
from facilities.services.scope import facility_set_up_by
from facilities.versions import require_as_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityCard:
    """What a platform is, as its form shows it."""

    name: str
    name_fr: str = ""
    site: str = ""
    time_zone: str = "Europe/Paris"
    email: str = ""
    description: str = ""
    billed_time: str = Facility.BilledTime.LONGER


CARD = tuple(FacilityCard.__dataclass_fields__)


@use_case
def open_facility(*, actor: User, code: str, kind: str, card: FacilityCard) -> Facility:
    """Add a platform to the centre. It has nothing and nobody yet.

    Raises:
        NotPermitted: the actor does not administer the centre.
        NameTaken: another platform has that code.
    """
    require(is_administrator(actor))
    facility, is_new = Facility.objects.get_or_create(
        code=code, defaults={"kind": kind, **asdict(card)}
    )
    if not is_new:
        raise NameTaken(name=code)
    return facility


@use_case
def change_facility(*, actor: User, code: str, card: FacilityCard, seen: str) -> Facility:
    """Change what a platform is called, where it is and how its time is billed.

    Raises:
        NotFound: no such platform, or somebody else's.
        StaleVersion: it changed since the actor read it.
    """
    facility = facility_set_up_by(actor, code=code, lock=True)
    require_as_seen(facility, CARD, seen)
    for column, value in asdict(card).items():
        setattr(facility, column, value)
    facility.save(update_fields=CARD)
    return facility

"""NEMO's users become people: no password, no privilege, and one address each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import User
from billing.nemo.dump import Row
from billing.nemo.keeping import imported_before, keep
from billing.nemo.references import Directory
from billing.nemo.report import Report
from billing.nemo.values import Fields, Refused

KIND = "user"
NOWHERE = "nemo.invalid"
PRIVILEGES = (
    "is_superuser", "is_staff", "is_facility_manager", "is_user_office", "is_accounting_officer",
    "is_service_personnel", "is_technician",
)  # fmt: skip
PRIVILEGED = "people with privileges in NEMO; none were granted here"
SHARED = "people who share an e-mail address with another; they got one that receives nothing"
UNREACHABLE = "people without a usable e-mail address; they got one that receives nothing"
KNOWN = "people who were here already by the same e-mail address; they keep their account"


def keep_people(rows: Sequence[Row], *, report: Report, now: dt.datetime) -> Directory[User]:
    """Write the users of a dump and return them by key and username."""
    read = [(row, values) for row in rows if (values := _parsed(row, report, now))]
    found = imported_before(User.objects, KIND, (row.key for row, _values in read))
    here = _by_address(values["email"] for _row, values in read)
    taken = {user.email for user in found.values()}
    known: dict[str, User] = {}
    wanted: dict[str, dict[str, Any]] = {}
    for row, values in read:
        owner, before = here.get(values["email"]), found.get(row.key)
        if before is None and owner is not None and not owner.origin:
            known[row.key] = owner
            report.tallies[KIND].unchanged += 1
            report.review[KNOWN].append(f"{row.name}: {owner.email}")
            continue
        values["email"] = _address(row, values["email"], before, here, taken, report)
        taken.add(values["email"])
        wanted[row.key] = values if before else values | _only_for_new(values)
    kept = keep(
        User.objects,
        kind=KIND,
        wanted=wanted,
        found=found,
        once=("date_joined",),
        tally=report.tallies[KIND],
    )
    people: Directory[User] = Directory()
    for row, _values in read:
        people.add(key=row.key, name=row.name, thing=known.get(row.key) or kept[row.key])
    return people


def _parsed(row: Row, report: Report, now: dt.datetime) -> dict[str, Any] | None:
    fields = Fields(row.fields)
    try:
        if not fields.text("username", 150):
            raise Refused("has no username")
        privileges = [name for name in PRIVILEGES if fields.flag(name)]
        values = {
            "email": fields.text("email", 254).lower(),
            "first_name": fields.text("first_name", 100),
            "last_name": fields.text("last_name", 100),
            "is_active": fields.flag("is_active", default=True),
            "date_joined": fields.instant("date_joined") or now,
        }
        fields.day("access_expiration")
    except Refused as refused:
        report.refuse(KIND, row.name or row.key, refused.reason)
        return None
    if privileges:
        report.review[PRIVILEGED].append(f"{row.name}: {', '.join(privileges)}")
    return values


def _by_address(addresses: Iterable[str]) -> dict[str, User]:
    return {user.email.lower(): user for user in User.objects.filter(email__in=list(addresses))}


def _address(
    row: Row,
    given: str,
    before: User | None,
    here: dict[str, User],
    taken: set[str],
    report: Report,
) -> str:
    """Return the address a person gets: once it is a real one it is theirs to change."""
    if before is not None and not before.email.endswith(f"@{NOWHERE}"):
        return before.email
    if not _is_address(given):
        report.review[UNREACHABLE].append(f"{row.name}: {given or 'none'}")
    elif given in taken or (given in here and here[given] != before):
        report.review[SHARED].append(f"{row.name}: {given}")
    else:
        return given
    return before.email if before is not None else _placeholder(row, here, taken)


def _placeholder(row: Row, here: dict[str, User], taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9._-]", "-", row.name.lower())[:60].strip(".-") or "person"
    address = f"{plain}@{NOWHERE}"
    number = 1
    while address in taken or address in here or User.objects.filter(email=address).exists():
        number += 1
        address = f"{plain}-{number}@{NOWHERE}"
    return address


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return not text.endswith(f"@{NOWHERE}")


def _only_for_new(values: dict[str, Any]) -> dict[str, Any]:
    only: dict[str, Any] = {"password": make_password(None)}
    if values["email"].endswith(f"@{NOWHERE}"):
        only["reminder_minutes"] = []
    return only

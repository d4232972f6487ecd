"""What the server sets nobody else sets: every column of a table is sent along."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models, transaction

from bookings.models import Booking
from compliance.models import Grant
from facilities.models import Closure
from tests.security.operations import BODIES, called
from tests.security.world import World

pytestmark = pytest.mark.django_db

NEVER_THE_SAME = {"id"}


def everything_at_once(model: type[models.Model], world: World) -> dict[str, Any]:
    """Return a value for every column, unlike the one the server would set."""
    return {
        name: _value(field, world)
        for field in model._meta.concrete_fields
        for name in {field.name, field.attname}
    } | {"is_staff": True, "is_superuser": True, "invoice": 1, "approved_by": 1}


def _value(field: models.Field[Any, Any], world: World) -> Any:
    if isinstance(field, models.ForeignKey):
        return world.people["par"].pk
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.IntegerField):
        return 77
    if isinstance(field, models.DateTimeField | models.DateField):
        return "2026-10-31T10:00:00Z"
    if isinstance(field, models.JSONField):
        return {"waived": ["not_qualified"]}
    return "cancelled"


def columns(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in type(row)._meta.concrete_fields
        if field.name not in NEVER_THE_SAME
    }


# What the input does take: its values are the asker's to give.
TAKEN = {
    "POST bookings/": {"instrument", "start", "end", "kind", "booked_for", "project", "account"}
    | {"purpose", "operator_needed", "operator", "unit", "animals", "bsl2", "override_reason"},
    "PATCH bookings/<int:pk>/": {"instrument", "project", "account", "purpose", "version"}
    | {"operator_needed", "operator", "unit", "animals", "bsl2", "override_reason"},
    "POST grants/": {"person", "qualification", "level", "valid_from", "valid_until"},
    "POST closures/": {"facility", "kind", "reason", "start", "end"},
}


@pytest.mark.parametrize(
    ("operation", "model", "role"),
    [
        ("POST bookings/", Booking, "own"),
        ("PATCH bookings/<int:pk>/", Booking, "own"),
        ("POST grants/", Grant, "man"),
        ("POST closures/", Closure, "man"),
    ],
)
def test_columns_that_are_not_asked_for_are_left_alone(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    model: type[models.Model],
    role: str,
) -> None:
    plain = BODIES[operation](world)

    def written(body: dict[str, Any]) -> dict[str, Any]:
        monkeypatch.setitem(BODIES, operation, lambda world: body)
        with transaction.atomic():
            answer: Any = called(world, world.clients[role], operation)
            assert answer.status_code in (200, 201), answer.json()
            row = columns(model._default_manager.get(pk=answer.json()["id"]))
            transaction.set_rollback(True)
        return row

    unasked = {
        name: value
        for name, value in everything_at_once(model, world).items()
        if name not in TAKEN[operation]
    }
    assert written(unasked | plain) == written(plain)


def test_what_i_am_is_not_mine_to_say(world: World) -> None:
    client, person = world.clients["own"], world.people["own"]
    for method in ("post", "put", "delete"):
        assert getattr(client, method)("/api/v1/me/", {"is_superuser": True}).status_code == 405
    before = columns(person)
    unasked = everything_at_once(type(person), world)
    for name in ("first_name", "last_name", "language", "reminder_minutes"):
        del unasked[name]
    del unasked["wants_confirmations"], unasked["uses_letter_keys"]
    with transaction.atomic():
        assert client.patch("/api/v1/me/", unasked).status_code == 200
        person.refresh_from_db()
        after = columns(person)
        transaction.set_rollback(True)
    person.refresh_from_db()
    assert after == before

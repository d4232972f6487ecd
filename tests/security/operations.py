"""Every operation that the API's router knows, and how each is called in a world."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern
from rest_framework.test import APIClient

from api.v1.urls import urlpatterns
from tests.security import extras
from tests.security.documents import LAYOUT
from tests.security.orders import (
    a_counted_service,
    a_request,
    a_service,
    a_standing_use,
    counts,
    delivery,
    milestone,
)
from tests.security.payments import (
    a_bank_file,
    a_part,
    a_payment,
    a_received_sum,
    a_taking_back,
)
from tests.security.price_lists import a_list_file, next_years
from tests.security.world import PASSWORD, World, a_framework_contract

METHODS = ("get", "post", "put", "patch", "delete")
AFTERNOON = {"start": "2026-10-14T14:00:00+02:00", "end": "2026-10-14T16:00:00+02:00"}
QUOTED = {"description": "Panel design", "quantity": "2", "unit_price": "100.00"}
WEEK = {"start": "2026-10-05T00:00:00+02:00", "end": "2026-10-12T00:00:00+02:00"}


def known_operations() -> Iterator[str]:
    """Name what the router serves, such as "POST bookings/<int:pk>/approve/"."""
    for entry in urlpatterns:
        assert isinstance(entry, URLPattern)
        actions = getattr(entry.callback, "actions", None)
        view = getattr(entry.callback, "cls", None)
        if view is None:  # what answers an address that does not exist
            continue
        served = actions or [name for name in METHODS if hasattr(view, name)]
        for method in METHODS:  # HEAD comes with GET
            if method in served:
                yield f"{method.upper()} {entry.pattern}"


# Which object an operation is tried on; its own bookings are named by their state.
OBJECTS: dict[str, Callable[[World], Any]] = {
    "price-lists": next_years,
    "price-lists/in-force": lambda world: next_years(world, "voted"),
    "price-lists/end": lambda world: world.charge.price_list,
    "facilities": lambda world: world.facility,
    "instruments": lambda world: world.instrument,
    "closures": lambda world: world.closure,
    "charges": lambda world: world.charge,
    "statements": lambda world: world.statement,
    "invoices": lambda world: world.invoice,
    "issuers": lambda world: world.invoice.issuer,
    "recharges": lambda world: world.invoice.issuer.recharge_exports.get(),
    "payments": a_payment,
    "contracts": a_framework_contract,
    "disputes": lambda world: world.dispute,
    "month-ends": lambda world: world.month_end,
    "quotes": lambda world: world.quote,
    "quotes/lines": lambda world: world.draft_quote,
    "quotes/send": lambda world: world.draft_quote,
    "PUT quotes": lambda world: world.draft_quote,
    "teams": lambda world: world.team,
    "projects": lambda world: world.project,
    "accounts": lambda world: world.account,
    "join-requests": lambda world: world.join_request,
    "invitations": lambda world: world.invitation,
    "qualifications": lambda world: world.qualification,
    "grants": lambda world: world.grant,
    "bookings": lambda world: world.bookings["approved"],
    "bookings/approve": lambda world: world.bookings["requested"],
    "bookings/reject": lambda world: world.bookings["requested"],
    "bookings/start": lambda world: world.bookings["starting"],
    "bookings/finish": lambda world: world.bookings["in_use"],
    "bookings/no-show": lambda world: world.bookings["missed"],
    "bookings/waive": lambda world: world.bookings["completed"],
    "services": a_service,
    "service-requests": a_request("requested"),
    "service-requests/receive": a_request("accepted"),
    "service-requests/start": a_request("accepted"),
    "service-requests/deliver": a_request("in_progress"),
    "service-requests/take-back": a_request("delivered"),
    "service-requests/reach": a_request("milestones"),
    "standing-uses": a_standing_use,
    "staff-times": extras.a_staff_time,
    "pass-throughs": extras.a_cost,
    "allowances": extras.an_allowance,
    "instruments/favourite": lambda world: world.instrument,
}

BODIES: dict[str, Callable[[World], dict[str, Any]]] = {
    "POST contracts/": lambda world: {
        "organisation": world.team.organisation_id,
        "facility": world.facility.pk,
        "reference": "FC-2",
        "first": "2026-01-01",
    },
    "PUT contracts/<int:pk>/": lambda world: {"reference": "FC-2", "first": "2026-01-01"},
    "POST contracts/<int:pk>/end/": lambda world: {"last": "2026-12-31"},
    "POST price-lists/": lambda world: {
        "facility": "CYT",
        "name": "2027",
        "first_on": "2027-01-01",
    },
    "POST price-lists/<int:pk>/rates/": lambda world: {
        "rates": [
            {"instrument": world.instrument.pk, "tier": "ACA", "unit": "hour", "amount": "1.00"}
        ]
    },
    "PUT price-lists/<int:pk>/bands/": lambda world: {"bands": []},
    "PUT price-lists/<int:pk>/surcharges/": lambda world: {
        "surcharges": [{"ground": "bsl2", "name": "BSL-2", "percent": 10}]
    },
    "PUT price-lists/<int:pk>/discounts/": lambda world: {
        "volume_discounts": [
            {"instrument": world.instrument.pk, "from_quantity": "40", "percent": 10}
        ]
    },
    "PUT price-lists/<int:pk>/packages/": lambda world: {
        "packages": [{"name": "Ten", "prices": [], "items": []}]
    },
    "POST price-lists/<int:pk>/file/": lambda world: {"content": a_list_file(), "dry_run": False},
    "POST price-lists/<int:pk>/vote/": lambda world: {"voted_on": "2026-10-05"},
    "POST price-lists/<int:pk>/end/": lambda world: {"last_on": "2026-12-30"},
    "POST auth/login/": lambda world: {"email": world.people["own"].email, "password": PASSWORD},
    "POST bookings/": lambda world: {"instrument": world.instrument.pk, **AFTERNOON},
    "POST bookings/ for another": lambda world: {
        "instrument": world.instrument.pk,
        "booked_for": world.people["own"].pk,
        "project": world.project.pk,
        **AFTERNOON,
    },
    "POST bookings/ maintenance": lambda world: {
        "instrument": world.instrument.pk,
        "kind": "maintenance",
        **AFTERNOON,
    },
    "POST bookings/check/": lambda world: {
        "instrument": world.instrument.pk,
        "booked_for": world.people["own"].pk,
        "project": world.project.pk,
        **AFTERNOON,
    },
    "PATCH bookings/<int:pk>/": lambda world: {"version": 1, "purpose": "Panel C"},
    "POST bookings/<int:pk>/check/": lambda world: {"version": 1, "purpose": "Panel C"},
    "POST bookings/<int:pk>/reject/": lambda world: {"reason": "Not now"},
    "POST bookings/<int:pk>/waive/": lambda world: {"reason": "Broke down"},
    "POST instruments/<int:pk>/favourite/": lambda world: {"is_favourite": True},
    "POST staff-times/": extras.a_staff_time_body,
    "POST pass-throughs/": extras.a_cost_body,
    "POST staff-times/<int:pk>/take-back/": lambda world: {"reason": "Not ours"},
    "POST pass-throughs/<int:pk>/take-back/": lambda world: {"reason": "Not ours"},
    "POST bookings/<int:pk>/split/": lambda world: {"shares": []},
    "POST accounts/<int:pk>/allowances/": lambda world: {"person": world.people["col"].pk},
    "PATCH projects/<int:pk>/": lambda world: {"is_confidential": True},
    "POST closures/": lambda world: {"facility": "CYT", "reason": "Flood", **AFTERNOON},
    "POST closures/ whole centre": lambda world: {"reason": "Flood", **AFTERNOON},
    "POST disputes/": lambda world: {"charge": world.charge.pk, "reason": "We were two"},
    "POST disputes/<int:pk>/uphold/": lambda world: {"answer": "You are right"},
    "POST disputes/<int:pk>/reject/": lambda world: {"answer": "It was booked"},
    "POST month-ends/start/": lambda world: {
        "issuer": "CRC",
        "month": "2026-09-01",
        "step": "statements",
    },
    "POST invoices/<int:pk>/credit/": lambda world: {"reason": "Wrong team"},
    "POST payments/": a_received_sum,
    "POST payments/<int:pk>/allocate/": a_part,
    "POST payments/<int:pk>/take-back/": a_taking_back,
    "POST payments/<int:pk>/refund/": lambda world: {
        "kind": "refunded",
        "amount": "1.00",
        "reason": "Too much",
    },
    "POST payments/import/": a_bank_file,
    "POST books/close/": lambda world: {"issuer": "CRC", "month": "2026-10-01"},
    "POST quotes/": lambda world: {
        "facility": world.facility.pk,
        "team": world.team.pk,
        "title": "Panel",
        "lines": [QUOTED],
    },
    "PUT quotes/<int:pk>/": lambda world: {"title": "Panel, twice"},
    "POST quotes/<int:pk>/lines/": lambda world: {"lines": [QUOTED]},
    "PUT quotes/<int:pk>/lines/": lambda world: {"lines": [QUOTED]},
    "POST quotes/<int:pk>/accept/": lambda world: {"purchase_order": "4500123"},
    "POST quotes/<int:pk>/record/": lambda world: {
        "signed_name": "Ada Wood",
        "signed_on": str(world.quote.sent_on),
        "file": base64.b64encode(b"%PDF-1.7 signed").decode(),
    },
    "POST quotes/<int:pk>/refuse/": lambda world: {"reason": "Not this year"},
    "PATCH me/": lambda world: {"language": "fr", "reminder_minutes": [30]},
    "POST join-requests/": lambda world: {"team": world.open_team.pk},
    "POST join-requests/<int:pk>/refuse/": lambda world: {"reason": "Not with us"},
    "POST invitations/": lambda world: {"team": world.team.pk, "email": "new@lab.example"},
    "POST service-requests/": lambda world: {
        "items": [{"service": a_service(world).pk, "quantity": "2"}],
        "project": world.project.pk,
        "title": "Kinases",
    },
    "POST service-requests/<int:pk>/refuse/": lambda world: {"reason": "Full until March"},
    "POST service-requests/<int:pk>/account/": lambda world: {"account": world.account.pk},
    "POST service-requests/<int:pk>/receive/": lambda world: {"counts": counts(world)},
    "POST service-requests/<int:pk>/deliver/": lambda world: {"counts": counts(world)},
    "POST service-requests/<int:pk>/take-back/": lambda world: {
        "delivery": delivery(world),
        "reason": "Counted twice",
    },
    "POST service-requests/<int:pk>/reach/": lambda world: {"milestone": milestone(world)},
    "POST standing-uses/": lambda world: {
        "service": a_counted_service(world).pk,
        "project": world.project.pk,
        "code": "MOUSE-2",
        "label": "Breeding",
        "starts_on": "2026-10-01",
    },
    "POST standing-uses/<int:pk>/census/": lambda world: {"day": "2026-10-06", "count": "12"},
    "POST grants/": lambda world: {
        "person": world.people["col"].pk,
        "qualification": world.qualification.pk,
    },
}

QUERIES: dict[str, dict[str, Any]] = {
    "GET recharges/export/": {"layout": LAYOUT, "first": "2026-10-01", "last": "2026-10-31"},
    "GET availability/": {"facility": "CYT", "minutes": 60, **WEEK},
    "GET calendar/": {"facility": "CYT", **WEEK},
    "GET statistics/": {"first": "2026-10-01", "last": "2026-10-31"},
    "GET books/vat/": {"first": "2026-10-01", "last": "2026-10-31"},
    "GET instruments/<int:pk>/availability/": WEEK,
}


def called(world: World, client: APIClient, operation: str, *, pk: int | str | None = None) -> Any:
    """Call an operation on its object, or on another id, with a body it accepts."""
    method, template, *_variant = operation.split(" ")
    resource, _, verb = template.partition("/<int:pk>/")
    if pk is None and "<int:pk>" in template:
        object_of = (
            OBJECTS.get(f"{resource}/{verb.strip('/')}")
            or OBJECTS.get(f"{method} {resource}")
            or OBJECTS[resource]
        )
        pk = object_of(world).pk
    path = "/api/v1/" + template.replace("<int:pk>", str(pk))
    if method == "GET":
        return client.get(path, QUERIES.get(operation, {}))
    body = BODIES[operation](world) if operation in BODIES else {}
    return getattr(client, method.lower())(path, body)

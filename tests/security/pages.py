"""Every page and step that the pages' routes know, and how each is opened in a world."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from tests import factories as make
from tests.security import extras
from tests.security.documents import LAYOUT
from tests.security.orders import a_request, a_service, a_standing_use
from tests.security.payments import a_payment, a_received_sum
from tests.security.price_lists import next_years
from tests.security.world import World, a_framework_contract
from web.urls import urlpatterns

PART = re.compile(r"<\w+:(\w+)>")


def block(world: World) -> int:
    when = make.period("2026-10-15 09:00", "12:00")
    return make.a_booking(world.people["man"], world.instrument, when, kind="maintenance").pk


OBJECTS: dict[str, Callable[[World], Any]] = {
    "list_id": lambda world: next_years(world).pk,
    "price_list_force list_id": lambda world: next_years(world, "voted").pk,
    "price_list_end list_id": lambda world: world.charge.price_list_id,
    "staff_time_id": lambda world: extras.a_staff_time(world).pk,
    "cost_id": lambda world: extras.a_cost(world).pk,
    "account_id": lambda world: world.account.pk,
    "allowance_id": lambda world: extras.an_allowance(world).pk,
    "code": lambda world: world.facility.code,
    "instrument_id": lambda world: world.instrument.pk,
    "team_id": lambda world: world.team.pk,
    "project_id": lambda world: world.project.pk,
    "membership_id": lambda world: world.membership.pk,
    "issuer_id": lambda world: world.invoice.issuer_id,
    "person_id": lambda world: world.people["acc"].pk,
    "statement_id": lambda world: world.statement.pk,
    "charge_id": lambda world: world.charge.pk,
    "dispute_id": lambda world: world.dispute.pk,
    "organisation_id": lambda world: world.team.organisation_id,
    "contract_id": lambda world: a_framework_contract(world).pk,
    "contract_drop rate_id": lambda world: a_framework_contract(world).rates.get().pk,
    "quote_id": lambda world: world.quote.pk,
    "quote_edit quote_id": lambda world: world.draft_quote.pk,
    "quote_lines quote_id": lambda world: world.draft_quote.pk,
    "quote_line quote_id": lambda world: world.draft_quote.pk,
    "quote_line_end quote_id": lambda world: world.draft_quote.pk,
    "quote_send quote_id": lambda world: world.draft_quote.pk,
    "line_id": lambda world: world.draft_quote.lines.get().pk,
    "invoice_id": lambda world: world.invoice.pk,
    "export_id": lambda world: LAYOUT,
    "payment_id": lambda world: a_payment(world).pk,
    "request_id": lambda world: world.join_request.pk,
    "invitation_id": lambda world: world.invitation.pk,
    "slot_id": lambda world: world.instrument.time_slots.order_by("pk")[0].pk,
    "closure_id": lambda world: world.closure.pk,
    "block_id": block,
    "staff_id": lambda world: world.facility.staff.get(user=world.people["ope"]).pk,
    "grant_id": lambda world: world.grant.pk,
    "qualification_id": lambda world: world.qualification.pk,
    "booking_id": lambda world: world.bookings["approved"].pk,
    "approve booking_id": lambda world: world.bookings["requested"].pk,
    "reject booking_id": lambda world: world.bookings["requested"].pk,
    "start booking_id": lambda world: world.bookings["starting"].pk,
    "finish booking_id": lambda world: world.bookings["in_use"].pk,
    "no_show booking_id": lambda world: world.bookings["missed"].pk,
    "waive booking_id": lambda world: world.bookings["completed"].pk,
    "request booking_id": lambda world: world.bookings["requested"].pk,
    "service_ask code": lambda world: a_service(world).facility.code,
    "service_request request_id": lambda world: a_request("requested")(world).pk,
    "service_step request_id": lambda world: a_request("requested")(world).pk,
    "service_step step": lambda world: "cancel",
    "use_id": lambda world: a_standing_use(world).pk,
}
"""What stands in an address: for a named route, or for all that have such a part."""

BODIES: dict[str, Callable[[World], dict[str, Any]]] = {
    "price_list_card": lambda world: {"name": "2027 bis", "first": "2027-01-01"},
    "price_list_vote": lambda world: {"voted_on": "2026-10-05"},
    "price_list_end": lambda world: {"last": "2026-12-30"},
    "book": lambda world: {
        "instrument": world.instrument.pk,
        "day": "2026-10-14",
        "start": "14:00",
        "end": "16:00",
    },
    "end_token": lambda world: {"token": "0" * 24},
    "reject": lambda world: {"reason": "Not now"},
    "waive": lambda world: {"reason": "Broke down"},
    "theme": lambda world: {"theme": "dark"},
    "decide": lambda world: {"act": "approve", "booking": world.bookings["requested"].pk},
    "undo": lambda world: {"booking": world.bookings["approved"].pk},
    "profile": lambda world: {"last_name": "Costa", "language": "fr"},
    "telling": lambda world: {"reminder_minutes": ["60"]},
    "ask_to_join": lambda world: {"team": world.open_team.pk},
    "refuse_join": lambda world: {"reason": "Not with us"},
    "invite": lambda world: {"email": "new@lab.example", "role": "member", "language": "en"},
    "role": lambda world: {"role": "manager"},
    "service_ask": lambda world: {
        f"count-{a_service(world).pk}": "2",
        "project": world.project.pk,
        "title": "Kinases",
    },
    "standing_count": lambda world: {"day": "2026-10-06", "count": "12"},
    "standing_end": lambda world: {"ends_on": "2026-10-31"},
    "staff_time_take_back": lambda world: {"reason": "Not ours"},
    "cost_take_back": lambda world: {"reason": "Not ours"},
    "project_title": lambda world: {"is_confidential": "on"},
    "allow_account": lambda world: {"person": world.people["col"].pk, "monthly": "100"},
    "issuer_accountant": lambda world: {"email": world.people["man"].email},
    "month_end_start": lambda world: {"issuer": "CRC", "month": "2026-09", "step": "statements"},
    "recharge_new": lambda world: {"preset": "sifac"},
    "month_end_move": lambda world: {
        "charge": world.charge.pk,
        "account": make.an_account(world.team).pk,
    },
    "month_end_engagement": lambda world: {
        "account": world.charge.account_id,
        "number": "4500099001",
    },
    "charge_dispute": lambda world: {"reason": "We were two"},
    "dispute_uphold": lambda world: {"answer": "You are right"},
    "dispute_reject": lambda world: {"answer": "It was booked"},
    "quote_new": lambda world: {
        "facility": world.facility.pk,
        "team": world.team.pk,
        "title": "Panel",
    },
    "quote_edit": lambda world: {"title": "Panel, twice"},
    "quote_lines": lambda world: {
        "what": "own",
        "description": "Panel design",
        "quantity": "1",
        "price": "100",
    },
    "quote_line": lambda world: {"quantity": "3", "price": "100"},
    "quote_accept": lambda world: {"purchase_order": "4500123"},
    "quote_record": lambda world: {
        "signed_name": "Ada Wood",
        "signed_on": str(world.quote.sent_on),
        "file": SimpleUploadedFile("signed.pdf", b"%PDF-1.7 signed", "application/pdf"),
    },
    "quote_refuse": lambda world: {"reason": "Not this year"},
    "invoice_credit": lambda world: {"reason": "Wrong team"},
    "payment_new": lambda world: a_received_sum(world) | {"method": "transfer"},
    "payment_refund": lambda world: {"kind": "refunded", "amount": "1.00", "reason": "Too much"},
    "payment_undo": lambda world: {"reason": "Wrong one"},
    "invoice_hold": lambda world: {"reason": "They wait for a stamp"},
    "books_close": lambda world: {"month": "2026-09"},
}


def known_routes(
    entries: list[URLPattern | URLResolver] = urlpatterns,
) -> Iterator[tuple[str, str]]:
    """Return the name and the pattern of every route."""
    for entry in entries:
        assert isinstance(entry, URLPattern), "routes lie flat, so that this table sees them"
        assert entry.name
        yield entry.name, str(entry.pattern)


def opened(world: World, client: Client, operation: str, *, nobodys: int | None = None) -> Any:
    """Open "GET name" or take the step "POST name" on its object, or on one that never was."""
    method, name, *_variant = operation.split()
    pattern = dict(known_routes())[name]
    parts = {
        part: (OBJECTS.get(f"{name} {part}") or OBJECTS[part])(world)
        if nobodys is None
        else nobodys
        for part in PART.findall(pattern)
    }
    address = reverse(name, kwargs=parts)
    if method == "GET":
        return client.get(address)
    body = BODIES[operation.removeprefix("POST ")](world) if name in BODIES else {}
    return client.post(address, body)


def outcome(response: Any) -> str:
    """Say in three letters how it went: the status, or for a redirect what it means.

    `log` sends to the log-in page, `no` goes back with a refusal, `ok` goes on.
    """
    if response.status_code != 302:
        return str(response.status_code)
    if response.url.startswith(reverse("account_login")):
        return "log"
    said = get_messages(response.wsgi_request)
    return "no" if any(message.level_tag == "error" for message in said) else "ok"

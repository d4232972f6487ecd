"""The letters about service requests: to the platform when asked, to who asked when answered.

Renderers for the outbox: they only read, and say nothing about what is no longer true.
Registered by BillingConfig.ready().
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from billing.models import DeliveryReversal, RequestEvent, ServiceRequest
from billing.orders.queries import estimate_cents
from billing.orders.service_names import counted_text, service_name
from billing.orders.states import UNDECIDED, OrderState
from billing.services.order_steps import ACCEPTED, DELIVERED, REFUSED, REQUESTED, TAKEN_BACK
from bookings.wording import money_text
from facilities.models import FacilityStaff
from notifications import registry
from notifications.letterhead import Fact, Letter, Link, mail_of
from notifications.registry import Mail

Writer = Callable[[ServiceRequest, datetime], Letter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a step is worth telling: while it is true, by whom written, and to whom."""

    while_state: frozenset[OrderState]
    write: Writer
    to_platform: bool = False


def register() -> None:
    """Let the outbox word what is published of service requests."""
    for topic, telling in TELLINGS.items():
        registry.register(topic, partial(mails, telling))


def mails(telling: Telling, payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    """Write a step's mails, each in its reader's language; none once it is untrue."""
    request = (
        ServiceRequest.objects.select_related(
            "facility", "team__organisation", "project", "requested_by"
        )
        .filter(pk=payload["request"])
        .first()
    )
    if request is None or request.state not in telling.while_state:
        return []
    readers = _platform(request) if telling.to_platform else [request.requested_by]
    return [_mail(request, reader, telling.write, now) for reader in readers if reader.is_active]


def _platform(request: ServiceRequest) -> list[User]:
    managers = FacilityStaff.objects.filter(
        facility=request.facility_id, role=FacilityStaff.Role.MANAGER
    )
    return [role.user for role in managers.select_related("user").order_by("user_id")]


def _mail(request: ServiceRequest, reader: User, write: Writer, now: datetime) -> Mail:
    with override(reader.language):
        return mail_of(
            write(request, now),
            address=reader.email,
            language=reader.language,
            reply_to=request.facility.email,
        )


def requested(request: ServiceRequest, now: datetime) -> Letter:
    """To the platform: somebody asks for work."""
    return _letter(
        request,
        now,
        subject=_("To answer: a request for %(platform)s"),
        title=_("Somebody asks for work of the platform."),
        lines=(_("Accept it, refuse it, or send a quote first."),),
        link=_("Answer the request"),
        why=_("You receive this because you manage the platform."),
    )


def accepted(request: ServiceRequest, now: datetime) -> Letter:
    """To who asked: it is taken on, at which price."""
    return _letter(
        request,
        now,
        subject=_("Accepted: your request to %(platform)s"),
        title=_("Your request is accepted."),
        lines=(_("The prices are agreed: what is delivered is charged at them."),),
        word=_("Message from the platform"),
    )


def refused(request: ServiceRequest, now: datetime) -> Letter:
    """To who asked: it is refused, and why."""
    return _letter(
        request,
        now,
        subject=_("Refused: your request to %(platform)s"),
        title=_("Your request is refused."),
        lines=(_("Nothing is charged."),),
        word=_("Reason"),
    )


def delivered(request: ServiceRequest, now: datetime) -> Letter:
    """To who asked: all of it is done."""
    return _letter(
        request,
        now,
        subject=_("Delivered: your request to %(platform)s"),
        title=_("What you asked for is delivered."),
        lines=(_("The page of the request says what was delivered and charged."),),
        word=_("Message from the platform"),
    )


def taken_back(request: ServiceRequest, now: datetime) -> Letter:
    """To who asked: a delivery was noted wrongly, and what it cost is given back."""
    back = DeliveryReversal.objects.filter(delivery__item__request=request).order_by("-id")
    last = back.select_related("delivery__item__service__facility").first()
    facts = []
    if last is not None:
        item, quantity = last.delivery.item, last.delivery.quantity
        said = f"{service_name(item.service)}, {counted_text(quantity, item.unit)}"
        facts = [
            Fact(label=_("Delivery taken back"), value=said),
            Fact(label=_("Reason"), value=last.reason),
        ]
    return _letter(
        request,
        now,
        subject=_("Delivery taken back: your request to %(platform)s"),
        title=_("A delivery is taken back."),
        lines=(_("What was charged for it is given back. The work goes on."),),
        facts=facts,
    )


TELLINGS = {
    REQUESTED: Telling(while_state=UNDECIDED, write=requested, to_platform=True),
    ACCEPTED: Telling(
        while_state=frozenset(
            {OrderState.ACCEPTED, OrderState.SAMPLES_RECEIVED, OrderState.IN_PROGRESS}
        ),
        write=accepted,
    ),
    REFUSED: Telling(while_state=frozenset({OrderState.REFUSED}), write=refused),
    DELIVERED: Telling(while_state=frozenset({OrderState.DELIVERED}), write=delivered),
    TAKEN_BACK: Telling(while_state=frozenset({OrderState.IN_PROGRESS}), write=taken_back),
}


def _letter(
    request: ServiceRequest,
    now: datetime,
    *,
    subject: str,
    title: str,
    lines: tuple[str, ...],
    link: str = "",
    word: str = "",
    why: str = "",
    facts: Sequence[Fact] = (),
) -> Letter:
    return Letter(
        subject=subject % {"platform": request.facility.localized_name},
        title=title,
        lines=lines,
        facts=(*facts, *_facts(request, now, word=word)),
        link=Link(
            label=link or _("See the request"),
            url=f"{settings.SITE_URL}/services/requests/{request.pk}/",
        ),
        why=why or _("You receive this because you asked for it."),
    )


def _facts(request: ServiceRequest, now: datetime, *, word: str) -> list[Fact]:
    items = list(request.items.select_related("service__facility"))
    facts = [
        Fact(label=_("Request"), value=request.title),
        Fact(label=_("Team"), value=f"{request.team} ({request.team.organisation})"),
        Fact(label=_("Project"), value=str(request.project)),
    ]
    facts += [
        Fact(label=service_name(item.service), value=counted_text(item.ordered, item.unit))
        for item in items
    ]
    cents = estimate_cents(request, items, now=now)
    if cents is not None:
        facts.append(Fact(label=_("Price before VAT"), value=money_text(cents)))
    if said := _last_word(request) if word else "":
        facts.append(Fact(label=word, value=said))
    return facts


def _last_word(request: ServiceRequest) -> str:
    """Return what was said when the request last came to the state that it is in."""
    events = RequestEvent.objects.filter(request=request, to_state=request.state)
    came = events.exclude(from_state=request.state).order_by("-id")
    return came.values_list("note", flat=True).first() or ""

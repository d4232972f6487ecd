"""Reads about quotes that pages and API share: what waits, what can be sold, how far it is used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import FundingAccount, User
from billing.models import Package, PriceList, Quote, Seller
from billing.quotes.permissions import quotes_answered_by
from billing.quotes.states import QuoteState
from billing.quoting import committed, ledger_sum
from billing.services.issuing import local_day
from billing.spending import Balance
from facilities.models import Instrument, Service

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """What a platform sells, as choices such as "service:3"."""

    platform: str
    choices: list[Choice]


def quotes_waiting_for(user: User, *, now: dt.datetime) -> QuerySet[Quote]:
    """Return the quotes that a person can accept today, the first to lapse first."""
    return (
        quotes_answered_by(user, on=now.date())
        .filter(state=QuoteState.SENT, valid_until__gte=local_day(now))
        .order_by("valid_until", "pk")
    )


def balance_of(quote: Quote) -> Balance | None:
    """Return how far the account of an accepted quote is used; None before, in one query."""
    if quote.account_id is None:
        return None
    account = (
        FundingAccount.objects.filter(pk=quote.account_id)
        .annotate(charged_cents=ledger_sum(), committed_cents=committed())
        .get()
    )
    return Balance(
        account_id=account.pk,
        reference=account.reference,
        kind=FundingAccount.Kind(account.kind).value,
        ceiling_cents=account.ceiling_cents,
        charged_cents=account.charged_cents,
        booked_cents=account.committed_cents - account.charged_cents,
    )


def sold_with(quote: Quote, *, on: dt.date) -> list[Sold]:
    """Return what the platforms of a quote's issuer sell, by platform, in four queries."""
    sellers = Seller.objects.filter(issuer=quote.issuer_id).select_related("facility")
    platforms = {seller.facility_id: str(seller.facility) for seller in sellers}
    services = Service.objects.filter(facility__in=platforms, is_active=True).order_by("name")
    instruments = (
        Instrument.objects.filter(facility__in=platforms)
        .exclude(state=Instrument.State.RETIRED)
        .order_by("name")
    )
    packages = Package.objects.filter(
        price_list__facility__in=platforms,
        price_list__status=PriceList.Status.IN_FORCE,
        price_list__validity__contains=on,
    ).select_related("price_list")
    found: dict[int, list[Choice]] = {facility_id: [] for facility_id in platforms}
    for service in services:
        found[service.facility_id].append((f"service:{service.pk}", _named(service)))
    for instrument in instruments:
        word = _("%(name)s, time") % {"name": instrument.name}
        found[instrument.facility_id].append((f"instrument:{instrument.pk}", word))
    for package in packages.order_by("name"):
        word = _("%(name)s, package") % {"name": _named(package)}
        found[package.price_list.facility_id].append((f"package:{package.pk}", word))
    return [
        Sold(platform=platforms[facility_id], choices=choices)
        for facility_id, choices in _own_first(found.items(), quote.facility_id)
        if choices
    ]


def _own_first(
    found: Iterable[tuple[int, list[Choice]]], own_id: int
) -> list[tuple[int, list[Choice]]]:
    return sorted(found, key=lambda one: (one[0] != own_id, one[0]))


def _named(thing: Service | Package) -> str:
    is_french = (get_language() or "").startswith("fr")
    return (is_french and thing.name_fr) or thing.name

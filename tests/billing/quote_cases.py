"""A platform that quotes a company: what the tests of quotes begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.models import Team, User
from billing.models import Issuer, Quote
from billing.quotes.acceptance import Acceptance
from billing.quotes.offers import LineWish
from billing.services.quote_answers import accept_quote
from billing.services.quote_steps import send_quote
from billing.services.quotes import QuoteWish, draft_quote
from facilities.models import Facility, Instrument, Service
from tests import factories as make
from tests.billing.order_cases import a_service

IVIS = {"INT": 2500, "ACA": 4800, "SUP": 8000, "IND": 15000}


@dataclass
class Deal:
    """A platform with its seller and prices, its manager, and a company's billing contact."""

    facility: Facility = field(default_factory=make.a_facility)

    def __post_init__(self) -> None:
        self.issuer: Issuer = make.an_issuer(self.facility)
        _fill(self.issuer.organisation)
        self.instrument: Instrument = make.an_instrument(self.facility, name="IVIS Spectrum")
        make.a_price_list(self.facility, {self.instrument: IVIS})
        self.service: Service = a_service(self.facility, name="timsTOF proteome")
        self.manager: User = make.a_staff_member(self.facility)
        self.team: Team = make.a_team(make.a_legal_person())
        self.buyer: User = make.a_member(self.team, role="billing_contact")

    def draft(self, *lines: LineWish, **fields: Any) -> Quote:
        """Draft a quote, of 24 samples unless told otherwise."""
        title = fields.pop("title", "timsTOF proteomics, 24 samples, with report")
        given: dict[str, Any] = {
            name: fields.pop(name) for name in ("request_id", "now") if name in fields
        }
        return draft_quote(
            actor=self.manager,
            facility_id=self.facility.pk,
            team_id=self.team.pk,
            wish=QuoteWish(title=title, **fields),
            lines=lines or [self.samples()],
            **({"now": make.NOW} | given),
        )

    def samples(self, quantity: str = "24", **fields: Any) -> LineWish:
        """Wish for some samples."""
        return LineWish(service_id=self.service.pk, quantity=Decimal(quantity), **fields)

    def sent(self, *lines: LineWish, **fields: Any) -> Quote:
        """Send such a quote."""
        draft = self.draft(*lines, **fields)
        return send_quote(actor=self.manager, quote_id=draft.pk, now=make.NOW)

    def accepted(self, *lines: LineWish, order: str = "4500123", **fields: Any) -> Quote:
        """Have such a quote accepted with a purchase order."""
        return self.accept(self.sent(*lines, **fields), order=order)

    def accept(self, quote: Quote, *, order: str = "4500123", **given: Any) -> Quote:
        """Accept a quote with a purchase order."""
        acceptance = Acceptance(purchase_order=order, **given)
        return accept_quote(
            actor=self.buyer, quote_id=quote.pk, acceptance=acceptance, now=make.NOW
        )


def _fill(organisation: Any) -> None:
    organisation.billing_address = organisation.billing_address or "1 rue des Essais"
    organisation.billing_city = organisation.billing_city or "Marseille"
    organisation.save()

"""A service request goes where its quote goes."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.models import ServiceRequest
from billing.services.ordering import Wanted, request_service
from billing.services.quote_answers import refuse_quote
from billing.services.quote_steps import expire_quotes, withdraw_quote
from tests import factories as make
from tests.billing.quote_cases import Deal
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def asked(deal):
    project = make.a_project(deal.team)
    return request_service(
        actor=deal.buyer,
        project_id=project.pk,
        items=[Wanted(service_id=deal.service.pk, quantity=Decimal(24))],
        title="Phosphoproteome",
        now=NOW,
    )


def test_a_request_is_quoted_and_taken_on_at_the_quotes_price():
    deal = Deal()
    request = asked(deal)
    quote = deal.sent(deal.samples(unit_price_cents=30_000), request_id=request.pk)
    request.refresh_from_db()
    assert (request.state, request.quote) == ("quoted", quote)
    quote = deal.accept(quote)
    request.refresh_from_db()
    assert (request.state, request.account) == ("accepted", quote.account)
    assert request.items.get().unit_price_cents == 30_000
    assert quote.account is not None
    assert request.promised_cents == quote.account.ceiling_cents == 720_000


@pytest.mark.parametrize("how", ["refuse", "withdraw", "expire"])
def test_a_request_waits_again_when_its_quote_comes_to_nothing(how):
    deal = Deal()
    request = asked(deal)
    quote = deal.sent(request_id=request.pk)
    if how == "refuse":
        refuse_quote(actor=deal.buyer, quote_id=quote.pk, reason="No", now=NOW)
    elif how == "withdraw":
        withdraw_quote(actor=deal.manager, quote_id=quote.pk, now=NOW)
    else:
        expire_quotes(now=NOW + dt.timedelta(days=40))
    assert ServiceRequest.objects.get().state == "requested"

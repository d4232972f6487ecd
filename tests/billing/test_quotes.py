"""Quotes: drafts are counted, sent quotes stay, an answer opens what can be spent."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import NotFound, NotPermitted, ReasonRequired, StaleVersion
from accounts.models import FundingAccount, Project
from billing.errors import PartyIncomplete, RateMissing
from billing.models import Package, PackagePrice, PriceList, Quote, QuoteLine
from billing.orders.errors import PatientData
from billing.quotes.acceptance import MOST_BYTES, Acceptance
from billing.quotes.errors import (
    LineNotPossible,
    NotADraft,
    OrderFileRefused,
    OrderOrSignatureMissing,
    QuoteEmpty,
    QuoteExpired,
    QuoteNotOpen,
    ReferenceInUse,
    SellerMissing,
)
from billing.quotes.offers import LineWish
from billing.services.quote_answers import accept_quote, refuse_quote
from billing.services.quote_steps import expire_quotes, send_quote, withdraw_quote
from billing.services.quotes import (
    QuoteWish,
    add_lines,
    change_line,
    change_quote,
    draft_quote,
    duplicate_quote,
    remove_line,
)
from notifications.models import OutboxMessage
from tests import factories as make
from tests.billing.quote_cases import Deal
from tests.factories import NOW

pytestmark = pytest.mark.django_db

NIR = "1 84 12 76 451 089 46"
LATER = NOW + dt.timedelta(days=31)


@pytest.fixture
def deal():
    return Deal()


def topics():
    return list(OutboxMessage.objects.order_by("id").values_list("topic", flat=True))


def test_a_draft_is_priced_by_the_catalogue_at_the_teams_tier(deal):
    quote = deal.draft()
    (line,) = quote.lines.all()
    assert (line.description, line.unit) == ("timsTOF proteome", "sample")
    assert (line.unit_price_cents, line.net_cents) == (32000, 768000)
    assert (line.vat_category, line.vat_percent) == ("S", Decimal(20))
    assert (quote.net_cents, quote.vat_cents, quote.total_cents) == (768000, 153600, 921600)
    assert (quote.state, quote.number) == ("draft", "")


def test_planned_sessions_are_priced_by_their_hours(deal):
    wish = LineWish(instrument_id=deal.instrument.pk, sessions=4, hours=Decimal(3))
    (line,) = deal.draft(wish, language="en").lines.all()
    assert (line.quantity, line.unit, line.sessions) == (Decimal(12), "hour", 4)
    assert line.net_cents == 12 * 15000
    assert line.description == "IVIS Spectrum, 4 sessions of 3 h"


def test_a_package_is_sold_for_its_price(deal):
    package = Package.objects.create(price_list=PriceList.objects.get(), name="Ten sorts")
    PackagePrice.objects.create(package=package, tier="IND", amount_cents=100_000)
    quote = deal.draft(LineWish(package_id=package.pk, quantity=Decimal(2)))
    assert quote.net_cents == 200_000


def test_a_line_of_its_own_words_needs_a_price(deal):
    wish = LineWish(description="Report", quantity=Decimal(1))
    with pytest.raises(LineNotPossible):
        deal.draft(wish)
    priced = LineWish(description="Report", quantity=Decimal(1), unit_price_cents=50_000)
    assert deal.draft(priced).net_cents == 50_000


def test_what_no_list_prices_is_not_guessed(deal):
    unpriced = make.an_instrument(deal.facility)
    wish = LineWish(instrument_id=unpriced.pk, quantity=Decimal(1))
    with pytest.raises(RateMissing):
        deal.draft(wish)


def test_discounts_come_off_the_line_and_then_off_the_whole(deal):
    quote = deal.draft(deal.samples(discount_percent=Decimal(10)), discount_percent=Decimal("2.50"))
    assert quote.lines_cents == 691_200
    assert quote.net_cents == 673_920
    assert quote.vat_cents == 134_784


def test_training_and_services_have_their_own_vat(deal):
    course = type(deal.service).objects.create(
        facility=deal.facility, code="course", name="Course", unit="day", nature="training"
    )
    taught = LineWish(service_id=course.pk, quantity=Decimal(1), unit_price_cents=100_000)
    quote = deal.draft(deal.samples("1"), taught, discount_percent=Decimal(10))
    assert {line.vat_category for line in quote.lines.all()} == {"S", "E"}
    assert quote.net_cents == 28_800 + 90_000
    assert quote.vat_cents == 5_760


def test_a_platform_that_another_body_sells_for_is_quoted_by_itself(deal):
    elsewhere = Deal()
    with pytest.raises(SellerMissing):
        deal.draft(elsewhere.samples())


def test_a_draft_can_be_changed_line_by_line(deal):
    quote = deal.draft()
    quote = add_lines(actor=deal.manager, quote_id=quote.pk, lines=[deal.samples("2")], now=NOW)
    first, second = quote.lines.all()
    quote = change_line(
        actor=deal.manager, quote_id=quote.pk, line_id=second.pk, now=NOW,
        changes={"quantity": Decimal(3), "unit_price_cents": 10_000},
    )  # fmt: skip
    assert quote.net_cents == 768_000 + 30_000
    quote = remove_line(actor=deal.manager, quote_id=quote.pk, line_id=first.pk, now=NOW)
    assert quote.net_cents == 30_000
    with pytest.raises(StaleVersion):
        remove_line(actor=deal.manager, quote_id=quote.pk, line_id=second.pk, version=1, now=NOW)


def test_what_a_draft_says_can_be_changed(deal):
    quote = deal.draft()
    wish = QuoteWish(title="Another", discount_percent=Decimal(50))
    quote = change_quote(actor=deal.manager, quote_id=quote.pk, wish=wish, now=NOW)
    assert (quote.title, quote.net_cents) == ("Another", 384_000)


def test_a_sent_quote_is_numbered_dated_and_told(deal):
    quote = deal.sent()
    code = deal.issuer.code.upper()
    assert quote.number == f"{code}-D2026-00001"
    assert (quote.sent_on, quote.valid_until) == (dt.date(2026, 10, 6), dt.date(2026, 11, 5))
    assert quote.buyer["siren"] == "000987651"
    assert quote.terms["natures"] == ["service"]
    assert topics() == ["billing.quote_sent"]


def test_an_empty_quote_is_not_sent(deal):
    quote = deal.draft(LineWish(description="Gift", quantity=Decimal(1), unit_price_cents=0))
    with pytest.raises(QuoteEmpty):
        send_quote(actor=deal.manager, quote_id=quote.pk, now=NOW)


def test_a_buyer_without_an_address_is_not_quoted(deal):
    type(deal.team.organisation).objects.filter(pk=deal.team.organisation_id).update(
        billing_address=""
    )
    quote = deal.draft()
    with pytest.raises(PartyIncomplete):
        send_quote(actor=deal.manager, quote_id=quote.pk, now=NOW)
    assert not Quote.objects.exclude(number="").exists()


def test_a_sent_quote_is_no_draft_any_more(deal):
    quote = deal.sent()
    with pytest.raises(NotADraft):
        add_lines(actor=deal.manager, quote_id=quote.pk, lines=[deal.samples()], now=NOW)
    with pytest.raises(NotADraft):
        send_quote(actor=deal.manager, quote_id=quote.pk, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_quote SET net_cents = 1, total_cents = vat_cents + 1",
        "UPDATE billing_quote SET valid_until = '2030-01-01'",
        "UPDATE billing_quote SET buyer = '{}'",
        "DELETE FROM billing_quote",
        "UPDATE billing_quoteline SET net_cents = 1",
        "DELETE FROM billing_quoteline",
    ],
)
def test_the_database_keeps_a_sent_quote_as_it_is(deal, change):
    from django.db import connection

    deal.sent()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_database_keeps_an_answered_quote_in_its_state(deal):
    quote = deal.accepted()
    with pytest.raises(DatabaseError), transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(state="sent")
    with pytest.raises(DatabaseError), transaction.atomic():
        QuoteLine.objects.create(
            quote=quote, position=9, facility=deal.facility, description="More", quantity=1,
            unit="piece", unit_price_cents=1, net_cents=1, vat_category="S", vat_percent=20,
        )  # fmt: skip


def test_an_accepted_quote_opens_a_project_and_an_order_with_a_ceiling(deal):
    quote = deal.accepted(project_name="PDM-017, T-cell exhaustion")
    account = FundingAccount.objects.get()
    assert quote.account == account
    assert (account.kind, account.reference) == ("purchase_order", "4500123")
    assert account.ceiling_cents == quote.net_cents == 768_000
    assert (account.valid_from, account.valid_until) == (
        dt.date(2026, 10, 6),
        dt.date(2027, 10, 6),
    )
    project = Project.objects.get()
    assert (project.name, project.kind) == ("PDM-017, T-cell exhaustion", "industry")
    assert quote.project == project
    assert topics() == ["billing.quote_sent", "billing.quote_answered"]


def test_a_signature_accepts_and_the_quotes_number_is_the_reference(deal):
    quote = deal.sent(ends_on=dt.date(2026, 12, 31))
    quote = deal.accept(quote, order="", signed_name="Claire Duvallon")
    assert quote.answer.signed_on == dt.date(2026, 10, 6)
    assert quote.account.reference == quote.number
    assert quote.account.valid_until == dt.date(2026, 12, 31)


def test_accepting_the_same_again_changes_nothing(deal):
    quote = deal.accepted()
    again = deal.accept(quote)
    assert again.version == quote.version
    assert FundingAccount.objects.get().ceiling_cents == 768_000
    with pytest.raises(QuoteNotOpen):
        deal.accept(quote, order="another")


def test_an_order_that_pays_for_two_quotes_may_spend_both(deal):
    deal.accepted()
    deal.accepted(deal.samples("1"))
    assert FundingAccount.objects.get().ceiling_cents == 768_000 + 32_000


def test_an_order_is_not_another_account_of_that_name(deal):
    make.an_account(deal.team, reference="4500123")
    quote = deal.sent()
    with pytest.raises(ReferenceInUse):
        deal.accept(quote)
    assert not Project.objects.exists()


def test_a_quote_needs_an_order_or_a_name(deal):
    with pytest.raises(OrderOrSignatureMissing):
        deal.accept(deal.sent(), order=" ")


@pytest.mark.parametrize("content", [b"MZ executable", b"%PDF-" + b"x" * MOST_BYTES, b"<html>"])
def test_the_file_of_an_order_is_what_it_says(deal, content):
    with pytest.raises(OrderFileRefused):
        deal.accept(deal.sent(), file=content, file_name="order.pdf")


def test_the_file_of_an_order_is_kept(deal):
    quote = deal.accept(deal.sent(), file=b"%PDF-1.7 order", file_name="order.exe")
    assert bytes(quote.answer.file) == b"%PDF-1.7 order"
    assert quote.answer.file_type == "application/pdf"


def test_a_late_answer_is_refused_whether_the_task_ran_or_not(deal):
    quote = deal.sent()
    said = Acceptance(purchase_order="1")
    with pytest.raises(QuoteExpired):
        accept_quote(actor=deal.buyer, quote_id=quote.pk, acceptance=said, now=LATER)
    assert expire_quotes(now=LATER) == 1
    assert expire_quotes(now=LATER) == 0
    quote.refresh_from_db()
    assert quote.state == "expired"
    with pytest.raises(QuoteExpired):
        accept_quote(actor=deal.buyer, quote_id=quote.pk, acceptance=said, now=LATER)


def test_a_quote_is_open_on_its_last_day(deal):
    quote = deal.sent()
    last_day = NOW + dt.timedelta(days=30)
    assert expire_quotes(now=last_day) == 0
    said = Acceptance(purchase_order="1")
    accept_quote(actor=deal.buyer, quote_id=quote.pk, acceptance=said, now=last_day)


def test_a_refusal_says_why(deal):
    quote = deal.sent()
    with pytest.raises(ReasonRequired):
        refuse_quote(actor=deal.buyer, quote_id=quote.pk, reason=" ", now=NOW)
    quote = refuse_quote(actor=deal.buyer, quote_id=quote.pk, reason="Too late", now=NOW)
    assert (quote.state, quote.answer.reason) == ("refused", "Too late")
    with pytest.raises(QuoteNotOpen):
        deal.accept(quote)


def test_a_quote_can_be_withdrawn_until_it_is_answered(deal):
    quote = deal.sent()
    withdraw_quote(actor=deal.manager, quote_id=quote.pk, now=NOW)
    with pytest.raises(QuoteNotOpen):
        deal.accept(quote)
    with pytest.raises(QuoteNotOpen):
        withdraw_quote(actor=deal.manager, quote_id=deal.accepted().pk, now=NOW)


def test_a_copy_is_a_draft_of_the_same_lines(deal):
    quote = deal.accepted(discount_percent=Decimal(5))
    copy = duplicate_quote(actor=deal.manager, quote_id=quote.pk, now=NOW)
    assert (copy.state, copy.number, copy.net_cents) == ("draft", "", quote.net_cents)


def test_the_team_sees_what_was_sent_to_it_and_no_drafts(deal):
    from billing.quotes.permissions import quotes_visible_to

    draft, sent, other = deal.draft(), deal.sent(), Deal().sent()
    on = NOW.date()
    assert set(quotes_visible_to(deal.buyer, on=on)) == {sent}
    assert set(quotes_visible_to(deal.manager, on=on)) == {draft, sent}
    assert not quotes_visible_to(make.a_member(deal.team), on=on).exists()
    assert not quotes_visible_to(make.a_staff_member(deal.facility, "operator"), on=on).exists()
    assert other in quotes_visible_to(make.a_user(is_superuser=True), on=on)


def test_only_who_looks_after_the_teams_money_answers(deal):
    quote = deal.sent()
    said = Acceptance(purchase_order="1")
    for stranger, refusal in (
        (deal.manager, NotPermitted),
        (make.a_member(deal.team), NotFound),
        (Deal().buyer, NotFound),
    ):
        with pytest.raises(refusal):
            accept_quote(actor=stranger, quote_id=quote.pk, acceptance=said, now=NOW)


def test_only_managers_and_who_keeps_the_books_make_quotes(deal):
    def draft_by(actor):
        return draft_quote(
            actor=actor, facility_id=deal.facility.pk, team_id=deal.team.pk, now=NOW,
            wish=QuoteWish(title="Work"),
        )  # fmt: skip

    keeper = make.a_user()
    deal.issuer.accountants.add(keeper)
    assert draft_by(keeper).made_by == keeper
    for stranger in (
        deal.buyer,
        make.a_staff_member(deal.facility, "operator"),
        make.a_staff_member(make.a_facility()),
    ):
        with pytest.raises(NotFound):
            draft_by(stranger)


def test_no_patient_is_named_on_a_quote(deal):
    with pytest.raises(PatientData):
        deal.draft(title=f"Samples of {NIR}")
    with pytest.raises(PatientData):
        deal.draft(LineWish(description=NIR, quantity=Decimal(1), unit_price_cents=1))

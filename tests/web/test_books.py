"""Pages of the books: months, VAT, the file for the tax office, the year's end, closing."""

import datetime as dt

import pytest
from django.urls import reverse

from billing.models import AccountingPeriod
from billing.services.paying import record_payment
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(client):
    books = Books()
    invoice = books.an_invoice(now=NOW - dt.timedelta(days=20))
    record_payment(
        issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=12000, actor=books.keeper,
        now=NOW, parts={invoice.pk: 12000},
    )  # fmt: skip
    client.force_login(books.keeper)
    return books


def text_of(answer):
    return answer.content.decode()


def test_the_year_lists_its_months_and_says_which_can_be_closed(books, client):
    text = text_of(client.get(reverse("books")))
    assert "September 2026 can be closed" in text
    assert "€100.00" in text
    assert client.get(reverse("books"), {"year": "1066"}).status_code == 404


def test_a_month_is_closed_for_good(books, client):
    client.post(reverse("books_close"), {"month": "2026-09"})
    assert AccountingPeriod.objects.get().month == dt.date(2026, 9, 1)
    text = text_of(client.get(reverse("books")))
    assert "September 2026 is closed." in text
    assert "All months that are over are closed" in text
    client.post(reverse("books_close"), {"month": "2026-10"})
    assert "October 2026 is not over yet." in text_of(client.get(reverse("books")))
    assert "Closed on 6 October 2026" in text_of(
        client.get(reverse("books_month"), {"month": "2026-09"})
    )


def test_a_month_says_which_vat_is_due(books, client):
    september = text_of(client.get(reverse("books_month"), {"month": "2026-09"}))
    october = text_of(client.get(reverse("books_month"), {"month": "2026-10"}))
    assert "€0.00 of VAT is due" in september
    assert "€20.00 of VAT is due" in october
    assert "was received and not allocated" not in october
    record_payment(
        issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=5001, actor=books.keeper, now=NOW
    )
    october = text_of(client.get(reverse("books_month"), {"month": "2026-10"}))
    assert "€50.01 was received and not allocated by the end of the month" in october
    assert "On advances before their invoice" not in october
    books.issuer.vat_on_debits = True
    books.issuer.save()
    october = text_of(client.get(reverse("books_month"), {"month": "2026-10"}))
    assert "On advances before their invoice" in october
    for wrong in ("soon", "2026-13", "0001-01"):
        assert client.get(reverse("books_month"), {"month": wrong}).status_code == 404


def test_the_journal_and_the_file_for_the_tax_office_come_down(books, client):
    rows = text_of(client.get(reverse("books_journal"), {"month": "2026-09"})).splitlines()
    assert [row.split(",")[3] for row in rows[1:]] == ["411000", "706000", "445710"]
    fec = client.get(reverse("books_fec"))
    assert fec["Content-Disposition"] == 'attachment; filename="000314153FEC20261006.txt"'
    lines = fec.content.decode("iso8859-15").splitlines()
    assert lines[0].startswith("JournalCode\tJournalLib\tEcritureNum")
    assert len(lines) == 6


def test_use_that_is_not_invoiced_is_shown_with_its_entries(books, client):
    make.a_charge(books.team, books.facility, 7000)
    text = text_of(client.get(reverse("books_year_end")))
    assert "€70.00 rendered and not invoiced" in text
    assert "418100" in text
    file = text_of(client.get(reverse("books_year_end_file")))
    assert "418100" in file

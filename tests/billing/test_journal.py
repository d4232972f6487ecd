"""Entries of the books: balanced to the cent, whatever is sold, paid and taken back."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billing.books.fec import COLUMNS, amount_text, fec_file, fec_name
from billing.books.journal import (
    Chart,
    Customer,
    Document,
    Sale,
    document_entry,
    move_entry,
    payment_entry,
    refund_entry,
)
from billing.books.vat_shares import share_of_part
from billing.books.year_end_entries import accrual_entry, deferral_entry

CHART = Chart(customers="411000", vat="445710", bank="512000", accrued="418100")
PHARMA, BIOTECH = Customer(code="C00007", name="Pharma"), Customer(code="C00008", name="Biotech")
DAY = dt.date(2026, 10, 6)
ON: dict[str, Any] = {"on": DAY, "piece": "P0000001", "chart": CHART, "item": 3}

sales = st.lists(
    st.builds(
        Sale,
        account=st.sampled_from(["706000", "706100"]),
        platform=st.sampled_from(["Cytométrie", "Imagerie\tœ"]),
        cents=st.integers(-(10**6), 10**9),
    ),
    max_size=5,
)
documents = st.builds(
    Document,
    number=st.just("CRC-F2026-00001"),
    issued_on=st.just(DAY),
    customer=st.just(PHARMA),
    sales=sales,
    vat=st.lists(st.tuples(st.sampled_from([Decimal(20), Decimal("5.5")]), st.integers(0, 10**8)),
                 max_size=2),
    is_credit=st.booleans(),
    is_transfer=st.booleans(),
)  # fmt: skip
payers = st.sampled_from([None, PHARMA, BIOTECH])
amounts = st.integers(-(10**9), 10**9)
entries = st.lists(
    st.one_of(
        st.builds(document_entry, documents, st.just(CHART)),
        st.builds(payment_entry, cents=amounts, payer=payers, text=st.text(max_size=9),
                  **{k: st.just(v) for k, v in ON.items()}),
        st.builds(move_entry, cents=amounts, payer=payers, customer=st.just(BIOTECH),
                  settles=st.just(2), **{k: st.just(v) for k, v in ON.items()}),
        st.builds(refund_entry, cents=amounts, payer=payers, goes_elsewhere=st.booleans(),
                  **{k: st.just(v) for k, v in ON.items()}),
        st.builds(accrual_entry, customer=st.just(PHARMA), sales=sales, vat_cents=amounts,
                  **{k: st.just(v) for k, v in ON.items() if k != "item"}),
        st.builds(deferral_entry, on=st.just(DAY), piece=st.just("PCA"), sales=sales),
    ).filter(bool),
    max_size=6,
)  # fmt: skip


def booked(entry):
    return [
        (line.account, line.customer and line.customer.code, line.debit_cents, line.credit_cents)
        for line in entry.lines
    ]


def a_document(**fields):
    defaults: dict[str, Any] = {
        "number": "CRC-F2026-00001", "issued_on": DAY, "customer": PHARMA,
        "sales": [
            Sale(account="706000", platform="Cytométrie", cents=10000),
            Sale(account="706100", platform="Imagerie", cents=5000),
        ],
        "vat": [(Decimal(20), 3000)],
    }  # fmt: skip
    return Document(**(defaults | fields))


def test_an_invoice_debits_the_customer_and_credits_sales_by_platform_and_vat_by_rate():
    entry = document_entry(a_document(), CHART)
    assert entry.journal == "VE"
    assert booked(entry) == [
        ("411000", "C00007", 18000, 0),
        ("706000", None, 0, 10000),
        ("706100", None, 0, 5000),
        ("445710", None, 0, 3000),
    ]
    assert [line.label for line in entry.lines][2:] == [
        "Prestations Imagerie", "TVA collectée 20 %",
    ]  # fmt: skip


def test_a_credit_note_is_the_reverse():
    there, back = (
        booked(document_entry(a_document(is_credit=credit), CHART)) for credit in (False, True)
    )
    assert [(account, who, credit, debit) for account, who, debit, credit in there] == back


def test_a_transfer_note_is_no_sale():
    entry = document_entry(a_document(is_transfer=True, vat=[]), CHART)
    assert entry.journal == "NT"
    assert {account for account, *_rest in booked(entry)} == {"186000", "187000"}


def test_payments_credit_the_payer_or_wait_until_it_is_known():
    known = payment_entry(cents=12000, payer=PHARMA, text="", **ON)
    assert booked(known) == [("512000", None, 12000, 0), ("411000", "C00007", 0, 12000)]
    unknown = payment_entry(cents=12000, payer=None, text="X", **ON)
    assert booked(unknown) == [("512000", None, 12000, 0), ("471000", None, 0, 12000)]
    assert move_entry(cents=12000, payer=PHARMA, customer=PHARMA, settles=2, **ON) is None
    moved = move_entry(cents=12000, payer=None, customer=PHARMA, settles=2, **ON)
    assert booked(moved) == [("471000", None, 12000, 0), ("411000", "C00007", 0, 12000)]
    back = move_entry(cents=-12000, payer=None, customer=PHARMA, settles=2, **ON)
    assert booked(back) == [("471000", None, 0, 12000), ("411000", "C00007", 12000, 0)]


def test_refunds_leave_the_bank_or_wait_for_an_accountant():
    paid_back = refund_entry(cents=500, payer=PHARMA, goes_elsewhere=False, **ON)
    assert booked(paid_back) == [("411000", "C00007", 500, 0), ("512000", None, 0, 500)]
    elsewhere = refund_entry(cents=500, payer=PHARMA, goes_elsewhere=True, **ON)
    assert booked(elsewhere) == [("411000", "C00007", 500, 0), ("471000", None, 0, 500)]
    assert refund_entry(cents=500, payer=None, goes_elsewhere=True, **ON) is None


@given(entries)
def test_every_entry_balances(written):
    for entry in written:
        assert entry.debit_cents == sum(line.credit_cents for line in entry.lines)
        assert all(min(line.debit_cents, line.credit_cents) == 0 for line in entry.lines)
        assert all(line.debit_cents >= 0 <= line.credit_cents for line in entry.lines)


@given(entries)
def test_the_file_has_eighteen_columns_counts_without_a_gap_and_balances(written):
    text = fec_file(written, closed_on={}, today=DAY).decode("iso8859-15")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == COLUMNS
    assert len(COLUMNS) == 18
    assert {len(row) for row in rows} == {18}
    lines = [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]
    balance: dict[str, int] = {}
    for line in lines:
        cents = cents_of(line["Debit"]) - cents_of(line["Credit"])
        balance[line["EcritureNum"]] = balance.get(line["EcritureNum"], 0) + cents
        assert line["EcritureDate"] == line["PieceDate"] == line["ValidDate"] == "20261006"
    assert set(balance.values()) <= {0}


def cents_of(text):
    euros, cents = text.split(",")
    return int(euros) * 100 + int(cents)


def test_the_file_is_named_after_the_siren_and_the_last_day():
    assert fec_name(siren="000314153", last_on=dt.date(2026, 12, 31)) == (
        "000314153FEC20261231.txt"
    )
    assert [amount_text(cents) for cents in (0, 5, 123456)] == ["0,00", "0,05", "1234,56"]


def test_what_is_written_in_a_closed_month_is_final_on_the_day_it_was_closed():
    entry = document_entry(a_document(), CHART)
    closed = {dt.date(2026, 10, 1): dt.date(2026, 11, 4)}
    text = fec_file([entry], closed_on=closed, today=dt.date(2026, 12, 1)).decode("iso8859-15")
    rows = [row.split("\t") for row in text.splitlines()]
    assert rows[1] == [
        "VE", "Ventes", "1", "20261006", "411000", "Clients", "C00007", "Pharma",
        "CRC-F2026-00001", "20261006", "Facture Pharma", "180,00", "0,00", "", "", "20261104",
        "", "",
    ]  # fmt: skip


@given(
    whole=st.integers(0, 10**6),
    parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
)
def test_the_vat_of_all_parts_is_that_of_the_whole(whole, parts):
    total, before, found = sum(parts), 0, 0
    for part in parts:
        fields = {"whole_cents": whole, "total_cents": total}
        share = share_of_part(before_cents=before, part_cents=part, **fields)
        back = share_of_part(before_cents=before + part, part_cents=-part, **fields)
        assert back == -share
        before, found = before + part, found + share
    assert found == whole

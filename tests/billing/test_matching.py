"""Which invoices a payment is for: sure, or left to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.payments.matching import Payable, book_of, match

LEFT = {1: 10000, 2: 20000, 3: 10000, 4: 5000}
PHARMA, BIOTECH, UNIVERSITY = 7, 8, 9
NAMES = {
    PHARMA: ["Pharma du Midi", "PHARMA DU MIDI SA"],
    BIOTECH: ["Méditerranée Biotech"],
    UNIVERSITY: ["Université de Provence-Est"],
}
BOOK = book_of(
    [
        Payable(invoice_id=1, number="CRC-F2026-00001", organisation_id=PHARMA),
        Payable(invoice_id=2, number="CRC-F2026-00002", organisation_id=PHARMA),
        Payable(invoice_id=3, number="CRC-F2026-00003", organisation_id=BIOTECH),
        Payable(invoice_id=4, number="CRC-F2026-00014", organisation_id=PHARMA),
    ],
    names=NAMES,
)


def matched(amount, text="", payer="", left=LEFT, book=BOOK):
    found = match(book, left=left, amount_cents=amount, text=text, payer=payer)
    return found.how, found.is_sure, dict(found.parts)


@pytest.mark.parametrize(
    "text",
    [
        "CRC-F2026-00001",
        "crc f2026 00001",
        "CRCF202600001",
        "FACTURE CRC-F2026-1",
        "facture:CRC_F_2026_0001.",
        "FACTURECRC-F2026-00001",
        "Rglt fact. n° CRC - F 2026 - 00001 merci",
        "/INV/CRC-F2026-00001/20261006",
    ],
)
def test_a_number_is_read_however_it_is_typed(text):
    assert matched(10000, text) == ("number", True, {1: 10000})


@pytest.mark.parametrize("text", ["XCRC-F2026-00001", "CRC-A2026-00001", "CRC-F2026-000011234567"])
def test_what_only_looks_like_a_number_is_none(text):
    assert not matched(10000, text)[1]


def test_several_named_invoices_are_paid_together():
    text = "CRC-F2026-00001 + CRC-F2026-00002"
    assert matched(30000, text) == ("numbers", True, {1: 10000, 2: 20000})


def test_a_part_and_too_much_are_sure_where_the_invoice_is_named():
    assert matched(4000, "CRC-F2026-00001") == ("partial", True, {1: 4000})
    assert matched(12000, "CRC-F2026-00001") == ("overpaid", True, {1: 10000})


def test_too_little_for_several_named_is_left_to_a_person():
    text = "CRC-F2026-00001 CRC-F2026-00002"
    assert matched(25000, text) == ("unsure", False, {1: 10000, 2: 15000})


def test_a_number_that_is_not_open_is_left_to_a_person():
    assert matched(10000, "CRC-F2026-00099", "Pharma du Midi")[1] is False
    assert matched(10000, "CRC-F2026-00001", "Pharma du Midi", left=LEFT | {1: 0})[1] is False


def test_the_only_open_invoice_of_this_amount_of_a_payer_is_sure():
    assert matched(20000, "merci", "PHARMA DU MIDI SAS") == ("amount", True, {2: 20000})
    assert matched(10000, "", "MEDITERRANEE BIOTECH") == ("amount", True, {3: 10000})


def test_the_same_amount_twice_or_without_a_payer_is_not():
    twice = LEFT | {2: 10000}
    assert matched(10000, "", "Pharma du Midi", left=twice) == ("nothing", False, {})
    assert matched(20000) == ("unsure", False, {2: 20000})
    assert matched(10000) == ("nothing", False, {})


def test_all_open_invoices_of_a_payer_together_are_sure():
    paid = {1: 10000, 2: 20000, 4: 5000}
    assert matched(35000, "", "PHARMA DU MIDI") == ("all_open", True, paid)


def test_one_combination_of_a_payers_invoices_is_proposed():
    assert matched(15000, "", "PHARMA DU MIDI") == ("unsure", False, {1: 10000, 4: 5000})


def test_an_unknown_payer_or_one_of_two_names_is_nobody():
    assert matched(20000, "", "PHARMA DU MIDI MEDITERRANEE BIOTECH")[1] is False
    assert matched(20000, "", "Somebody")[1] is False
    assert matched(123, "CRC-F2026-00001", book=book_of([], names=NAMES)) == ("nothing", False, {})


@given(
    left=st.dictionaries(st.integers(1, 4), st.integers(0, 30000)),
    amount=st.integers(1, 100000),
    text=st.text() | st.sampled_from(["CRC-F2026-00001 CRC-F2026-2", "CRC F 2026 3"]),
    payer=st.sampled_from(["", "PHARMA DU MIDI", "Mediterranee biotech"]),
)
def test_never_more_than_the_payment_holds_nor_an_invoice_is_open(left, amount, text, payer):
    found = match(BOOK, left=left, amount_cents=amount, text=text, payer=payer)
    assert sum(cents for _pk, cents in found.parts) <= amount
    assert all(0 < cents <= left.get(pk, 0) for pk, cents in found.parts)
    assert len({pk for pk, _cents in found.parts}) == len(found.parts)
    assert found.parts or not found.is_sure

"""Statements of the bank: what came in, read the same however it is written."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.payments.bank_files import (
    LARGEST_FILE,
    Trouble,
    UnreadableFile,
    cents_of,
    read_statement,
)

DATA = Path(__file__).parent.parent / "data" / "bank"
CAMT = (DATA / "releve.camt053.xml").read_bytes()
TABLE = (DATA / "releve.csv").read_bytes()


def facts(statement):
    return [(c.booked_on.day, c.amount_cents, c.payer, c.text) for c in statement.credits]


def test_a_camt_statement_gives_what_came_in_and_takes_a_batch_apart():
    read = read_statement(CAMT)
    assert (read.form, read.iban, read.left_out) == ("camt053", "FR7630006000011234567890189", 2)
    assert facts(read) == [
        (6, 123456, "PHARMA DU MIDI SAS", "FACTURE CRC-F2026-00001"),
        (6, 10000, "Méditerranée Biotech", "Solde octobre"),
        (6, 20000, "Université de Provence-Est", "CRCF202600002"),
    ]
    assert len({credit.key for credit in read.credits}) == 3


@pytest.mark.parametrize("version", ["02", "03", "04", "05", "06", "07", "08"])
def test_every_version_is_read_alike(version):
    text = CAMT.decode().replace("camt.053.001.02", f"camt.053.001.{version}")
    if version == "08":
        text = text.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
        text = text.replace("<Sts>PDNG</Sts>", "<Sts><Cd>PDNG</Cd></Sts>")
        text = text.replace("<Dbtr><Nm>", "<Dbtr><Pty><Nm>").replace(
            "</Nm></Dbtr>", "</Nm></Pty></Dbtr>"
        )
    assert read_statement(text.encode()).credits == read_statement(CAMT).credits


def test_a_batch_without_the_amounts_of_its_parts_is_one_credit():
    text = CAMT.decode().replace("<AmtDtls>", "<X>").replace("</AmtDtls>", "</X>")
    assert [one.amount_cents for one in read_statement(text.encode()).credits] == [123456, 30000]


def test_a_table_is_read_by_the_names_of_its_columns_wherever_it_begins():
    read = read_statement(TABLE)
    assert (read.form, read.left_out) == ("csv", 1)
    assert facts(read)[:2] == [
        (6, 123456, "PHARMA DU MIDI SAS",
         "VIREMENT SEPA RECU facture CRC F2026 00001 TRF0001"),
        (7, 50000, "Méditerranée Biotech", "VIR MEDITERRANEE BIOTECH TRF0002"),
    ]  # fmt: skip
    # Two that are alike in all that is known are still two.
    assert len({credit.key for credit in read.credits}) == 4


def test_a_table_of_an_older_encoding_gives_the_same():
    old = TABLE.decode().encode("cp1252")
    assert read_statement(old).credits == read_statement(TABLE).credits


def test_signed_amounts_in_one_column_are_told_apart():
    table = "Date;Libellé;Montant\n01/10/2026;A;-5,00\n02/10/2026;B;1.234,50\n".encode()
    assert facts(read_statement(table)) == [(2, 123450, "", "B")]


def test_the_same_credit_has_the_same_key_in_an_overlapping_file():
    lines = TABLE.decode().splitlines()
    later = "\n".join([lines[3], *lines[6:]]).encode()
    assert {c.key for c in read_statement(later).credits} < {
        c.key for c in read_statement(TABLE).credits
    }


def trouble_of(content):
    with pytest.raises(UnreadableFile) as refused:
        read_statement(content)
    return refused.value.trouble, refused.value.line


def test_what_is_no_statement_is_refused():
    assert trouble_of(b" \n") == (Trouble.EMPTY, 0)
    assert trouble_of(b"a" * (LARGEST_FILE + 1)) == (Trouble.TOO_LARGE, 0)
    assert trouble_of(b"hello;world\n1;2") == (Trouble.NO_HEADER, 0)
    assert trouble_of(b"<html/>") == (Trouble.NOT_A_STATEMENT, 0)
    assert trouble_of(b"<Document>") == (Trouble.NOT_A_STATEMENT, 0)
    assert trouble_of(CAMT.replace(b"camt.053", b"pain.001")) == (Trouble.NOT_A_STATEMENT, 0)
    assert trouble_of(CAMT.replace(b"2026-10-06</Dt></BookgDt><ValDt>", b"soon</Dt></BookgDt>"
                                   b"<ValDt>"))[0] == Trouble.BAD_LINE  # fmt: skip
    assert trouble_of(b"Date;Credit\n01/10/2026;12,345\n") == (Trouble.BAD_LINE, 2)
    assert trouble_of(b"Date;Credit\n32/10/2026;12,34\n") == (Trouble.BAD_LINE, 2)
    assert trouble_of(b"Date;Credit\n01/10/0226;12,34\n") == (Trouble.BAD_LINE, 2)
    assert trouble_of(CAMT.replace(b"2026-10-06</Dt></BookgDt><ValDt>", b"0226-10-06</Dt>"
                                   b"</BookgDt><ValDt>"))[0] == Trouble.BAD_LINE  # fmt: skip


def test_entities_are_never_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for declared in (f'<!ENTITY x SYSTEM "file://{secret}">', '<!ENTITY x "boom">'):
        body = CAMT.decode().split("?>", 1)[1].replace("FACTURE", "&x;")
        assert trouble_of(f"<!DOCTYPE d [{declared}]>{body}".encode()) == (
            Trouble.NOT_A_STATEMENT, 0,
        )  # fmt: skip


@given(st.integers(min_value=0, max_value=10**9))
def test_an_amount_is_read_as_it_is_written(cents):
    euros, rest = divmod(cents, 100)
    grouped = f"{euros:,}"
    for text in (
        f"{euros},{rest:02}",
        f"{euros}.{rest:02}",
        f"{grouped.replace(',', ' ')},{rest:02} €",
        f"{grouped.replace(',', '.')},{rest:02}",
        f"+{grouped.replace(',', chr(0x202F))},{rest:02}",
    ):
        assert cents_of(text) == cents


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_nothing_breaks_the_reader(content):
    for head in (b"", b"Date;Credit;Libelle\n", b"<Document "):
        try:
            read = read_statement(head + content)
        except UnreadableFile:
            continue
        assert all(c.amount_cents > 0 and isinstance(c.booked_on, dt.date) for c in read.credits)

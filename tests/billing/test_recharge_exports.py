"""Transfer notes as files for the books: layouts, columns, signs and encodings."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest

from accounts.errors import NotFound
from billing.documents.errors import ColumnsWrong, LayoutNamed
from billing.documents.recharge_files import Column, Layout, Row, WrongColumn, columns_of, file_of
from billing.documents.recharge_presets import PRESETS
from billing.models import RechargeExport
from billing.services import issue_credit_note, recharge_exports
from tests import factories as make
from tests.factories import NOW
from tests.golden import invoice_cases as cases

ROW = Row(
    number="CRC-NT2026-00001", date=dt.date(2026, 10, 6), month=dt.date(2026, 9, 1), corrects="",
    position=1, service_date=dt.date(2026, 9, 28), description="=Aurora; réglée",
    quantity=Decimal("1.5000"), unit="hour", unit_price=Decimal(18), percent=100,
    amount=Decimal(27), team="Œdème", account="4417", account_name="UF 4417",
    cost_object="UF", platform="CYT", issuer="CRC",
)  # fmt: skip
OCTOBER = {"first": dt.date(2026, 10, 1), "last": dt.date(2026, 10, 31)}


def written(*columns, rows=(ROW,), **fields):
    defaults: dict[str, Any] = {"encoding": "utf-8", "has_header": False}
    named = [Column(header=c[0], source=c[0], format=c[1]) for c in columns]
    layout = Layout(columns=named, **(defaults | fields))
    text = file_of(rows, layout).decode(layout.encoding)
    return list(csv.reader(io.StringIO(text), delimiter=layout.delimiter))


def test_each_kind_of_value_is_written_as_its_column_says():
    columns = [("date", "DD.MM.YYYY"), ("month", "YYYYMM"), ("quantity", ""), ("amount", "cents"),
               ("unit_price", ""), ("description", "8"), ("=706000", "")]  # fmt: skip
    assert written(*columns) == [
        ["06.10.2026", "202609", "1,5", "2700", "18,00", "'=Aurora;", "706000"]
    ]
    assert written(("quantity", "0.00"), decimal_comma=False) == [["1.50"]]


def test_lines_that_read_the_same_are_one_row_with_their_sum():
    from dataclasses import replace

    more = replace(ROW, amount=Decimal("13.50"), position=2)
    back = replace(ROW, amount=Decimal(-5), position=3)
    by_account = written(("account", ""), ("debit", ""), ("credit", ""), rows=(ROW, more, back))
    assert by_account == [["4417", "40,50", "0,00"], ["4417", "0,00", "5,00"]]
    assert len(written(("position", ""), ("amount", ""), rows=(ROW, more, back))) == 3


def test_what_an_encoding_lacks_does_not_stop_the_file():
    assert written(("team", ""), encoding="iso-8859-15") == [["Œdème"]]
    layout = Layout(columns=[Column(header="é→", source="team")], encoding="iso-8859-15")
    assert file_of([], layout) == "é?;".encode("iso-8859-15")[:-1] + b"\r\n"


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ({"header": "", "source": "team"}, "header"),
        ({"header": "A", "source": "password"}, "password"),
        ({"header": "A", "source": "date", "format": "%Y"}, "%Y"),
        ({"header": "A", "source": "amount", "format": "12"}, "12"),
        ({"header": "A", "source": "team", "format": "wide"}, "wide"),
    ],
)
def test_a_column_that_cannot_be_written_is_refused(column, why):
    with pytest.raises(WrongColumn) as wrong:
        columns_of([{"header": "A", "source": "team"}, column])
    assert (wrong.value.place, wrong.value.why) == (2, why)


def test_the_presets_can_be_written():
    for preset in PRESETS.values():
        stored = [
            {"header": one.header, "source": one.source, "format": one.format}
            for one in preset.layout.columns
        ]
        assert columns_of(stored) == list(preset.layout.columns)
        assert file_of([ROW], preset.layout)


@pytest.fixture
def note(db):
    return cases.transfer_note(*cases.a_seller())


@pytest.fixture
def keeper(note):
    person = make.a_user()
    note.issuer.accountants.add(person)
    return person


def test_the_file_of_a_month_holds_its_notes_and_what_was_credited(note, keeper):
    first = note.lines.order_by("position")[0]
    issue_credit_note(
        invoice_id=note.pk, reason="Double", actor=keeper, now=NOW, parts={first.pk: 1000}
    )
    export = recharge_exports.add_recharge_export(
        issuer_id=note.issuer_id, preset="sifac", actor=keeper
    )

    content = recharge_exports.recharge_file(export_id=export.pk, actor=keeper, **OCTOBER)

    assert content.decode("iso-8859-15").splitlines() == [
        "Date pièce;Référence;Objet de coût;Type d'objet;Débit;Crédit;Texte",
        "06.10.2026;CRC-NT2026-00001;4417;Unité fonctionnelle;72,00;0,00;Tumour immunology",
        "06.10.2026;CRC-A2026-00001;4417;Unité fonctionnelle;0,00;10,00;Tumour immunology",
    ]
    september = {"first": dt.date(2026, 9, 1), "last": dt.date(2026, 9, 30)}
    empty = recharge_exports.recharge_file(export_id=export.pk, actor=keeper, **september)
    assert len(empty.splitlines()) == 1


def test_invoices_to_others_are_not_in_it(db):
    invoice = cases.training(*cases.a_seller())
    keeper = make.a_user()
    invoice.issuer.accountants.add(keeper)
    export = recharge_exports.add_recharge_export(
        issuer_id=invoice.issuer_id, preset="hospital", actor=keeper
    )
    content = recharge_exports.recharge_file(export_id=export.pk, actor=keeper, **OCTOBER)
    assert content.decode("utf-8-sig").strip() == "Mois;UF;Libellé UF;Plate-forme;Montant;Note"


def test_a_layout_is_changed_within_what_there_is(note, keeper):
    first, second = (
        recharge_exports.add_recharge_export(issuer_id=note.issuer_id, preset=name, actor=keeper)
        for name in ("sifac", "geslab")
    )
    change = recharge_exports.change_recharge_export
    with pytest.raises(ColumnsWrong):
        change(export_id=first.pk, actor=keeper, columns=[{"header": "A", "source": "x"}])
    with pytest.raises(LayoutNamed):
        change(export_id=first.pk, actor=keeper, name=second.name)
    change(export_id=first.pk, actor=keeper, name="Mine", delimiter="\t")
    assert RechargeExport.objects.get(pk=first.pk).delimiter == "\t"
    recharge_exports.end_recharge_export(export_id=first.pk, actor=keeper)
    assert RechargeExport.objects.get() == second


def test_only_who_keeps_the_books_reads_or_lays_out(note, keeper):
    export = recharge_exports.add_recharge_export(
        issuer_id=note.issuer_id, preset="sifac", actor=keeper
    )
    head = make.a_member(note.team, "head")
    for stranger in (head, make.a_user()):
        with pytest.raises(NotFound):
            recharge_exports.recharge_file(export_id=export.pk, actor=stranger, **OCTOBER)
        with pytest.raises(NotFound):
            recharge_exports.add_recharge_export(
                issuer_id=note.issuer_id, preset="geslab", actor=stranger
            )

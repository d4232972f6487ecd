"""A price list as a workbook: written, read back, and what is refused of files."""

import datetime as dt
import io
import json
import zipfile

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.prices.parts import PARTS
from billing.read_workbook import MOST_BYTES, MOST_ROWS, FileRefused, read_workbook
from billing.services.price_lists import draft_list, vote_list
from tests import factories as make
from tests.billing.price_world import NEXT_YEAR, a_full_list
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    person = make.a_staff_member(a_full_list().facility)
    client.force_login(person)
    return person


@pytest.fixture
def draft(manager):
    facility = manager.staff_roles.get().facility
    return draft_list(
        actor=manager,
        facility_id=facility.pk,
        card=NEXT_YEAR,
        copied_from_id=facility.price_lists.get().pk,
    )


def page(name, prices):
    return reverse(name, kwargs={"list_id": prices.pk})


def fetched(client, prices):
    answer = client.get(page("price_list_file", prices))
    assert answer["Content-Disposition"].startswith('attachment; filename="plateau-prices-')
    return answer.content


def sent(client, prices, content):
    file = SimpleUploadedFile("prices.xlsx", content)
    return client.post(page("price_list_import", prices), {"file": file})


def workbook(content, change):
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def said(prices):
    return [part.rows_of(prices) for part in PARTS]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_file_that_was_fetched_and_given_back_changes_nothing(client, manager, draft, language):
    manager.language = language
    manager.save()
    client.cookies["django_language"] = language
    before = said(draft)
    answer = sent(client, draft, fetched(client, draft))
    assert answer.status_code == 200
    assert answer.context["is_same"]
    tables = {"tables": answer.context["tables"]}
    assert client.post(page("price_list_import", draft), tables).status_code == 302
    assert said(draft) == before


def test_amounts_are_numbers_with_two_decimals_and_no_text_is_a_formula(client, draft):
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, draft)))
    rates = book["Rates"]
    amount = rates["E2"]
    assert (amount.value, amount.number_format, amount.data_type) == (18, "0.00", "n")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "'=Sorter, 4 lasers" in {cell.value for cell in cells}


def test_what_a_file_would_change_is_seen_before_it_does(client, draft):
    def change(book):
        book["Rates"]["E2"] = 19.5
        book["Bands"].delete_rows(2)
        book["Bands"]["D2"] = dt.time(20, 30)
        for name in ("Surcharges", "Volume discounts"):
            del book[name]

    answer = sent(client, draft, workbook(fetched(client, draft), change))
    assert answer.status_code == 200
    counted = {str(word): counts for word, *counts in answer.context["changes"]}
    assert (counted["Rates"], counted["Bands"]) == ([0, 1, 0], [0, 1, 1])
    assert "Surcharges" not in counted
    assert draft.rates.get(tier="INT", unit="hour").amount_cents == 1800
    done = client.post(page("price_list_import", draft), {"tables": answer.context["tables"]})
    assert [str(each) for each in get_messages(done.wsgi_request)] == ["Taken over."]
    assert draft.rates.get(tier="INT", unit="hour").amount_cents == 1950
    assert list(draft.bands.values_list("name", flat=True)) == ["Evening", "Night", "Weekend"]
    assert draft.bands.get(name="Evening").starts == dt.time(20, 30)
    assert draft.surcharges.count() == 2


def test_every_mistake_of_a_file_is_told_with_its_row(client, draft):
    def change(book):
        rates = book["Rates"]
        rates["A2"], rates["C3"], rates["E4"] = "No such", "XXX", "much"
        rates.append([cell.value for cell in rates[5]])
        book["Bands"]["F2"] = "x"
        book.create_sheet("Notes")

    answer = sent(client, draft, workbook(fetched(client, draft), change))
    assert answer.status_code == 422
    told = [(each.sheet, each.row, each.column) for each in answer.context["mistakes"]]
    last = draft.rates.count() + 2
    assert told == [
        ("Rates", 2, "Instrument"),
        ("Rates", 3, "Tier"),
        ("Rates", 4, "Amount in euros"),
        ("Rates", last, ""),
        ("Bands", 2, "Per cent of the rate"),
        ("Notes", 0, ""),
    ]
    assert "tables" not in answer.context


@pytest.mark.parametrize("value", ["=1+1", '=HYPERLINK("http://x.example")'])
def test_formulas_are_refused(client, draft, value):
    def change(book):
        book["Rates"]["E3"] = value

    answer = sent(client, draft, workbook(fetched(client, draft), change))
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors["file"]
    assert error == "Sheet Rates, row 3: write a value, not a formula."


def packed(**entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, text in entries.items():
            folder.writestr(name, text)
    return content.getvalue()


TYPES = {"[Content_Types].xml": "<Types/>"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a workbook", "not a workbook (.xlsx)"),
        (b"PK\x03\x04broken", "not a workbook (.xlsx)"),
        (packed(**{"a.txt": "x"}), "not a workbook (.xlsx)"),
        (packed(**TYPES), "cannot be read|that can be read"),
        (b"x" * (MOST_BYTES + 1), "larger than 2 MB"),
        (packed(**TYPES, **{"big.xml": b"0" * (25 * 1024 * 1024)}), "more than a price list"),
        (packed(**TYPES, **{f"{n}.xml": "x" for n in range(300)}), "more than a price list"),
        (
            packed(**TYPES, **{"xl/workbook.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
            "not a workbook (.xlsx)",
        ),
    ],
    ids=["text", "broken", "folder", "empty", "large", "bomb", "many", "entities"],
)
def test_what_is_no_workbook_or_too_much_is_refused(client, draft, content, sentence):
    answer = sent(client, draft, content)
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors["file"]
    assert any(part in error for part in sentence.split("|"))


def test_a_sheet_without_end_is_refused():
    book = openpyxl.Workbook()
    for _number in range(MOST_ROWS + 2):
        book.active.append(["x"])
    saved = io.BytesIO()
    book.save(saved)
    with pytest.raises(FileRefused, match="more than a price list"):
        read_workbook(saved)


def test_far_away_cells_cost_nothing_and_are_not_read():
    book = openpyxl.Workbook()
    book.active["A1"] = "Name"
    book.active["XFD1048576"] = "far"
    saved = io.BytesIO()
    book.save(saved)
    assert read_workbook(saved) == {"Sheet": [(1, ["Name", *[None] * 29])]}


def test_what_comes_back_with_the_second_step_is_checked_again(client, draft):
    before = said(draft)
    for tables in ("{", "[]", '{"Rates": 1}', '{"Rates": [[1, [{}]]]}', "[" * 2000):
        answer = client.post(page("price_list_import", draft), {"tables": tables})
        assert answer.status_code == 404, tables
    wrong = {"Rates": [[1, ["Instrument"]], [2, ["No such"]]]}
    answer = client.post(page("price_list_import", draft), {"tables": json.dumps(wrong)})
    assert "mistakes" in str(next(iter(get_messages(answer.wsgi_request))))
    assert said(draft) == before


def test_a_voted_list_takes_no_file(client, manager, draft):
    content = fetched(client, draft)
    vote_list(actor=manager, list_id=draft.pk, voted_on=dt.date(2026, 10, 5), now=NOW)
    assert client.get(page("price_list_import", draft)).status_code == 409
    assert sent(client, draft, content).status_code == 409


def test_an_empty_form_is_explained(client, draft):
    answer = client.post(page("price_list_import", draft))
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors

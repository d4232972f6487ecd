"""Tables as files: the reader's form, and no formula that somebody typed."""

from decimal import Decimal

import pytest
from django.utils import translation

from billing.spreadsheets import safe
from web.download import csv_file


def text_of(language):
    with translation.override(language):
        answer = csv_file(
            name="costs.csv", head=["What", "Euros"], rows=[["=1+1", Decimal("-18.50")], ["é", 3]]
        )
    return answer.content.decode("utf-8")


def test_english_has_commas_and_points():
    assert text_of("en") == "\ufeffWhat,Euros\r\n'=1+1,-18.50\r\né,3\r\n"


def test_french_has_semicolons_and_commas():
    assert text_of("fr") == "\ufeffWhat;Euros\r\n'=1+1;-18,50\r\né;3\r\n"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(first):
    assert safe(f"{first}cmd") == f"'{first}cmd"
    assert safe("plain=") == "plain="

"""Patients' numbers in free text: found in every spelling, ordinary numbers let through."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.privacy import IPP, NIR, patient_data_found


def key_of(body: str) -> int:
    return 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Draw the first thirteen characters of a social security number."""
    departments = [f"{number:02}" for number in range(1, 99) if number != 20] + ["2A", "2B"]
    return (
        draw(st.sampled_from("123478"))
        + f"{draw(st.integers(0, 99)):02}"
        + f"{draw(st.integers(1, 12)):02}"
        + draw(st.sampled_from(departments))
        + f"{draw(st.integers(1, 999)):03}{draw(st.integers(1, 999)):03}"
    )


gaps = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f", " / ", "\n", "\t"])


@st.composite
def spellings(draw: st.DrawFn, number: str) -> str:
    gap = draw(gaps)
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return gap.join(number[a:b] for a, b in pairwise(cuts))


class TestSocialSecurityNumbers:
    @given(bodies(), st.data())
    def test_a_number_with_the_right_key_is_found_in_every_spelling(
        self, body: str, data: st.DataObject
    ) -> None:
        number = data.draw(spellings(f"{body}{key_of(body):02}"))
        assert patient_data_found(number) == NIR
        assert patient_data_found(f"Tri du sang de {number}, merci.") == NIR
        assert patient_data_found(f"2 tubes, n° {number} 3 lames") == NIR

    @given(bodies(), st.integers(0, 99))
    def test_a_number_with_a_wrong_key_is_an_ordinary_number(self, body: str, key: int) -> None:
        expected = NIR if key == key_of(body) else None
        assert patient_data_found(f"{body}{key:02}") == expected

    @pytest.mark.parametrize(
        "text",
        [
            "1 85 05 78 006 084 91",
            "185057800608491",
            "n°1850578006084 91",
            "１８５０５７８００６０８４９１",
            f"patiente 2.69.05.2A.588.157.{key_of('269052A588157'):02}",
            f"269 052b 588157 {key_of('269052B588157'):02}",
        ],
    )
    def test_numbers_as_people_type_them_are_found(self, text: str) -> None:
        assert patient_data_found(text) == NIR

    def test_a_number_after_another_number_is_found(self) -> None:
        assert patient_data_found("12 185057800608491") == NIR

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Tri CD4+ CD8+, 4 tubes, 10e6 cellules",
            "0185057800608491",
            "1850578006084911",
            "A185057800608491",
            "Tel. 04 91 22 33 44, poste 3344",
            "SIRET 000 123 455 00017",
            "185 nm, 405 nm, 488 nm, 561 nm, 633 nm",
            "lot 2024-11-03-0042, boîte 12, position B7",
        ],
    )
    def test_ordinary_text_is_let_through(self, text: str) -> None:
        assert patient_data_found(text) is None

    @given(st.integers(1, 999999), st.dates(), st.integers(0, 999999999))
    def test_the_reference_of_an_animal_project_is_let_through(
        self, number: int, day: object, rest: int
    ) -> None:
        stamp = f"20{str(day)[2:].replace('-', '')}{rest:09}"
        for digits in (15, 16, 17):
            assert patient_data_found(f"APAFIS #{number}-{stamp[:digits]} v2") is None


class TestHospitalNumbers:
    @pytest.mark.parametrize(
        "text",
        [
            "IPP 0012345678",
            "ipp: 800123456",
            "Patient IPP n° 12345678",
            "I.P.P. 123456",
            "NIP=8001234567",
            "(IPP8001234567)",
            "NIP 800 123 456",
            "IPP numéro 123456",
        ],
    )
    def test_the_word_followed_by_a_number_is_found(self, text: str) -> None:
        assert patient_data_found(text) == IPP

    @pytest.mark.parametrize(
        "text",
        [
            "IPP",
            "NIP24-KLH, 3 souris",
            "NIP(15)-OVA",
            "équipe IPP, 4 tubes",
            "SHIPP 123456",
            "IPPON 123456",
            "12345678",
        ],
    )
    def test_the_word_alone_or_another_word_is_let_through(self, text: str) -> None:
        assert patient_data_found(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 25_000,
        "1" * 50_000,
        "1 85 05 78 006 084 9" * 2_500,
        "IPP " * 12_500,
        "IPP" + " " * 50_000,
        "IPP n°" * 8_000,
        "APAFIS #1-" * 5_000,
        "APAFIS" + " " * 50_000,
        "1" + " . " * 16_000,
        "2A" * 25_000,
    ],
    ids=range(10),
)
def test_hostile_text_is_read_in_no_time(text: str) -> None:
    spent = []
    for _ in range(3):
        before = time.process_time()
        patient_data_found(text)
        spent.append(time.process_time() - before)
    assert min(spent) < 0.1

"""Which VAT rule a sale falls under."""

from decimal import Decimal

import pytest

from billing.vat import Party, vat_rule

HOST = Party(organisation_id=1, country="FR", siren="314153000", vat_number="FR19314153000")


@pytest.mark.parametrize(
    ("buyer", "is_training", "category", "percent"),
    [
        (HOST, False, "internal", 0),
        (HOST, True, "internal", 0),
        (Party(organisation_id=2, country="FR", siren="314153000"), False, "internal", 0),
        (Party(organisation_id=2, country="FR", siren="000123455"), False, "S", 20),
        (Party(organisation_id=2, country="FR"), False, "S", 20),
        (Party(organisation_id=2, country="FR"), True, "E", 0),
        (Party(organisation_id=2, country="MC"), False, "S", 20),
        (Party(organisation_id=2, country="BE", vat_number="BE0123456749"), False, "AE", 0),
        (Party(organisation_id=2, country="BE", vat_number="be 0123 456 749"), False, "AE", 0),
        (Party(organisation_id=2, country="GR", vat_number="EL094259216"), False, "AE", 0),
        (Party(organisation_id=2, country="BE"), False, "S", 20),
        (Party(organisation_id=2, country="BE", vat_number="FR19314153000"), False, "S", 20),
        (Party(organisation_id=2, country="CH", vat_number="CHE123456788"), False, "O", 0),
        (Party(organisation_id=2, country="GB"), False, "O", 0),
        (Party(organisation_id=2, country="US"), True, "O", 0),
    ],
)
def test_the_rule_follows_from_who_sells_who_buys_and_what(
    buyer: Party, is_training: bool, category: str, percent: int
) -> None:
    rule = vat_rule(seller=HOST, buyer=buyer, is_training=is_training)

    assert (rule.category, rule.percent) == (category, Decimal(percent))


def test_exempt_training_names_its_exemption() -> None:
    buyer = Party(organisation_id=2, country="FR")

    rule = vat_rule(seller=HOST, buyer=buyer, is_training=True)

    assert rule.exemption == "VATEX-EU-132-1I"


def test_two_bodies_without_a_siren_are_two_entities() -> None:
    seller = Party(organisation_id=1, country="FR")

    assert vat_rule(seller=seller, buyer=Party(organisation_id=2, country="FR")).category == "S"

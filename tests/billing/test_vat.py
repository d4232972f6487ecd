"""Which VAT rule a sale falls under."""

from decimal import Decimal

import pytest

from billing.vat import Party, vat_rule

HOST = Party(organisation_id=1, country="FR", siren="314153000", vat_number="FR19314153000")


@pytest.mark.parametrize(
    ("buyer", "nature", "category", "percent"),
    [
        (HOST, "service", "internal", 0),
        (HOST, "training", "internal", 0),
        (Party(organisation_id=2, country="FR", siren="314153000"), "service", "internal", 0),
        (Party(organisation_id=2, country="FR", siren="000123455"), "service", "S", 20),
        (Party(organisation_id=2, country="FR"), "service", "S", 20),
        (Party(organisation_id=2, country="FR"), "training", "E", 0),
        (Party(organisation_id=2, country="MC"), "service", "S", 20),
        (Party(organisation_id=2, country="BE", vat_number="BE0123456749"), "service", "AE", 0),
        (Party(organisation_id=2, country="BE", vat_number="be 0123 456 749"), "service", "AE", 0),
        (Party(organisation_id=2, country="GR", vat_number="EL094259216"), "service", "AE", 0),
        (Party(organisation_id=2, country="BE"), "service", "S", 20),
        (Party(organisation_id=2, country="BE", vat_number="FR19314153000"), "service", "S", 20),
        (Party(organisation_id=2, country="CH", vat_number="CHE123456788"), "service", "O", 0),
        (Party(organisation_id=2, country="GB"), "service", "O", 0),
        (Party(organisation_id=2, country="US"), "training", "O", 0),
        (Party(organisation_id=2, country="US"), "goods", "G", 0),
        (Party(organisation_id=2, country="FR"), "goods", "S", 20),
    ],
)
def test_the_rule_follows_from_who_sells_who_buys_and_what(
    buyer: Party, nature: str, category: str, percent: int
) -> None:
    rule = vat_rule(seller=HOST, buyer=buyer, nature=nature)

    assert (rule.category, rule.percent) == (category, Decimal(percent))


def test_exempt_training_names_its_exemption() -> None:
    buyer = Party(organisation_id=2, country="FR")

    rule = vat_rule(seller=HOST, buyer=buyer, nature="training")

    assert rule.exemption == "VATEX-EU-132-1I"


def test_two_bodies_without_a_siren_are_two_entities() -> None:
    seller = Party(organisation_id=1, country="FR")

    assert vat_rule(seller=seller, buyer=Party(organisation_id=2, country="FR")).category == "S"

"""Documents of every kind, issued from charges whose every value is fixed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from accounts.models import CostObjectKind, FundingAccount, Organisation, Team
from billing.models import Charge, Invoice, Issuer, StandingUse
from billing.selling import sellers_of, terms_of
from billing.services import issue_all, issue_credit_note
from billing.services.standing import enter_census
from facilities.models import Facility
from tests import factories as make
from tests.billing.order_cases import a_service, a_standing_use

OCTOBER = dt.date(2026, 10, 1)

SELLER = {
    "name": "CRC", "legal_name": "Centre de recherche du Midi", "siren": "000314153",
    "siret": "00031415300008", "vat_number": "FR19000314153", "kind": "host", "tier": "INT",
    "billing_address": "27 boulevard des Essais\nBâtiment <B> & C", "billing_postcode": "13009",
    "billing_city": "Marseille",
}  # fmt: skip
COMPANY = {
    "name": "Pharma du Midi", "legal_name": "Pharma du Midi SA", "siren": "000987651",
    "siret": "00098765100007", "vat_number": "FR03000987651",
    "billing_address": "40 chemin des Essais", "billing_postcode": "34000",
    "billing_city": "Montpellier",
}  # fmt: skip
PUBLIC = {
    "name": "Université des Essais", "siren": "000456780", "siret": "00045678000014",
    "vat_number": "FR33000456780", "kind": "public", "tier": "ACA", "uses_chorus_pro": True,
    "chorus_service_code": "LABO-42", "needs_engagement": True,
    "billing_address": "3 place de la Preuve", "billing_postcode": "13284",
    "billing_city": "Marseille",
    "delivery_address": "Laboratoire 42\n5 rue du Banc\n13288 Marseille Cedex 09",
}  # fmt: skip
BELGIAN = {
    "name": "Bruxelles Bio", "legal_name": "Bruxelles Bio SRL", "siren": "", "siret": "",
    "vat_number": "BE0000000097", "country": "BE", "billing_address": "Rue de l'Essai 1",
    "billing_postcode": "1000", "billing_city": "Bruxelles", "invoice_language": "en",
}  # fmt: skip
SWISS = {
    "name": "Genève Diagnostics", "legal_name": "Genève Diagnostics SA", "siren": "",
    "siret": "", "vat_number": "", "country": "CH", "billing_address": "Chemin du Lac 3",
    "billing_postcode": "1202", "billing_city": "Genève", "invoice_language": "en",
}  # fmt: skip
INSIDE = {**SELLER, "kind": "host", "tier": "INT"}

Case = Callable[[Issuer, Facility], Invoice]


def a_seller() -> tuple[Issuer, Facility]:
    facility = make.a_facility(code="CYT", name="Cytometry", name_fr="Cytométrie")
    issuer = make.an_issuer(
        facility,
        organisation=make.an_organisation(**SELLER),
        code="CRC",
        legal_form="Établissement de santé privé d'intérêt collectif",
        contact_name="Monique Serra",
        contact_email="factures@centre.example",
        contact_phone="+33 4 00 00 00 00",
        bic="DEMOFR2M",
        footer="Centre de recherche du Midi · centre.example",
    )
    return issuer, facility


def a_buyer(**fields: Any) -> Team:
    organisation: Organisation = make.a_legal_person(**fields)
    return make.a_team(organisation, name="Early discovery")


def an_order(team: Team, reference: str = "4500012345", **fields: Any) -> FundingAccount:
    return make.an_account(team, kind="purchase_order", reference=reference, **fields)


def use(
    team: Team, facility: Facility, day: int, quantity: str, price: int, percent: int, cents: int,
    **fields: Any,
) -> Charge:  # fmt: skip
    """Charge a use in September."""
    band = {100: "Peak", 75: "Evening", 25: "Night", 50: "Weekend"}.get(percent, "")
    date = dt.date(2026, 9, day)
    seller = sellers_of([facility.pk])[facility.pk]
    nature = fields.pop("nature", "service")
    terms = terms_of(team=team, project=None, seller=seller, nature=nature)
    described = " · ".join(filter(None, ["Aurora <5L>", f"{date} 08:00–20:00", band]))
    return make.a_charge(
        team, facility, cents, service_date=date, quantity=Decimal(quantity),
        unit_price_cents=price, percent=percent, vat_category=terms.rule.category,
        vat_percent=terms.rule.percent, vat_exemption=terms.rule.exemption,
        **({"description": described} | fields),
    )  # fmt: skip


def issued(issuer: Issuer) -> Invoice:
    (invoice,) = issue_all(issuer_id=issuer.pk, until=OCTOBER, now=make.NOW)
    return invoice


def bands(issuer: Issuer, facility: Facility, **fields: Any) -> Invoice:
    """A month of a company: four bands, hours that no price divides, time given back."""
    team = a_buyer(**(COMPANY | fields))
    an_order(team)
    use(team, facility, 3, "4", 9550, 100, 38200)
    use(team, facility, 3, "1.5", 9550, 75, 10744)
    use(team, facility, 4, "2", 9550, 25, 4775)
    use(team, facility, 5, "2", 9550, 50, 9550)
    use(team, facility, 8, "11.6667", 240000, 100, 2800000)
    use(team, facility, 9, "-0.5", 9550, 100, -4775)
    use(team, facility, 10, "12", 1850, 100, 22200, unit="sample", description="Sorted samples")
    return issued(issuer)


def bands_in_english(issuer: Issuer, facility: Facility) -> Invoice:
    return bands(issuer, facility, invoice_language="en")


def reverse_charge(issuer: Issuer, facility: Facility) -> Invoice:
    team = a_buyer(**BELGIAN)
    an_order(team, "BB-2026-7")
    use(team, facility, 14, "3", 12000, 100, 36000)
    return issued(issuer)


def training(issuer: Issuer, facility: Facility) -> Invoice:
    team = a_buyer(**COMPANY)
    an_order(team)
    use(team, facility, 15, "2", 45000, 100, 90000, nature="training", unit="day",
        description="Training: spectral cytometry")  # fmt: skip
    return issued(issuer)


def training_and_use(issuer: Issuer, facility: Facility) -> Invoice:
    team = a_buyer(**COMPANY)
    an_order(team)
    use(team, facility, 15, "1", 45000, 100, 45000, nature="training", unit="day",
        description="Training: spectral cytometry")  # fmt: skip
    use(team, facility, 16, "2.25", 9550, 75, 16116)
    return issued(issuer)


def credit_note(issuer: Issuer, facility: Facility) -> Invoice:
    """Part of a line is given back, and the whole of another."""
    invoice = bands(issuer, facility)
    keeper = make.a_user()
    issuer.accountants.add(keeper)
    first, *_others, last = invoice.lines.order_by("position")
    return issue_credit_note(
        invoice_id=invoice.pk, reason="Panne du laser le 3 septembre", actor=keeper,
        now=make.NOW + dt.timedelta(days=9), parts={first.pk: 12345, last.pk: last.net_cents},
    )  # fmt: skip


def standing(issuer: Issuer, facility: Facility) -> Invoice:
    """A month of days: shelves at one count, storage that grew, cages for ten days."""
    team = a_buyer(**COMPANY)
    an_order(team)
    sold = (
        ("shelf", "Shelf in the cold store", "shelf-month", "month", 800),
        ("storage", "Storage", "TB-month", "month", 2000),
        ("cage", "Cage", "cage-day", "day", 240),
    )
    for code, name, unit, counting, cents in sold:
        service = a_service(
            facility, {"IND": cents}, code=code, name=name, unit=unit, counting=counting
        )
        a_standing_use(
            service, team, code=code.upper(), label=f"Study 12, {code}",
            ends_on=dt.date(2026, 9, 10 if code == "cage" else 30),
        )  # fmt: skip
    count("SHELF", 1, "2")
    count("STORAGE", 1, "3")
    count("STORAGE", 11, "5")
    count("CAGE", 1, "12")
    use(team, facility, 3, "4", 9550, 100, 38200)
    return issued(issuer)


def count(code: str, day: int, number: str) -> None:
    """Count what stands from a day of September on; the days until now are charged."""
    counted = StandingUse.objects.get(code=code)
    enter_census(
        actor=counted.created_by, use_id=counted.pk, day=dt.date(2026, 9, day),
        count=Decimal(number), now=make.NOW,
    )  # fmt: skip


def standing_credit(issuer: Issuer, facility: Facility) -> Invoice:
    """A day of the shelves and part of another of the cages are given back."""
    invoice = standing(issuer, facility)
    keeper = make.a_user()
    issuer.accountants.add(keeper)
    shelf = invoice.lines.filter(unit="shelf-month").order_by("position")[4]
    cages = invoice.lines.filter(unit="cage-day").order_by("position")
    parts = {shelf.pk: shelf.net_cents, cages[0].pk: cages[0].net_cents, cages[1].pk: 960}
    return issue_credit_note(
        invoice_id=invoice.pk, reason="Comptage du 1er et du 5 septembre", actor=keeper,
        now=make.NOW + dt.timedelta(days=9), parts=parts,
    )  # fmt: skip


def out_of_scope(issuer: Issuer, facility: Facility) -> Invoice:
    team = a_buyer(**SWISS)
    an_order(team, "GD 88/1")
    use(team, facility, 21, "5", 12000, 50, 30000)
    return issued(issuer)


def export(issuer: Issuer, facility: Facility) -> Invoice:
    team = a_buyer(**SWISS)
    an_order(team, "GD 88/2")
    use(team, facility, 22, "20", 3500, 100, 70000, nature="goods", unit="piece",
        description="Coated chips")  # fmt: skip
    return issued(issuer)


def public(issuer: Issuer, facility: Facility) -> Invoice:
    """A public body: service code, engagement number, another address of delivery."""
    team = a_buyer(**PUBLIC)
    an_order(team, "BC-77", engagement_number="4500099001")
    use(team, facility, 23, "6", 4200, 100, 25200)
    return issued(issuer)


def several_orders(issuer: Issuer, facility: Facility) -> Invoice:
    team = a_buyer(**COMPANY, invoices_by_order=False, invoice_language="en")
    for day, reference in ((24, "PO-A"), (25, "PO-B")):
        use(team, facility, day, "2", 9550, 100, 19100, account=an_order(team, reference))
    issuer.vat_on_debits = True
    issuer.save()
    return issued(issuer)


def transfer_note(issuer: Issuer, facility: Facility) -> Invoice:
    """Work for a team of the issuer's own: cost objects, no VAT."""
    team = make.a_team(issuer.organisation, name="Tumour immunology")
    kind = CostObjectKind.objects.create(
        organisation=issuer.organisation, code="uf", name="Unité fonctionnelle", pattern=r"\d{4}"
    )
    account = make.an_account(team, reference="4417", cost_object_kind=kind)
    use(team, facility, 28, "3", 1800, 100, 5400, account=account)
    use(team, facility, 29, "2", 1800, 50, 1800, account=account)
    return issued(issuer)


FRENCH_BUYERS: dict[str, Case] = {
    "bands-fr": bands,
    "bands-en": bands_in_english,
    "training-fr": training,
    "training-and-use-fr": training_and_use,
    "credit-note-fr": credit_note,
    "public-fr": public,
    "several-orders-en": several_orders,
    "standing-fr": standing,
    "standing-credit-fr": standing_credit,
}
"""Invoices that travel between French platforms, to which the French rules apply."""

ABROAD: dict[str, Case] = {
    "reverse-charge-en": reverse_charge,
    "out-of-scope-en": out_of_scope,
    "export-en": export,
}
WITH_XML: dict[str, Case] = FRENCH_BUYERS | ABROAD
ALL: dict[str, Case] = WITH_XML | {"transfer-note-fr": transfer_note}

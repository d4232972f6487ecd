"""Whatever was charged: lines, VAT and totals agree with the ledger to the cent, once."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.documents.billable import charges_to_credit, unbilled_charges
from billing.models import Charge, InvoiceLine
from billing.services import close_month, issue_all, issue_due_credit_notes, reverse_charge
from tests import factories as make
from tests.factories import NOW

SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
SETTLED = dt.date(2026, 10, 12)
HOUSES: tuple[dict[str, Any], ...] = (
    {},  # the seller itself: transfer notes
    {"kind": "academic", "siren": "000456780", "vat_number": "FR33000456780"},
    {"country": "BE", "siren": "", "siret": "", "vat_number": "BE0000000097"},
    {"country": "CH", "siren": "", "siret": "", "vat_number": "CHE000000000"},
    {"siren": "000123455", "siret": "", "vat_number": "", "invoices_by_order": False},
)
CHARGES = st.lists(
    st.fixed_dictionaries(
        {
            "house": st.integers(0, len(HOUSES) - 1),
            "account": st.integers(0, 1),
            "cents": st.integers(-900, 2500),
            "nature": st.sampled_from(["service", "training", "goods"]),
            "undone": st.sampled_from(["", "", "before", "after"]),
        }
    ),
    max_size=14,
)


class TestReconciling(TestCase):
    """Each example on a database of its own."""

    @given(CHARGES)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def test_documents_and_ledger_agree_and_running_again_changes_nothing(self, drawn):
        facility = make.a_facility()
        issuer = make.an_issuer(facility)
        accounts = accounts_of(issuer)
        charges = [
            make.a_charge(
                accounts[one["house"]][one["account"]].team,
                facility,
                one["cents"],
                nature=one["nature"],
                account=accounts[one["house"]][one["account"]],
            )
            for one in drawn
        ]
        undo(charges, drawn, "before")
        close_month(month=SEPTEMBER, now=NOW)
        bill(issuer)
        undo(charges, drawn, "after")
        bill(issuer)

        assert_documents_add_up()
        assert_nothing_is_lost()
        before = everything()
        bill(issuer)
        assert everything() == before


def accounts_of(issuer):
    made = []
    for fields in HOUSES:
        house = make.a_legal_person(**fields) if fields else issuer.organisation
        team = make.a_team(house)
        made.append([make.an_account(team), make.an_account(team)])
    return made


def undo(charges, drawn, when):
    admin = make.a_user(is_superuser=True)
    for charge, one in zip(charges, drawn, strict=True):
        if one["undone"] == when:
            reverse_charge(charge_id=charge.pk, actor=admin, reason="Wrong", now=NOW)


def bill(issuer):
    issue_all(issuer_id=issuer.pk, until=OCTOBER, now=NOW, settled_on=SETTLED)
    issue_due_credit_notes(issuer_id=issuer.pk, until=OCTOBER, now=NOW)


def assert_documents_add_up():
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        assert cursor.fetchall() == []


def assert_nothing_is_lost():
    """The ledger is what documents say, what they will say, and what cancels out."""
    signed = sum(
        line.net_cents * (-1 if line.invoice.kind == "credit_note" else 1)
        for line in InvoiceLine.objects.select_related("invoice")
    )
    on_lines = Charge.objects.filter(invoice_lines__isnull=False)
    assert signed == total(on_lines)
    to_come = total(unbilled_charges()) + total(charges_to_credit())
    assert signed + to_come == total(Charge.objects.all())


def total(charges):
    return charges.aggregate(s=Sum("amount_cents"))["s"] or 0


def everything():
    tables = ("invoice", "invoiceline", "invoicevat", "charge", "numberseries", "statement")
    with connection.cursor() as cursor, transaction.atomic():
        return [
            cursor.execute(
                f"SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM billing_{table} t"
            ).fetchone()
            for table in tables
        ]


RECOUNT = """
SELECT document.id
  FROM billing_invoice document
  JOIN (SELECT invoice_id, sum(net) AS net, sum(round(net * vat_percent / 100)) AS vat
          FROM (SELECT invoice_id, vat_category, vat_percent, sum(net_cents)::numeric AS net
                  FROM billing_invoiceline
                 GROUP BY invoice_id, vat_category, vat_percent) rate
         GROUP BY invoice_id) lines ON lines.invoice_id = document.id
  JOIN (SELECT invoice_id, sum(net_cents) AS net, sum(vat_cents) AS vat
          FROM billing_invoicevat GROUP BY invoice_id) said ON said.invoice_id = document.id
 WHERE (document.net_cents, document.vat_cents) IS DISTINCT FROM (lines.net, lines.vat)
    OR (document.net_cents, document.vat_cents) IS DISTINCT FROM (said.net, said.vat)
    OR document.total_cents <> document.net_cents + document.vat_cents
"""
"""Documents of which lines, VAT by rate and totals disagree: there are none."""

"""An issuer with somebody who keeps its books, customers, and invoices to be paid."""

import datetime as dt

from billing.models import Invoice
from billing.services import issue_all
from tests import factories as make
from tests.factories import NOW

OCTOBER = dt.date(2026, 10, 1)
TODAY = dt.date(2026, 10, 6)


class Books:
    """CRC sells for cytometry; `keeper` keeps its books."""

    def __init__(self) -> None:
        self.facility = make.a_facility(code="CYT", name="Cytometry")
        self.issuer = make.an_issuer(self.facility, code="CRC")
        self.keeper = make.a_user()
        self.issuer.accountants.add(self.keeper)
        self.team = self.a_customer("Pharma du Midi")

    def a_customer(self, name, **fields):
        team = make.a_team(make.a_legal_person(name=name, **fields))
        make.an_account(team, kind="purchase_order")
        return team

    def an_invoice(self, cents=10000, *, team=None, now=NOW, **fields) -> Invoice:
        """Issue an invoice of an amount before VAT of 20 %, due thirty days later."""
        make.a_charge(team or self.team, self.facility, cents, **fields)
        (invoice,) = issue_all(
            issuer_id=self.issuer.pk, until=now.date() + dt.timedelta(days=1), now=now
        )
        return invoice

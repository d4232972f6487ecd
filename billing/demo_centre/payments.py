"""Payments of the demo's invoices, by the files of a bank: most are paid, some make work.

One invoice is paid in part, one is overdue and was reminded of twice, one was paid too
much, and one transfer nobody recognises. The older months of the books are closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from accounts.models import User
from billing.models import Invoice, Issuer
from billing.month_end.months import next_month
from billing.month_end.stating import centre_day
from billing.payments.balances import open_invoices
from billing.payments.bank_files import plain
from billing.services.bank_import import import_bank_file
from billing.services.periods import close_period, next_to_close
from billing.services.reminding import send_due_reminders
from facilities.intervals import DAY

TOO_MUCH_CENTS = 1_500
UNKNOWN_CENTS = 25_000
FIRST_REMINDER, SECOND_REMINDER = 7, 21
TEXTS = ("FACTURE {}", "VIREMENT {}", "Reglement fact. {}", "{}")
OPEN_MONTHS = 4
"""So many months before this one stay open in the books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money that came in."""

    on: dt.date
    cents: int
    payer: str
    text: str


def make_payments(staff: dict[str, User], *, now: dt.datetime) -> None:
    """Take the bank's file of each issuer over, remind of what is late, close old months."""
    today = centre_day(now)
    late: list[Invoice] = []
    for issuer in Issuer.objects.order_by("code"):
        invoices = _to_pay(issuer, today)
        unpaid = _reminded(invoices, today)
        late.extend(unpaid)
        transfers = [*_transfers(invoices, unpaid, today), _unknown(today)]
        import_bank_file(
            issuer_id=issuer.pk,
            name=f"releve-{issuer.code}-{today:%Y-%m-%d}.xml",
            content=camt(issuer, transfers),
            actor=staff["accountant"],
            now=now,
        )
    for days in (FIRST_REMINDER, SECOND_REMINDER):
        for day in sorted({invoice.due_on for invoice in late}):
            send_due_reminders(now=_morning(day + days * DAY))
    for issuer in Issuer.objects.order_by("code"):
        _close_old_months(issuer, staff["accountant"], today, now=now)


def _to_pay(issuer: Issuer, today: dt.date) -> list[Any]:
    invoices = open_invoices(Invoice.objects.filter(issuer=issuer), on=today)
    to_pay = invoices.filter(open_cents__gt=0).select_related("organisation")
    return list(to_pay.order_by("issued_on", "pk"))


def _reminded(invoices: Sequence[Any], today: dt.date) -> list[Any]:
    """Return the latest invoice that is late enough for two reminders."""
    latest = today - (SECOND_REMINDER + 1) * DAY
    return [one for one in invoices if one.due_on <= latest][-1:]


def _transfers(
    invoices: Sequence[Any], unpaid: Sequence[Any], today: dt.date
) -> Iterable[Transfer]:
    paid = [one for one in invoices if one not in unpaid]
    for number, invoice in enumerate(paid):
        on = invoice.issued_on + (18 + number * 7 % 17) * DAY
        if on > today:
            continue
        cents = invoice.open_cents
        if number == 0:
            cents += TOO_MUCH_CENTS
        elif number == len(paid) // 2:
            cents = cents * 2 // 5
        yield Transfer(
            on=on,
            cents=cents,
            payer=plain(invoice.organisation.name).upper(),
            text=TEXTS[number % len(TEXTS)].format(invoice.number),
        )


def _unknown(today: dt.date) -> Transfer:
    return Transfer(
        on=today - 3 * DAY,
        cents=UNKNOWN_CENTS,
        payer="ASSOCIATION LES AMIS DE LA RECHERCHE",
        text="DON COURSE DES CALANQUES",
    )


def _close_old_months(issuer: Issuer, actor: User, today: dt.date, *, now: dt.datetime) -> None:
    last = today.replace(day=1)
    for _month in range(OPEN_MONTHS):
        last = (last - DAY).replace(day=1)
    while next_month(month := next_to_close(issuer.pk, today=today)) <= last:
        close_period(issuer_id=issuer.pk, month=month, actor=actor, now=now)


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(6), tzinfo=dt.UTC)


def camt(issuer: Issuer, transfers: Iterable[Transfer]) -> bytes:
    """Return a statement in the form camt.053.001.08 that tells of some transfers."""
    entries = "".join(
        f"<Ntry><Amt Ccy='EUR'>{one.cents // 100}.{one.cents % 100:02}</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{one.on}</Dt></BookgDt><AcctSvcrRef>{issuer.code}{number:06}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>{escape(one.payer)}</Nm></Pty></Dbtr>"
        f"</RltdPties><RmtInf><Ustrd>{escape(one.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for number, one in enumerate(transfers, start=1)
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt><Stmt>"
        f"<Acct><Id><IBAN>{issuer.iban}</IBAN></Id></Acct>{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()

"""Bank statements: what came in becomes payments, and what is sure is allocated at once.

An import can be looked at before: nothing is written then. The issuer's row is locked, so
that two imports take turns; a credit that is known already changes nothing.

A credit that the bank booked in a month that is closed by now is recorded, if the accountant
says so, on the first day that is open, and its VAT is declared with that month; the bank's
day stays beside it, and counts for what being late costs.
Source: règlement ANC 2014-03, article 921-4 as numbered then (420-6 before): what happened
in a period that is closed is entered on the first day of the one that is not, and the day on
which it happened is expressly stated.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from accounts.transactions import use_case
from billing.books.closed_months import last_closed_month
from billing.models import Allocation, BankEntry, BankFile, Invoice, Issuer, Payment
from billing.month_end.months import next_month
from billing.payments.balances import open_invoices
from billing.payments.bank_files import (
    BankStatement,
    Credit,
    Trouble,
    UnreadableFile,
    read_statement,
)
from billing.payments.bank_plans import BankImport, Fate, Line, Part
from billing.payments.errors import BankFileUnreadable, OtherAccount
from billing.payments.matching import Book, How, Match, Payable, book_of, match
from billing.payments.permissions import kept_issuer
from billing.services.issuing import local_day

TROUBLES = {
    Trouble.EMPTY: gettext_lazy("it is empty."),
    Trouble.TOO_LARGE: gettext_lazy("it is too large."),
    Trouble.NOT_A_STATEMENT: gettext_lazy("it is no statement in the form camt.053."),
    Trouble.NO_HEADER: gettext_lazy("no line names a date and an amount."),
}


def preview_bank_file(
    *,
    issuer_id: int,
    name: str,
    content: bytes,
    actor: User,
    now: dt.datetime,
    takes_late: bool = False,
) -> BankImport:
    """Say what importing a file would do, and do nothing.

    `takes_late`: with credits of closed months, on the first day that is open.

    Raises:
        NotFound: the actor does not keep the books of this issuer.
        BankFileUnreadable, OtherAccount: it is no statement of its account.
    """
    issuer = kept_issuer(actor, issuer_id)
    return _planned(issuer, name, content, today=local_day(now), takes_late=takes_late)


@use_case
def import_bank_file(
    *,
    issuer_id: int,
    name: str,
    content: bytes,
    actor: User,
    now: dt.datetime,
    takes_late: bool = False,
) -> BankImport:
    """Make a payment of each new credit of a file, and allocate those that are sure.

    Safe to repeat and to run at once: a credit is taken once, in the same file or another.

    Raises: as `preview_bank_file`.
    """
    issuer = kept_issuer(actor, issuer_id)
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    # A first look names the invoices to lock; what was paid meanwhile is seen by the second.
    today = local_day(now)
    first = _planned(issuer, name, content, today=today, takes_late=takes_late)
    wanted = {part.invoice_id for line in first.sure_lines for part in line.parts}
    locked = Invoice.objects.filter(pk__in=wanted).order_by("pk")
    list(locked.select_for_update(no_key=True).values_list("pk"))
    plan = _planned(issuer, name, content, today=today, takes_late=takes_late, only=wanted)
    if plan.new_lines or not plan.was_imported:
        _write(plan, content, actor=actor, now=now)
    return plan


def _planned(
    issuer: Issuer,
    name: str,
    content: bytes,
    *,
    today: dt.date,
    takes_late: bool,
    only: set[int] | None = None,
) -> BankImport:
    statement = _read(content)
    expected = issuer.iban.replace(" ", "").upper()
    if statement.iban and expected and statement.iban != expected:
        raise OtherAccount(iban=statement.iban, expected=expected)
    sha256 = hashlib.sha256(content).hexdigest()
    return BankImport(
        issuer=issuer,
        name=name[:200],
        form=statement.form,
        was_imported=BankFile.objects.filter(issuer=issuer, sha256=sha256).exists(),
        left_out=statement.left_out,
        lines=tuple(_lines(issuer, statement, today=today, takes_late=takes_late, only=only)),
    )


def _read(content: bytes) -> BankStatement:
    try:
        return read_statement(content)
    except UnreadableFile as error:
        line = _("line %(line)d makes no sense.") % {"line": error.line}
        raise BankFileUnreadable(why=TROUBLES.get(error.trouble, line)) from error


def _lines(
    issuer: Issuer,
    statement: BankStatement,
    *,
    today: dt.date,
    takes_late: bool,
    only: set[int] | None,
) -> Iterable[Line]:
    keys = [credit.key for credit in statement.credits]
    known = set(BankEntry.objects.filter(issuer=issuer, key__in=keys).values_list("key", flat=True))
    closed = last_closed_month(issuer.pk)
    first_open = next_month(closed) if closed else dt.date.min
    invoices = list(
        open_invoices(Invoice.objects.filter(issuer=issuer), on=today)
        .filter(open_cents__gt=0)
        .order_by("due_on", "pk")
    )
    left = {one.pk: one.open_cents for one in invoices}
    numbers = {one.pk: one.number for one in invoices}
    book = _book(invoices)
    for credit in statement.credits:
        fate = _fate(credit, known=known, first_open=first_open, today=today)
        if fate == Fate.CLOSED and takes_late:
            fate = Fate.NEW
        found = _match(book, left, credit) if fate == Fate.NEW else Match(how=How.NOTHING)
        if found.is_sure and only is not None and not only >= set(dict(found.parts)):
            # Something changed since the first look: a person decides.
            found = Match(how=How.UNSURE, parts=found.parts, organisation_id=found.organisation_id)
        if found.is_sure:
            for pk, cents in found.parts:
                left[pk] -= cents
        yield Line(
            credit=credit,
            fate=fate,
            recorded_on=max(credit.booked_on, first_open),
            match=found,
            parts=tuple(
                Part(invoice_id=pk, number=numbers[pk], amount_cents=cents)
                for pk, cents in found.parts
            ),
        )


def _match(book: Book, left: dict[int, int], credit: Credit) -> Match:
    return match(
        book,
        left=left,
        amount_cents=credit.amount_cents,
        text=credit.text,
        payer=credit.payer,
    )


def _fate(credit: Credit, *, known: set[str], first_open: dt.date, today: dt.date) -> str:
    if credit.key in known:
        return Fate.KNOWN
    if credit.booked_on < first_open:
        return Fate.CLOSED
    return Fate.FUTURE if credit.booked_on > today else Fate.NEW


def _book(invoices: Sequence[Invoice]) -> Book:
    organisations = Organisation.objects.filter(pk__in={one.organisation_id for one in invoices})
    return book_of(
        [
            Payable(invoice_id=one.pk, number=one.number, organisation_id=one.organisation_id)
            for one in invoices
        ],
        names={one.pk: [one.name, one.legal_name] for one in organisations},
    )


def _write(plan: BankImport, content: bytes, *, actor: User, now: dt.datetime) -> None:
    file, _is_new = BankFile.objects.get_or_create(
        issuer=plan.issuer,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "name": plan.name,
            "form": plan.form,
            "imported_by": actor,
            "imported_at": now,
        },
    )
    lines = plan.new_lines
    entries = BankEntry.objects.bulk_create(
        BankEntry(
            issuer=plan.issuer,
            file=file,
            key=line.credit.key,
            booked_on=line.credit.booked_on,
            amount_cents=line.credit.amount_cents,
            payer=line.credit.payer,
            text=line.credit.text,
        )
        for line in lines
    )
    payments = Payment.objects.bulk_create(
        Payment(
            issuer=plan.issuer,
            received_on=line.recorded_on,
            amount_cents=line.credit.amount_cents,
            method=Payment.Method.TRANSFER,
            reference=line.credit.text,
            payer=line.credit.payer,
            organisation_id=line.match.organisation_id if line.match.is_sure else None,
            bank_entry=entry,
            recorded_by=actor,
            created_at=now,
        )
        for line, entry in zip(lines, entries, strict=True)
    )
    _allocate(zip(lines, payments, strict=True), actor=actor, now=now)


def _allocate(paid: Iterable[tuple[Line, Payment]], *, actor: User, now: dt.datetime) -> None:
    sure = [(line, payment) for line, payment in paid if line.match.is_sure]
    wanted = {part.invoice_id for line, _payment in sure for part in line.parts}
    days = dict(Invoice.objects.filter(pk__in=wanted).values_list("pk", "issued_on"))
    Allocation.objects.bulk_create(
        Allocation(
            payment=payment,
            invoice_id=part.invoice_id,
            amount_cents=part.amount_cents,
            allocated_on=max(payment.received_on, days[part.invoice_id]),
            recorded_by=actor,
            created_at=now,
        )
        for line, payment in sure
        for part in line.parts
    )

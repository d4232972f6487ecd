"""Reminders of overdue invoices: each level once, none for what is paid, disputed or held."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from accounts.errors import ReasonRequired
from accounts.models import User
from accounts.transactions import use_case
from billing.models import (
    Dispute,
    Invoice,
    InvoiceReminder,
    ReminderHold,
    ReminderPlan,
)
from billing.payments.balances import open_invoices
from billing.payments.errors import NothingToHold
from billing.payments.permissions import kept_invoice
from billing.payments.reminding import USUAL, Plan, level_due
from billing.services.issuing import local_day
from notifications import outbox

INVOICE_REMINDED = "billing.invoice_reminded"


def send_due_reminders(*, now: dt.datetime) -> list[int]:
    """Send every reminder that is due today; return the ids of the invoices.

    One transaction for each invoice; safe to repeat and to run at once.
    """
    today = local_day(now)
    due = [invoice.pk for invoice in _candidates(today) if _level(invoice, today)]
    return [pk for pk in due if _remind(invoice_id=pk, now=now)]


@use_case
def _remind(*, invoice_id: int, now: dt.datetime) -> bool:
    Invoice.objects.select_for_update(no_key=True).get(pk=invoice_id)
    today = local_day(now)
    # Read again under the lock: paid, held or reminded meanwhile.
    invoice = _candidates(today).filter(pk=invoice_id).first()
    level = _level(invoice, today) if invoice else None
    if invoice is None or level is None:
        return False
    InvoiceReminder.objects.create(
        invoice=invoice,
        level=level,
        open_cents=invoice.open_cents,  # type: ignore[attr-defined]
        sent_on=today,
    )
    outbox.publish(
        topic=INVOICE_REMINDED,
        key=f"{INVOICE_REMINDED}:{invoice_id}:{level}",
        payload={"invoice": invoice_id, "level": level},
    )
    return True


@use_case
def hold_reminders(*, invoice_id: int, reason: str, actor: User, now: dt.datetime) -> ReminderHold:
    """Send no more reminders of an invoice until `release_reminders`.

    Raises:
        NotFound, NotPermitted: the actor does not keep the books of its issuer.
        ReasonRequired: it was not said why.
        NothingToHold: nothing of it is open.
    """
    invoice = kept_invoice(actor, invoice_id, on=now.date())
    if not reason.strip():
        raise ReasonRequired
    rows = Invoice.objects.filter(pk=invoice.pk)
    if not open_invoices(rows, on=local_day(now)).filter(open_cents__gt=0).exists():
        raise NothingToHold
    hold, _created = ReminderHold.objects.update_or_create(
        invoice=invoice,
        defaults={"reason": reason.strip()[:500], "held_by": actor, "held_at": now},
    )
    return hold


@use_case
def release_reminders(*, invoice_id: int, actor: User, now: dt.datetime) -> None:
    """Let reminders of an invoice go out again; safe to repeat.

    Raises:
        NotFound, NotPermitted: the actor does not keep the books of its issuer.
    """
    invoice = kept_invoice(actor, invoice_id, on=now.date())
    ReminderHold.objects.filter(invoice=invoice).delete()


def _candidates(today: dt.date) -> QuerySet[Invoice]:
    disputed = Dispute.objects.filter(
        state=Dispute.State.OPEN, charge__invoice_lines__invoice=OuterRef("pk")
    )
    held = ReminderHold.objects.filter(invoice=OuterRef("pk"))
    overdue = Invoice.objects.filter(~Exists(disputed), ~Exists(held), due_on__lt=today)
    return (
        open_invoices(overdue, on=today)
        .filter(open_cents__gt=0)
        .select_related("issuer__reminder_plan")
        .prefetch_related("reminders")
        .order_by("pk")
    )


def _level(invoice: Invoice, today: dt.date) -> int | None:
    sent = {row.level: row.sent_on for row in invoice.reminders.all()}
    plan = _plan(getattr(invoice.issuer, "reminder_plan", None))
    return level_due(due_on=invoice.due_on, sent=sent, plan=plan, today=today)


def _plan(row: ReminderPlan | None) -> Plan:
    if row is None:
        return USUAL
    days = (row.first_days, row.second_days, row.third_days)
    return Plan(days=days, is_active=row.is_active)

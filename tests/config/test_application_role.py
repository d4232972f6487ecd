"""The role of web, worker and beat does all that they do, and cannot undo what is issued."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from psycopg import sql
from pytest_django import Settings

from accounts.grants import INSUFFICIENT_PRIVILEGE, OPERATIONS, refused_operations
from accounts.transactions import sqlstate
from billing.models import Invoice
from billing.services import issue_credit_note
from billing.services.paying import allocate, record_payment
from bookings.services import cancel_booking, move_booking, request_booking
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

RAISED, FOREIGN_KEY_VIOLATION = "P0001", "23503"
PASSWORD = "known to one test"


def grant(settings: Settings, name: str, password: str = PASSWORD) -> str:
    settings.APPLICATION_ROLE = (name, password)
    said = StringIO()
    call_command("grant_application_role", stdout=said)
    return said.getvalue()


@pytest.fixture
def role(transactional_db: None, settings: Settings) -> Iterator[str]:
    """Make the second role, as the migration job does."""
    name = f"{connection.settings_dict['NAME']}_app"
    assert grant(settings, name) == (
        f"{name} works with the tables; {len(refused_operations())} of them keep their rows.\n"
    )
    yield name
    quoted = sql.Identifier(name)
    with connection.cursor() as cursor:
        # Whoever takes back a role's rights must have them.
        for statement in ("GRANT {} TO CURRENT_USER", "DROP OWNED BY {}", "DROP ROLE {}"):
            cursor.execute(sql.SQL(statement).format(quoted))


@contextmanager
def logged_in_as(role: str) -> Iterator[None]:
    """Let the application itself connect as another role."""
    owner = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"USER": role, "PASSWORD": PASSWORD}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= {"USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}


def rows(question: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def privileges(role: str) -> dict[str, set[str]]:
    """Return what was granted to a role on whole tables, by table."""
    question = "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
    granted: defaultdict[str, set[str]] = defaultdict(set)
    for table, operation in rows(f"{question} WHERE grantee = %s", role):
        granted[table].add(operation)
    return granted


def refusal(statement: str) -> str:
    """Return the SQLSTATE with which a statement is refused, or nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return sqlstate(error)
    return ""


def test_the_application_books_bills_and_collects_without_owning_a_table(role: str) -> None:
    books = Books()
    instrument, person = make.an_instrument(), make.a_researcher()
    with logged_in_as(role):
        booking = request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)
        booking = move_booking(
            actor=person,
            booking_id=booking.pk,
            version=booking.version,
            changes={"period": make.period("2026-10-08 14:00", "15:00")},
            now=NOW,
        )
        assert cancel_booking(actor=person, booking_id=booking.pk, now=NOW).status == "cancelled"

        invoice = books.an_invoice(4000)
        payment = record_payment(
            issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=1000,
            actor=books.keeper, now=NOW,
        )  # fmt: skip
        allocate(payment_id=payment.pk, parts={invoice.pk: 1000}, actor=books.keeper, now=NOW)
        issue_credit_note(invoice_id=invoice.pk, reason="Twice", actor=books.keeper, now=NOW)
        assert Invoice.objects.count() == 2
        assert rows("SELECT count(*) FROM pg_tables WHERE tableowner = current_user") == [(0,)]


REFUSED = (
    "UPDATE billing_invoice SET total_cents = 0",
    "UPDATE billing_invoiceline SET position = 0",
    "UPDATE billing_charge SET amount_cents = 0",
    "DELETE FROM billing_invoice",
    "DELETE FROM billing_charge",
    "DELETE FROM billing_numberseries",
    "DELETE FROM bookings_bookingevent",
    "UPDATE bookings_bookingevent SET pgh_created_at = now()",
    "DELETE FROM pghistory_context",
    "DELETE FROM django_migrations",
    "TRUNCATE billing_invoice CASCADE",
    "TRUNCATE bookings_booking CASCADE",
    "ALTER TABLE billing_invoice ADD COLUMN paid boolean",
    "ALTER TABLE billing_invoice DISABLE TRIGGER ALL",
    "DROP TRIGGER {trigger} ON billing_invoice",
    "CREATE TRIGGER another BEFORE INSERT ON billing_invoice EXECUTE FUNCTION another()",
    "DROP TABLE billing_invoice CASCADE",
    "CREATE TABLE another (id integer)",
    "CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE sql AS 'SELECT null'",
    "DROP FUNCTION _pgtrigger_should_ignore CASCADE",
    "SET session_replication_role = replica",
)


def test_what_is_issued_and_what_guards_it_are_out_of_its_reach(role: str) -> None:
    Books().an_invoice()
    ((model, trigger),) = pgtrigger.registered("billing.Invoice:invoice_stays")
    named = trigger.get_pgid(model)
    with logged_in_as(role):
        answers = {each: refusal(each.replace("{trigger}", named)) for each in REFUSED}
    assert answers == dict.fromkeys(REFUSED, INSUFFICIENT_PRIVILEGE)


def test_even_past_the_trigger_an_invoice_stays(role: str) -> None:
    """The key alone may be updated, since locking a row asks for that; lines hold it fast."""
    Books().an_invoice()
    change_key = "UPDATE billing_invoice SET id = id + 1; SET CONSTRAINTS ALL IMMEDIATE"
    with logged_in_as(role):
        assert refusal(change_key) == RAISED
        with pgtrigger.ignore("billing.Invoice:invoice_stays"):
            assert refusal("UPDATE billing_invoice SET number = 'X'") == INSUFFICIENT_PRIVILEGE
            assert refusal(change_key) == FOREIGN_KEY_VIOLATION


def test_each_table_is_granted_what_the_models_leave_open_and_the_next_one_too(
    role: str,
) -> None:
    refused = refused_operations()
    assert refused["billing_invoice"] == refused["bookings_bookingevent"] == {"UPDATE", "DELETE"}
    assert refused["billing_quote"] == {"DELETE"}
    assert "bookings_booking" not in refused
    owned = {
        table for (table,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    }
    assert set(refused) <= owned
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_the_next_migration (id integer)")
    try:
        # Even before the job comes to grant again: from the default privileges.
        granted = {table: set(OPERATIONS) - refused.get(table, set()) for table in owned}
        assert privileges(role) == granted | {"of_the_next_migration": set(OPERATIONS)}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE of_the_next_migration")


def test_the_owner_is_refused_as_the_application(
    transactional_db: None, settings: Settings
) -> None:
    owner = str(connection.settings_dict["USER"])
    with pytest.raises(CommandError, match="name another role"):
        grant(settings, owner)

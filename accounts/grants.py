"""What the application's role may do with each table; who owns the tables may do all.

Web, worker and beat connect as a role that owns nothing: whoever takes them over can
change neither an issued invoice nor the trigger that guards it. What the role is refused
is read off the models: their protecting triggers, and the tables that pghistory writes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from pghistory.models import Context, Event
from psycopg import sql

from accounts.transactions import assert_in_transaction, sqlstate

OPERATIONS = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""Never TRUNCATE, which no trigger of a row sees, nor TRIGGER or REFERENCES."""

_OWNED = """
SELECT c.relname
  FROM pg_class c
 WHERE c.relnamespace = current_schema()::regnamespace
   AND c.relowner = current_user::regrole
   AND c.relkind IN ('r', 'p', 'v')
"""
"""Every table of ours, those without a model as well."""

_ROLE = "SELECT pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s"
"""May a role act as the owner? No row where there is no such role."""

INSUFFICIENT_PRIVILEGE = "42501"


class RoleUnfit(Exception):
    """The role cannot be the application's; says why in words for the operator."""


def refused_operations() -> dict[str, set[str]]:
    """Return what the application never does to some tables, by table."""
    refused: defaultdict[str, set[str]] = defaultdict(set)
    for model, trigger in pgtrigger.registered():
        # A condition lets some rows pass: there the trigger stands alone.
        if isinstance(trigger, pgtrigger.Protect) and trigger.condition is None:
            refused[_table(model)] |= set(str(trigger.operation).split(" OR "))
    for table in apps.get_models():
        if issubclass(table, Event):
            refused[_table(table)] |= {"UPDATE", "DELETE"}
    # Its metadata may grow while a request goes on.
    refused[_table(Context)] = {"DELETE"}
    refused[_table(MigrationRecorder.Migration)] = {"INSERT", "UPDATE", "DELETE"}
    return dict(refused)


def grant_to_application(role: str, *, password: str) -> dict[str, set[str]]:
    """Let a role do what the application does and no more; return what is refused, by table.

    For the owner, in a transaction, after each migration; safe to repeat. The role is made
    if it is missing and the owner may. Keys are identity columns, which ask for no
    privilege on a sequence; functions may be called by everybody, as PostgreSQL has it.

    Raises:
        RoleUnfit: there is no such role and none can be made, or it may act as the owner.
    """
    assert_in_transaction()
    _make(role, password)
    refused = refused_operations()
    keys = {_table(model): _key(model) for model, _trigger in pgtrigger.registered()}
    tables = [table for (table,) in _rows(_OWNED)]
    for table in tables:
        denied = refused.get(table, set())
        allowed = [each for each in OPERATIONS if each not in denied]
        if "UPDATE" in denied and table in keys:
            # Whoever locks a row must be allowed to update some column. Before the key
            # stands the trigger, and behind it the foreign keys to what is issued.
            allowed.append(f'UPDATE ("{keys[table]}")')
        _say("REVOKE ALL ON {table} FROM {role}", role, table=sql.Identifier(table))
        _say(
            f"GRANT {', '.join(allowed)} ON {{table}} TO {{role}}",
            role,
            table=sql.Identifier(table),
        )
    # What a migration adds serves the code that still runs, until this is run again.
    _say(f"ALTER DEFAULT PRIVILEGES GRANT {', '.join(OPERATIONS)} ON TABLES TO {{role}}", role)
    return {table: refused[table] for table in tables if table in refused}


def _table(model: Any) -> str:
    return str(model._meta.db_table)  # noqa: SLF001 - Django's documented API


def _key(model: Any) -> str:
    return str(model._meta.pk.column)  # noqa: SLF001 - Django's documented API


def _make(role: str, password: str) -> None:
    """Make the role where it is missing, and give it its password, as far as the owner may."""
    known = _rows(_ROLE, role)
    if known and known[0][0]:
        raise RoleUnfit(f"{role} may act as the owner of the tables: name another role.")
    if not known and not _may("CREATE ROLE {role} LOGIN", role):
        raise RoleUnfit(f"Have the role made first: CREATE ROLE {role} LOGIN PASSWORD ...")
    if password:
        # As a verifier, so that no log has the password.
        server = connection.connection.pgconn
        verifier = server.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        _may("ALTER ROLE {role} PASSWORD {verifier}", role, verifier=sql.Literal(verifier.decode()))


def _may(statement: str, role: str, **parts: sql.Composable) -> bool:
    """Say something to the database; return whether we are allowed to."""
    try:
        with transaction.atomic():
            _say(statement, role, **parts)
    except ProgrammingError as error:
        if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
            raise
        return False
    return True


def _say(statement: str, role: str, **parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role), **parts))


def _rows(question: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()

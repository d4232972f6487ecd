"""The edge of a use case: one transaction, tried again when the database asks for it."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.errors import Busy, DomainError

P = ParamSpec("P")
T = TypeVar("T")

TRIES = {"40001": 3, "40P01": 3, "55P03": 2}
"""How often to try in all, by SQLSTATE: serialisation failure, deadlock, lock not available."""


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE of a database error, or an empty string."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def use_case(service: Callable[P, T]) -> Callable[P, T]:
    """Run a service in one transaction of its own.

    A deadlock is tried three times and a lock that cannot be had in time twice, with a
    short random pause; then `Busy`. Inside another use case the service is a savepoint
    and the outer one tries again, because only a whole transaction can be repeated.

    Raises:
        Busy: the row stayed locked by others.
    """

    @functools.wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            with transaction.atomic():
                return service(*args, **kwargs)
        tried = 0
        while True:
            tried += 1
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except OperationalError as error:
                tries = TRIES.get(sqlstate(error))
                if tries is None:
                    raise
                if tried >= tries:
                    raise Busy from error
            time.sleep(random.uniform(0.01, 0.05) * tried)  # noqa: S311 - spreads retries

    return wrapper


def assert_in_transaction() -> None:
    """Refuse to go on outside a transaction: a lock taken there guards nothing."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock outside a transaction is released at once.")


@contextmanager
def refused_by(constraint: str, refusal: type[DomainError]) -> Iterator[None]:
    """Turn the breach of one constraint into a domain error; any other passes."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnostic = getattr(error.__cause__, "diag", None)
        if getattr(diagnostic, "constraint_name", None) != constraint:
            raise
        raise refusal from error

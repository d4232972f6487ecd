"""What somebody saw before they changed it, so that nobody overwrites what they did not see.

For tables without a version of their own: a short digest of the columns that a form shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from accounts.errors import StaleVersion


def seen_as(row: Any, columns: Iterable[str]) -> str:
    """Return a digest of some columns of a row; equal as long as they are."""
    values = [(column, str(getattr(row, column))) for column in sorted(columns)]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def require_as_seen(row: Any, columns: Iterable[str], seen: str) -> None:
    """Refuse a change of a locked row by somebody who read it before it last changed.

    Raises:
        StaleVersion: a column is not what it was.
    """
    if seen_as(row, columns) != seen:
        raise StaleVersion

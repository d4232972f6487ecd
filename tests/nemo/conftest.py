"""Imports a list of rows, as the command does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.nemo.dumps import Entry, a_dump

if TYPE_CHECKING:
    from billing.nemo.report import Report

Import = Callable[..., "Report"]


@pytest.fixture
def take(tmp_path: Path, db: None) -> Import:
    """Return a function that imports rows."""
    # Django is not set up yet when this file is loaded.
    from billing.nemo.importing import Order, import_nemo
    from tests.factories import NOW

    def run(rows: Iterable[Entry], *, now: dt.datetime = NOW, **order: Any) -> Report:
        path = a_dump(tmp_path / "dump.json", rows)
        return import_nemo(order=Order(path=path, **order), now=now)

    return run

"""Golden files: what the product puts out, kept in the repository and compared.

`make golden` rewrites them; the diff is read before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file of this folder, or write the file with --rewrite-golden."""

    def compare(name: str, text: str) -> None:
        path = HERE / name
        if request.config.getoption("rewrite_golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        with path.open(encoding="utf-8", newline="") as file:
            assert text == file.read(), f"{name} is not as it was: make golden, and read the diff"

    return compare

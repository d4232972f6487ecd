"""What an import says: what it took, changed, left and refused, and what to look at.

Plain counting, with a few examples of each reason; `lines` words it for a terminal,
`as_json` for a machine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

EXAMPLES = 5
LISTED = 20


@dataclass(slots=True)
class Reason:
    """How often a reason applied, and the first few rows it applied to."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def note(self, example: str) -> None:
        """Count one more."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)


@dataclass(slots=True)
class Tally:
    """The rows of one NEMO model."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: defaultdict[str, Reason] = field(default_factory=lambda: defaultdict(Reason))
    refused: defaultdict[str, Reason] = field(default_factory=lambda: defaultdict(Reason))

    @property
    def left_out(self) -> int:
        """How many were skipped or refused."""
        return sum(reason.count for reason in (*self.skipped.values(), *self.refused.values()))


@dataclass(slots=True)
class Report:
    """All that an import has to say; the same for a dry run."""

    dry_run: bool = False
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    unknown_models: Counter[str] = field(default_factory=Counter)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    fields_left: Counter[str] = field(default_factory=Counter)
    review: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def skip(self, model: str, row: str, reason: str) -> None:
        """Count a row that was understood and left out on purpose."""
        self.tallies[model].skipped[reason].note(row)

    def refuse(self, model: str, row: str, reason: str) -> None:
        """Count a row that cannot be taken."""
        self.tallies[model].refused[reason].note(row)

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values, lists for review in full."""
        return {
            "dry_run": self.dry_run,
            "models": {
                model: {
                    "read": tally.read,
                    "created": tally.created,
                    "updated": tally.updated,
                    "unchanged": tally.unchanged,
                    "skipped": _reasons(tally.skipped),
                    "refused": _reasons(tally.refused),
                }
                for model, tally in sorted(self.tallies.items())
            },
            "unknown_models": dict(sorted(self.unknown_models.items())),
            "unknown_fields": dict(sorted(self.unknown_fields.items())),
            "fields_left": dict(sorted(self.fields_left.items())),
            "review": {title: list(rows) for title, rows in self.review.items()},
        }

    def lines(self) -> Iterator[str]:
        """Word the report for a terminal."""
        if self.dry_run:
            yield "Dry run: nothing was written."
        yield f"{'model':<26}{'read':>8}{'new':>8}{'changed':>9}{'same':>8}{'left out':>10}"
        for model, tally in sorted(self.tallies.items()):
            yield (
                f"{model:<26}{tally.read:>8}{tally.created:>8}{tally.updated:>9}"
                f"{tally.unchanged:>8}{tally.left_out:>10}"
            )
            for verb, reasons in (("skipped", tally.skipped), ("refused", tally.refused)):
                for text, reason in reasons.items():
                    examples = ", ".join(reason.examples)
                    yield f"    {verb} {reason.count}: {text} ({examples})"
        yield from _counted("Models that are not known here", self.unknown_models)
        yield from _counted("Fields that are not known here", self.unknown_fields)
        yield from _counted("Fields with a value that has no place here", self.fields_left)
        for title, rows in self.review.items():
            yield f"To look at: {title} ({len(rows)})"
            yield from (f"    {row}" for row in rows[:LISTED])
            if len(rows) > LISTED:
                yield f"    … and {len(rows) - LISTED} more; --report FILE lists all"


def _reasons(reasons: dict[str, Reason]) -> dict[str, Any]:
    return {
        text: {"count": reason.count, "examples": reason.examples}
        for text, reason in reasons.items()
    }


def _counted(title: str, counts: Counter[str]) -> Iterator[str]:
    if counts:
        yield f"{title}:"
        for name, count in sorted(counts.items()):
            yield f"    {name} × {count}"

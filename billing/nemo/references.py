"""Who is meant where one row of a dump names another, by number or by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Generic, TypeVar

from billing.nemo.values import Refused

ORIGIN = "nemo"
ORIGIN_LENGTH = 100

Thing = TypeVar("Thing")


@dataclass(slots=True)
class Directory(Generic[Thing]):
    """What the rows of one model have become, by primary key and by natural key."""

    by_key: dict[str, Thing] = field(default_factory=dict)
    by_name: dict[str, Thing] = field(default_factory=dict)

    def add(self, *, key: str, name: str, thing: Thing) -> None:
        """Remember what a row has become."""
        self.by_key[key] = thing
        self.by_name[name] = thing

    def find(self, reference: Any, field_name: str) -> Thing | None:
        """Return what a reference means, a number or a list with one name; None for null.

        Raises:
            Refused: it names a row that is not in the file or was not taken.
        """
        if reference is None:
            return None
        found: Thing | None = None
        if isinstance(reference, int) and not isinstance(reference, bool):
            found = self.by_key.get(str(reference))
        elif isinstance(reference, list) and len(reference) == 1 and isinstance(reference[0], str):
            found = self.by_name.get(reference[0])
        if found is None:
            raise Refused(f"{field_name} names somebody or something that was not imported")
        return found

    def required(self, reference: Any, field_name: str) -> Thing:
        """Return what a reference means that must be there.

        Raises:
            Refused: it is missing, or names a row that was not taken.
        """
        found = self.find(reference, field_name)
        if found is None:
            raise Refused(f"{field_name} is missing")
        return found


def origin_id(model: str, key: str) -> str:
    """Return under which name a row of NEMO is remembered; a very long one is hashed."""
    plain = f"{model}:{key}"
    if len(plain) <= ORIGIN_LENGTH:
        return plain
    return f"{model}:{sha256(key.encode()).hexdigest()}"

"""The base of every domain error, and the errors about people.

A domain error says what is the case. It knows no HTTP: the faces translate it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Something the house anticipates and refuses.

    `code` is stable and machine-readable; `sentence` is translated when shown and may
    name keys of `data`, such as "%(left)s".
    """

    code: ClassVar[str] = "error"
    sentence: ClassVar[str | Promise] = _("This cannot be done.")

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code)
        self.data = data

    def __str__(self) -> str:
        return str(self.sentence) % self.data if self.data else str(self.sentence)


class NotPermitted(DomainError):
    """The actor may see the object but may not do this to it."""

    code = "not_permitted"
    sentence = _("You may not do this.")


class NotFound(DomainError):
    """There is no such object, or the actor may not know of it: the answer is the same."""

    code = "not_found"
    sentence = _("Nothing here by that name, or not for you to see.")


class StaleVersion(DomainError):
    """The object changed after the actor last read it."""

    code = "stale_version"
    sentence = _("This has changed since you read it. Look again, then repeat your change.")


class Busy(DomainError):
    """Too many people want the same thing at this moment; trying again soon will work."""

    code = "busy"
    sentence = _("Many people are booking this right now. Try again in a few seconds.")


class KeyReused(DomainError):
    """An idempotency key came back with another request than the first."""

    code = "idempotency_key_reused"
    sentence = _("This idempotency key was already used for another request.")

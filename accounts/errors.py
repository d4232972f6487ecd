"""The base of every domain error, and the errors about people.

A domain error says what is the case. It knows no HTTP: the faces translate it.
"""

from __future__ import annotations

from collections.abc import Sequence
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


class ReasonRequired(DomainError):
    """A decision that somebody will ask about came without a reason."""

    code = "reason_required"
    sentence = _("Give a reason: the person concerned will read it.")


class AlreadyMember(DomainError):
    """The person belongs to the team."""

    code = "already_member"
    sentence = _("This person belongs to the team already.")


class AlreadyAsked(DomainError):
    """The person has asked to join this team and waits for an answer."""

    code = "already_asked"
    sentence = _("You have asked this team already; it has not answered yet.")


class AlreadyAnswered(DomainError):
    """Somebody has answered, or it was withdrawn."""

    code = "already_answered"
    sentence = _("This has been answered already.")


class AlreadyInvited(DomainError):
    """An invitation to this address is under way."""

    code = "already_invited"
    sentence = _("This address is invited already. Send the invitation again instead.")


class TooManyAsked(DomainError):
    """Somebody makes more mails leave than anybody needs."""

    code = "too_many_asked"
    sentence = _("That is enough for now. Try again in an hour.")


class LinkNotValid(DomainError):
    """A link was used, taken back, has ended, or is for another address."""

    code = "link_not_valid"
    sentence = _("This link does not work any more. Ask for a new invitation.")


class OtherAddress(DomainError):
    """An invitation is for another address than the person's own."""

    code = "other_address"
    sentence = _("This invitation is for another address than yours.")


class PasswordRefused(DomainError):
    """A password is too easy; `sentences` say how."""

    code = "password_refused"
    sentence = _("Choose another password.")

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__()
        self.sentences = list(sentences)


class NameMissing(DomainError):
    """Somebody has no name to be known by."""

    code = "name_missing"
    sentence = _("Give a first name or a last name.")


class RemindersNotPossible(DomainError):
    """More reminders than anybody needs, or one at an odd time."""

    code = "reminders_not_possible"
    sentence = _("Choose up to five reminders, from five minutes to thirty days before.")


class NoHeadLeft(DomainError):
    """A team must have a head."""

    code = "no_head_left"
    sentence = _("The team needs a head. Name another one first.")


class LastDayTooEarly(DomainError):
    """A last day comes before the first, or has passed."""

    code = "last_day_too_early"
    sentence = _("The last day comes before the first.")


class NotInTeam(DomainError):
    """A project takes people of its team only."""

    code = "not_in_team"
    sentence = _("Only people of the team can be on its projects.")


class CentreFounded(DomainError):
    """Somebody is here already, so nobody comes in as the first."""

    code = "centre_founded"
    sentence = _("There are people here already. Nothing was changed.")


class NameInUse(DomainError):
    """Another organisation, or another team of it, is called so."""

    code = "name_in_use"
    sentence = _("%(name)s is taken already. Choose another name.")

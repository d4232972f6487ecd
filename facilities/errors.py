"""What stands in the way of setting a platform up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class NameTaken(DomainError):
    """Something else of the platform, or another platform, is called so."""

    code = "name_taken"
    sentence = _("Something is called %(name)s already. Choose another name.")


class NoSuchPerson(DomainError):
    """Nobody with an account has the address."""

    code = "no_such_person"
    sentence = _("Nobody here has the address %(email)s. Invite the person first.")


class RoleHeld(DomainError):
    """The person has that role already."""

    code = "role_held"
    sentence = _("%(person)s has this role already.")


class LastManager(DomainError):
    """Without a manager nobody could decide requests, nor name another one."""

    code = "last_manager"
    sentence = _("A platform keeps one manager at least. Name another one first.")


class ReasonMissing(DomainError):
    """A stop that people will ask about came without a reason."""

    code = "reason_missing"
    sentence = _("Say why: everybody who wants to book will read it.")


class HoursTurnedAround(DomainError):
    """The hours close before they open, or end before they begin to hold."""

    code = "hours_turned_around"
    sentence = _("It closes after it opens, and its last day comes after its first.")


class RulesContradict(DomainError):
    """The lengths of the rules do not fit each other."""

    code = "rules_contradict"
    sentence = _("The longest booking is no shorter than the shortest.")

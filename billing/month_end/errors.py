"""What the end of a month refuses, by name."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class RunUnderWay(DomainError):
    """A step of this month end is being done; the next begins when it is over."""

    code = "run_under_way"
    sentence = _("A step of this month is under way. Wait until it is done.")


class NotStatedYet(DomainError):
    """No statement has told the team of the charge, so there is nothing to dispute."""

    code = "not_stated_yet"
    sentence = _("This is on no statement yet. It can be disputed from there.")


class DisputeTooLate(DomainError):
    """The days to dispute a line of a statement are over."""

    code = "dispute_too_late"
    sentence = _("This could be disputed until %(day)s. Write to the platform.")


class AlreadyDisputed(DomainError):
    """A dispute of the charge is open."""

    code = "already_disputed"
    sentence = _("This is disputed already. The platform has yet to answer.")


class AccountNotUsable(DomainError):
    """The account is another team's, not in use, or not valid on the day of the service."""

    code = "account_not_usable"
    sentence = _("This account cannot pay for that day.")


class SameAccount(DomainError):
    """The charge is on that account already."""

    code = "same_account"
    sentence = _("This is on that account already.")


class CeilingReached(DomainError):
    """The account has less left than the charge comes to."""

    code = "ceiling_reached"
    sentence = _("Only %(left)s is left on this account.")


class IssuerMissing(DomainError):
    """Nobody sells for the platform yet, so that nothing can be billed."""

    code = "issuer_missing"
    sentence = _("The platform has no issuer yet. An administrator says who sells for it.")


class EngagementMissing(DomainError):
    """No engagement number was given, or more than one."""

    code = "engagement_missing"
    sentence = _("Give the engagement number, of at most %(longest)s characters.")


class IdentifierWrong(DomainError):
    """A SIREN, SIRET or VAT number does not pass its own check."""

    code = "identifier_wrong"
    sentence = _("%(value)s is not a valid %(what)s.")

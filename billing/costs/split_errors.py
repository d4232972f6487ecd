"""What stands in the way of splitting a use over several accounts, by name."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class SharesDoNotAddUp(DomainError):
    """The shares are fewer than two, name an account twice, or do not come to 100."""

    code = "shares_do_not_add_up"
    sentence = _("Name two accounts or more, each once, with shares that come to 100 %.")


class NotSplittable(DomainError):
    """The use is charged already, or never will be."""

    code = "not_splittable"
    sentence = _("This booking is charged already, or costs nothing. It cannot be split.")


class AccountNotSharing(DomainError):
    """An account is not the team's, nor of a team of the same organisation that they lead."""

    code = "account_not_sharing"
    sentence = _(
        "An account cannot pay a part of this. Take those of the team that you may use, or of"
        " a team that you lead in the same organisation, valid on the day."
    )


class ShareTooLarge(DomainError):
    """An account has less left than its share costs."""

    code = "share_too_large"
    sentence = _("%(account)s has %(left)s left, its share costs %(amount)s.")


class ShareOverLimit(DomainError):
    """A share takes the person beyond what they may spend of an account in the month."""

    code = "member_limit"
    sentence = _(
        "The person may spend %(limit)s on %(account)s in that month, %(spent)s are spent or"
        " booked, this share costs %(amount)s. Ask who leads the team."
    )

"""What the files of invoices, and their way to the buyer, refuse by name."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class NotSentAgain(DomainError):
    """The invoice is on its way or has arrived."""

    code = "not_sent_again"
    sentence = _("This invoice is on its way, or has arrived. It is not sent again.")


class ColumnsWrong(DomainError):
    """A column of a file of recharges names no source, or no format, that there is."""

    code = "columns_wrong"
    sentence = _("Column %(place)s is wrong: %(why)s.")


class LayoutNamed(DomainError):
    """A body's files of recharges have different names."""

    code = "layout_named"
    sentence = _("There is a file of that name already. Choose another name.")

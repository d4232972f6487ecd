"""What recording payments and closing months refuses, by name."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class PeriodClosed(DomainError):
    """The books are closed for that day: nothing is dated in it any more."""

    code = "period_closed"
    sentence = _("The books of %(month)s are closed. Choose a later day.")


class PeriodNotOver(DomainError):
    """A month is closed when it is over, not before."""

    code = "period_not_over"
    sentence = _("%(month)s is not over yet.")


class PeriodOutOfOrder(DomainError):
    """Months are closed one after the other."""

    code = "period_out_of_order"
    sentence = _("Months are closed in order: the next one is %(month)s.")


class NumbersMissing(DomainError):
    """A series of documents has a gap, which the law does not allow."""

    code = "numbers_missing"
    sentence = _("Numbers are missing in the series %(series)s: find out why before closing.")


class AmountNotPositive(DomainError):
    """An amount of money is more than nothing."""

    code = "amount_not_positive"
    sentence = _("Give an amount of more than nothing.")


class DayInFuture(DomainError):
    """What has not happened cannot be recorded."""

    code = "day_in_future"
    sentence = _("That day has not come yet.")


class PaymentSpent(DomainError):
    """A payment does not hold as much as was to be taken from it."""

    code = "payment_spent"
    sentence = _("This payment has %(left)s left.")


class TooMuchAllocated(DomainError):
    """An invoice is not open for as much."""

    code = "too_much_allocated"
    sentence = _("%(number)s is open for %(left)s.")


class NotPayable(DomainError):
    """Only invoices are paid: transfer notes and credit notes are not."""

    code = "not_payable"
    sentence = _("%(number)s is not an invoice that is paid.")


class NothingToTakeBack(DomainError):
    """No more is taken back of an invoice than the payment settled of it."""

    code = "nothing_to_take_back"
    sentence = _("This payment settles %(left)s of that invoice.")


class BankFileUnreadable(DomainError):
    """The file is no bank statement that can be read."""

    code = "bank_file_unreadable"
    sentence = _("This file cannot be read: %(why)s")


class OtherAccount(DomainError):
    """The statement is of another bank account than the issuer's."""

    code = "other_account"
    sentence = _("This statement is of the account %(iban)s, not of %(expected)s.")


class NothingToHold(DomainError):
    """Only what is open is reminded of, and so held back."""

    code = "nothing_to_hold"
    sentence = _("Nothing of this document is open: no reminder will go out.")

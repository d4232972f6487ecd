"""What stands in the way of charging staff time or a cost passed on, by name."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class PayerNotUsable(DomainError):
    """The project or the account is another team's, is closed, or not valid on the day."""

    code = "payer_not_usable"
    sentence = _("This project or account of the team does not hold on that day. Choose another.")


class AccountSpent(DomainError):
    """The account has less left than this costs."""

    code = "account_spent"
    sentence = _("This account has %(left)s left, this costs %(amount)s. Use another account.")


class DayAhead(DomainError):
    """What was not done yet is not charged."""

    code = "day_ahead"
    sentence = _("That day has not come yet. Record what was done.")


class NotByTheHour(DomainError):
    """The service is another platform's, is not offered any more, or not sold by the hour."""

    code = "not_by_the_hour"
    sentence = _("Choose a service of the platform that is sold by the hour.")


class NotOfStaff(DomainError):
    """The person has no role on the platform."""

    code = "not_of_staff"
    sentence = _("Choose somebody who works on the platform.")


class ReceiptNotTaken(DomainError):
    """The file is none that serves as a receipt, or too large."""

    code = "receipt_not_taken"
    sentence = _("Add the receipt as a PDF, PNG or JPEG of 5 MB at the most.")


class NothingToCharge(DomainError):
    """The text, the minutes or the amount is missing or out of range."""

    code = "nothing_to_charge"
    sentence = _("Say what it was for, and give more than nothing: a day has 1440 minutes.")


class PatientNamed(DomainError):
    """The text seems to hold the number of a patient."""

    code = "patient_data"
    sentence = _("This looks like the number of a patient. Leave it out.")

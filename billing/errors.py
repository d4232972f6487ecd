"""What billing refuses, by name."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class RateMissing(DomainError):
    """No price list, or none with a rate for the tier, covers a day of the service."""

    code = "rate_missing"
    sentence = _("No price is set for this on that day.")


class PayerMissing(DomainError):
    """The use belongs to no team, so that nobody can be charged for it."""

    code = "payer_missing"
    sentence = _("This use belongs to no team: nobody can be charged for it.")


class NotChargeable(DomainError):
    """The booking has not come to an end that costs anything."""

    code = "not_chargeable"
    sentence = _("This booking is not finished, or is not one that is charged.")


class AlreadyReversed(DomainError):
    """The charge has a reversing charge already, or is one itself."""

    code = "already_reversed"
    sentence = _("This charge has already been reversed, or reverses another.")


class ReasonMissing(DomainError):
    """A correction of the ledger says why."""

    code = "reason_missing"
    sentence = _("Say why the charge is reversed.")


class MonthNotBegun(DomainError):
    """The month lies in the future."""

    code = "month_not_begun"
    sentence = _("A month that has not begun cannot be closed.")


class AlreadyPriced(DomainError):
    """The list in force has a rate for this already, and a voted price stands."""

    code = "already_priced"
    sentence = _("This has a price already. A new price is a new price list.")


class PartyIncomplete(DomainError):
    """What the law wants stated about the seller or the buyer is not recorded."""

    code = "party_incomplete"
    sentence = _("%(organisation)s cannot be invoiced yet. Missing: %(missing)s.")


class TooMuchCredited(DomainError):
    """A credit note gives back no more than the line it corrects still holds."""

    code = "too_much_credited"
    sentence = _("No more than %(left)s is left to credit on line %(line)s.")


class NothingToCredit(DomainError):
    """All of the document has been credited, or the credit note would be of nothing."""

    code = "nothing_to_credit"
    sentence = _("Nothing is left to credit there.")


class NotAnInvoice(DomainError):
    """A credit note corrects an invoice or a transfer note, not another credit note."""

    code = "not_an_invoice"
    sentence = _("A credit note is not credited.")


class PdfUnavailable(DomainError):
    """Pango, which draws PDFs, is missing on the machine."""

    code = "pdf_unavailable"
    sentence = _("PDFs cannot be drawn on this machine: Pango is missing.")


class BankDetailsWrong(DomainError):
    """An IBAN or a BIC with a slip in it."""

    code = "bank_details_wrong"
    sentence = _("This %(what)s does not pass its check. Copy it again from the bank.")


class IssuerThere(DomainError):
    """A body is one issuer, whatever number of platforms it sells for."""

    code = "issuer_there"
    sentence = _("This organisation issues documents already.")


class CodeTaken(DomainError):
    """Another issuer's numbers begin so."""

    code = "code_taken"
    sentence = _("Another issuer has this code. Choose another one.")

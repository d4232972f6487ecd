"""What stands in the way of a quote, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class NotADraft(DomainError):
    """A quote that was sent stays as it is; another one takes its place."""

    code = "not_a_draft"
    sentence = _("A quote stays as it was sent. Withdraw it and make a copy to change it.")


class QuoteNotOpen(DomainError):
    """The quote was not sent, or it was answered or withdrawn."""

    code = "quote_not_open"
    sentence = _("This quote waits for no answer: %(state)s.")


class QuoteExpired(DomainError):
    """The last day on which the quote could be accepted has passed."""

    code = "quote_expired"
    sentence = _("This quote was open until %(day)s. Ask the platform for a new one.")


class QuoteEmpty(DomainError):
    """A quote offers something, for a price."""

    code = "quote_empty"
    sentence = _("Add a line with a price before you send the quote.")


class OrderOrSignatureMissing(DomainError):
    """A quote is accepted by a purchase order or by a name and a date."""

    code = "order_or_signature_missing"
    sentence = _("Give the number of a purchase order, or the name of who signs.")


class ReferenceInUse(DomainError):
    """The team has another account of that reference, which is no purchase order."""

    code = "reference_in_use"
    sentence = _("The team has another account with this reference: %(reference)s.")


class OrderFileRefused(DomainError):
    """The file of the order is too large, or is not what it says it is."""

    code = "order_file_refused"
    sentence = _("The order has to be a PDF, PNG or JPEG file of at most 10 MB.")


class PaperMissing(DomainError):
    """An acceptance that came on paper is recorded with the paper."""

    code = "paper_missing"
    sentence = _("Add the signed quote or the order, as a PDF, PNG or JPEG file.")


class PaperDayWrong(DomainError):
    """A quote is signed after it was sent, and not ahead."""

    code = "paper_day_wrong"
    sentence = _("Give the day of the paper, from the day of the quote until today.")


class SellerMissing(DomainError):
    """No body sells for the platform yet, or another one than the quote's."""

    code = "seller_missing"
    sentence = _("This quote’s issuer does not sell for %(platform)s.")


class LineNotPossible(DomainError):
    """A line says what is sold, how much of it and at which price."""

    code = "line_not_possible"
    sentence = _("Say what the line is, how much of it, and its price where no list has one.")

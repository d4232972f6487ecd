"""What is refused of price lists and their files, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError

if TYPE_CHECKING:
    from billing.prices.part_rows import Mistake


class ListStays(DomainError):
    """The list is not in the state from which this could be done to it."""

    code = "list_stays"
    sentence = _("The price list is no longer a draft, or not yet that far.")


class NotADraft(ListStays):
    """Only a draft is changed or withdrawn: a voted price stands."""

    code = "not_a_draft"
    sentence = _("Only a draft can be changed. A new price is a new price list.")


class NotVoted(ListStays):
    """A list comes into force after it was voted, once."""

    code = "not_voted"
    sentence = _("A price list is voted before it is put in force, once.")


class NotInForce(ListStays):
    """Only a list in force has an end to bring forward."""

    code = "not_in_force"
    sentence = _("This price list is not in force.")


class ListsOverlap(ListStays):
    """Another list of the platform is in force on some of the days."""

    code = "lists_overlap"
    sentence = _("%(name)s is in force on some of these days: %(first)s to %(last)s.")


class ChargedLater(ListStays):
    """Uses after the day on which the list shall end are charged by it, or about to be."""

    code = "charged_later"
    sentence = _("The uses of %(day)s are charged by this list, which ends no earlier.")


class NothingPriced(DomainError):
    """A list without a single rate prices nothing."""

    code = "nothing_priced"
    sentence = _("The price list has no rate yet.")


class VotedTooLate(DomainError):
    """The vote is told of before it took place."""

    code = "voted_too_late"
    sentence = _("The day of the vote has not come yet.")


class RateNotPossible(DomainError):
    """A rate is of something else than what the platform sells, or of no amount there is."""

    code = "rate_not_possible"
    sentence = _("This platform sells no such thing, or not for that.")


class TimePricedTwice(DomainError):
    """The time of an instrument is priced by the hour, the session or the day, by one."""

    code = "time_priced_twice"
    sentence = _("An instrument's time has one price for each tier.")


class RaiseNotPossible(DomainError):
    """A list is copied with a raise that nobody means."""

    code = "raise_not_possible"
    sentence = _("Raise by more than −100 and up to 1000 per cent, rounded to 1, 5 or 10 cents.")


class PartsNotPossible(DomainError):
    """Rows of a list cannot be so; `mistakes` says which and why, each with part and row."""

    code = "parts_not_possible"
    sentence = _("Something cannot be so. Nothing was changed.")

    def __init__(self, mistakes: Sequence[Mistake] = ()) -> None:
        super().__init__()
        self.mistakes = mistakes


class ListFileRefused(PartsNotPossible):
    """A file cannot be taken over."""

    code = "list_file_refused"
    sentence = _("The file has mistakes. Nothing was changed.")

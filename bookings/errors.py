"""What can stand in the way of a booking."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError, NotPermitted, ReasonRequired
from bookings.violations import Violation
from facilities.intervals import Interval

__all__ = [
    "NotAnOperator",
    "OperatorTaken",
    "OwnRequest",
    "PolicyViolated",
    "ReasonRequired",
    "SlotTaken",
    "TooEarly",
    "TooLate",
    "WrongState",
]


class PolicyViolated(DomainError):
    """Rules are broken: `violations` holds every one of them."""

    code = "policy_violated"
    sentence = _("This cannot be booked as it stands.")

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__()
        self.violations = list(violations)


class SlotTaken(DomainError):
    """Another booking holds the time; `alternatives` are the next free periods.

    Never says whose it is.
    """

    code = "slot_taken"
    sentence = _("Taken a moment ago. Choose another time.")

    def __init__(self, alternatives: Sequence[Interval] = ()) -> None:
        super().__init__()
        self.alternatives = list(alternatives)


class OperatorTaken(DomainError):
    """The operator attends another session at that time."""

    code = "operator_taken"
    sentence = _("This operator attends another session at that time. Choose another operator.")


class NotAnOperator(DomainError):
    """Who is named as the operator does not run the platform."""

    code = "not_an_operator"
    sentence = _("This person does not operate the platform. Choose one of its operators.")


class WrongState(DomainError):
    """The booking's status does not allow this step."""

    code = "wrong_state"
    sentence = _("This is not possible while the booking is: %(status)s.")


class OwnRequest(NotPermitted):
    """Nobody decides what they asked for themselves."""

    code = "own_request"
    sentence = _("Your own request is decided by somebody else.")


class TooEarly(DomainError):
    """The step is not possible yet."""

    code = "too_early"
    sentence = _("This is possible from %(moment)s.")


class TooLate(DomainError):
    """The moment for this step has passed."""

    code = "too_late"
    sentence = _("This was possible until %(moment)s.")


class BookingsHit(DomainError):
    """Bookings lie in a time that is to be closed, and nobody has decided about them."""

    code = "bookings_hit"
    sentence = _("Bookings lie in this time. Say of each whether it stays or is cancelled.")


class AlreadyTold(DomainError):
    """A decision cannot be taken back: the person has heard of it."""

    code = "already_told"
    sentence = _("Too late to take this back: the person has been told.")

"""What stands in the way of a service request or of a standing use, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class NothingAsked(DomainError):
    """A request names no service, or one of them twice."""

    code = "nothing_asked"
    sentence = _("Say which services you ask for, and how many: each of them once.")


class ServiceNotOffered(DomainError):
    """The platform does not sell this, or not in this way."""

    code = "service_not_offered"
    sentence = _("The platform does not offer this service.")


class QuantityNotPossible(DomainError):
    """A number is not above nought, or has more than two decimals."""

    code = "quantity_not_possible"
    sentence = _("Give a number above nought, with two decimals at the most.")


class ProjectNotUsable(DomainError):
    """The person may not spend for the project, or it is over."""

    code = "project_not_usable"
    sentence = _("Choose one of your projects that is open today.")


class AccountNotUsable(DomainError):
    """The account is another team's, closed, or not valid today."""

    code = "account_not_usable"
    sentence = _("This funding account cannot pay for it. Choose another one.")


class AccountMissing(DomainError):
    """Nobody pays for the request yet."""

    code = "account_missing"
    sentence = _("No funding account pays for this request. Its team chooses one first.")


class CeilingPassed(DomainError):
    """The account would promise more than it may spend."""

    code = "ceiling_passed"
    sentence = _("The funding account does not have that much left.")


class WrongStage(DomainError):
    """The state of the request does not allow this step."""

    code = "wrong_stage"
    sentence = _("This is not possible while the request is: %(state)s.")


class NothingCounted(DomainError):
    """A step that counts something was taken without a number."""

    code = "nothing_counted"
    sentence = _("Say how many.")


class MoreThanOrdered(DomainError):
    """More would be delivered than was asked for."""

    code = "more_than_ordered"
    sentence = _("That is more than was ordered. What is beyond it is a new request.")


class DeliveryTakenBack(DomainError):
    """The delivery was taken back before."""

    code = "delivery_taken_back"
    sentence = _("This delivery has been taken back already.")


class DeliveryCredited(DomainError):
    """A credit note gave back a part of the delivery: the rest goes the same way first."""

    code = "delivery_credited"
    sentence = _("A part of this delivery was credited. Credit the rest on its invoice first.")


class MilestonesDoNotAddUp(DomainError):
    """The shares of milestones do not come to the whole, or shares and sums are mixed."""

    code = "milestones_do_not_add_up"
    sentence = _("Give each milestone a share, so that they make the whole, or each a sum.")


class MilestoneReached(DomainError):
    """The milestone was reached before, and is charged."""

    code = "milestone_reached"
    sentence = _("This milestone has been reached already.")


class PatientData(DomainError):
    """A text seems to hold the number of a patient."""

    code = "patient_data"
    sentence = _("This looks like the number of a patient. Leave it out.")


class NameNeeded(DomainError):
    """A standing use has no code or no label."""

    code = "name_needed"
    sentence = _("Give it a code and a label.")


class NotStanding(DomainError):
    """The service is sold by the piece, so that nothing of it stands anywhere."""

    code = "not_standing"
    sentence = _("This service is not counted day by day.")


class CodeInUse(DomainError):
    """Another standing use of the platform has this code."""

    code = "code_in_use"
    sentence = _("This code is taken on the platform. Choose another one.")


class DayNotPossible(DomainError):
    """A day lies before the first, after the last, or has not come yet."""

    code = "day_not_possible"
    sentence = _("This day is not one of the standing use, or has not come yet.")


class CountNotPossible(DomainError):
    """A count is below nought or has more than two decimals."""

    code = "count_not_possible"
    sentence = _("Give a count of nought or more, with two decimals at the most.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line of a file that cannot be taken over, by its number in the file."""

    number: int
    sentence: str | Promise


class CountsNotRead(DomainError):
    """A file of counts has lines that are wrong: `lines` holds every one of them."""

    code = "counts_not_read"
    sentence = _("Nothing was taken over: lines of the file are wrong.")

    def __init__(self, lines: Sequence[BadLine]) -> None:
        super().__init__()
        self.lines = list(lines)

"""What stands in the way of a qualification."""

from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError


class AlreadyGranted(DomainError):
    """The person holds this qualification from that day already."""

    code = "already_granted"
    sentence = _("This person holds the qualification from that day already.")


class DatesTurnedAround(DomainError):
    """A validity ends before it begins."""

    code = "dates_turned_around"
    sentence = _("The last day comes before the first.")


class OwnTraining(DomainError):
    """Nobody qualifies themselves."""

    code = "own_training"
    sentence = _("Your own qualification is granted by somebody else.")


class QualificationNamed(DomainError):
    """The platform has a qualification of that name."""

    code = "qualification_named"
    sentence = _("The platform has a qualification called %(name)s already.")

"""Whether a team has been told of a charge, until when it may dispute it, and whether it does.

A charge that was written anew on another account counts as told with the one it replaced.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, TruncDate

from billing.models import Charge, Dispute, StatementLine

CENTRE = ZoneInfo(settings.CELERY_TIMEZONE)
"""The calendar of the centre, by which days to dispute are counted."""

_LAST_DAY = ExpressionWrapper(
    TruncDate("statement__closed_at", tzinfo=CENTRE) + F("charge__issuer__dispute_days"),
    output_field=DateField(),
)


def with_last_day(charges: QuerySet[Charge]) -> QuerySet[Charge]:
    """Add `last_day`, on which a charge may still be disputed: None until a statement tells it.

    Days after the one on which its statement was closed, as many as its issuer gives.
    """
    lines = StatementLine.objects.filter(charge=OuterRef("told_as")).annotate(last=_LAST_DAY)
    return charges.alias(told_as=Coalesce(F("moved_from__first"), F("pk"))).annotate(
        last_day=Subquery(lines.values("last")[:1], output_field=DateField())
    )


def is_disputed() -> Exists:
    """Return the condition on charges that a dispute of theirs is open."""
    return Exists(Dispute.objects.filter(charge=OuterRef("pk"), state=Dispute.State.OPEN))


def settled(on: dt.date) -> Q:
    """Return the condition on charges with their last day that it lies before a day."""
    return Q(last_day__lt=on)


def centre_day(now: dt.datetime) -> dt.date:
    """Return the day of the centre's calendar."""
    return now.astimezone(CENTRE).date()

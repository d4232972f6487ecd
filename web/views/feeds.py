"""What programs read without a log-in: a person's calendar, by its secret address.

The key stands in the query, which no log of ours keeps.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from accounts.queries import person_of_calendar
from bookings.feed import calendar_of
from web.limits import Limit, address_of

GUESSES = Limit(name="calendar-guesses", most=20, seconds=900)
READS = Limit(name="calendar-reads", most=120, seconds=3600)
LONGEST = 100


@login_not_required
@never_cache
@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """Give the calendar that a key opens; with any other key there is nothing here."""
    now, address = timezone.now(), address_of(request)
    if GUESSES.is_reached(address, now=now):
        return _later(GUESSES)
    try:
        person = person_of_calendar(request.GET.get("key", "")[:LONGEST])
    except NotFound as refusal:
        GUESSES.count(address, now=now)
        raise Http404 from refusal
    if READS.is_reached(str(person.pk), now=now):
        return _later(READS)
    READS.count(str(person.pk), now=now)
    calendar = calendar_of(person, now=now)
    return HttpResponse(calendar, content_type="text/calendar; charset=utf-8")


def _later(limit: Limit) -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": str(limit.seconds)})

"""The price and the verdict of a choice on the calendar, before the panel is opened."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.errors import DomainError, NotFound
from bookings.judging import verdict
from bookings.wish import Wish
from bookings.wording import money_text
from facilities.permissions import instruments_visible_to
from web.errors import status_of
from web.forms.booking import WITHIN_REASON, period_typed
from web.pages import member_page
from web.people import PageRequest


class Choice(forms.Form):
    """A time on an instrument, on the platform's clock."""

    instrument = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    day = forms.DateField(validators=WITHIN_REASON)
    start = forms.TimeField()
    end = forms.TimeField()
    last_day = forms.DateField(required=False, validators=WITHIN_REASON)


@require_safe
@member_page
def check(request: PageRequest) -> HttpResponse:
    """Say what a choice would cost and whether it could be booked; nothing is written."""
    now, person = timezone.now(), request.viewer.user
    asked = Choice(request.GET)
    if not asked.is_valid():
        return JsonResponse({"refused": True, "price": "", "said": ""}, status=400)
    instrument = instruments_visible_to(person).filter(pk=asked.cleaned_data["instrument"]).first()
    if instrument is None:
        raise NotFound
    try:
        wish = Wish(
            instrument_id=instrument.pk,
            period=period_typed(asked.cleaned_data, instrument.facility.tz),
            booked_for_id=person.pk,
            operator_needed=instrument.mode == "assisted",
        )
        judged = verdict(actor=person, wish=wish, now=now)
    except ValueError:
        return JsonResponse({"refused": True, "price": "", "said": ""}, status=400)
    except DomainError as refusal:
        told = {"refused": True, "price": "", "said": str(refusal)}
        return JsonResponse(told, status=status_of(refusal))
    return JsonResponse(
        {
            "refused": bool(judged.violations),
            "price": money_text(judged.estimate.amount_cents) if judged.estimate else "",
            "said": " ".join(str(violation.detail) for violation in judged.violations),
        }
    )

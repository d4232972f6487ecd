"""Who is trained on a platform: qualifications, granting them, taking one back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import NotFound
from accounts.queries import person_with_address
from bookings.consequences import bookings_needing
from bookings.wording import date_text
from compliance.permissions import grants_visible_to
from compliance.services import grant_qualification, revoke_grant, set_qualification
from facilities.errors import NoSuchPerson
from web.forms.running import GrantForm, QualificationForm, ReasonForm
from web.people import PageRequest
from web.sessions import SHOWN_WITH, sessions_of
from web.views.running.scope import attempted, shown, training_page

MOST = 100
LONGEST_SEARCH = 100
SOON = dt.timedelta(days=30)


@require_http_methods(["GET", "HEAD", "POST"])
@training_page
def people(request: PageRequest, facility: Any) -> HttpResponse:
    """Show who holds which qualification of the platform, and grant one."""
    today = timezone.now().astimezone(facility.tz).date()
    qualifications = list(facility.qualifications.prefetch_related("instruments").order_by("name"))
    choices = [(one.pk, one.name) for one in qualifications]
    form = GrantForm(request.POST or None, qualifications=choices, initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():

        def step() -> str:
            return _granted(request, form)

        if done := attempted(request, step, form, to="platform_people", code=facility.code):
            return done
    search = request.GET.get("search", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    grants = list(_found(request, facility, search)[: MOST + 1])
    context = {
        "form": form,
        "qualifications": qualifications,
        "rows": [_row(grant, today) for grant in grants[:MOST]],
        "is_cut": len(grants) > MOST,
        "most": MOST,
        "search": search,
    }
    status = form.refused_with if request.method == "POST" else 200
    return shown(request, facility, "people", context, status=status)


def _granted(request: PageRequest, form: GrantForm) -> str:
    cleaned = form.cleaned_data
    person = person_with_address(cleaned["email"])
    if person is None:
        raise NoSuchPerson(email=cleaned["email"])
    grant = grant_qualification(
        actor=request.viewer.user,
        user_id=person.pk,
        qualification_id=cleaned["qualification"],
        level=cleaned["level"],
        valid_from=cleaned["valid_from"],
        valid_until=cleaned["valid_until"],
    )
    names = {"person": person, "qualification": grant.qualification.name}
    return _("%(person)s holds %(qualification)s.") % names


def _found(request: PageRequest, facility: Any, search: str) -> Any:
    grants = grants_visible_to(request.viewer.user).filter(qualification__facility=facility)
    for word in search.split():
        grants = (
            grants.filter(user__last_name__icontains=word)
            | grants.filter(user__first_name__icontains=word)
            | grants.filter(user__email__icontains=word)
            | grants.filter(qualification__name__icontains=word)
        )
    named = grants.select_related("user")
    return named.order_by("revoked_on", "user__last_name", "user__first_name", "-valid_from", "pk")


def _row(grant: Any, today: dt.date) -> dict[str, Any]:
    return {
        "id": grant.pk,
        "person": str(grant.user),
        "email": grant.user.email,
        "qualification": grant.qualification.name,
        "level": grant.get_level_display(),
        "since": date_text(grant.valid_from),
        "until": date_text(grant.valid_until) if grant.valid_until else "",
        "standing": _standing(grant, today),
        "is_open": grant.revoked_on is None,
    }


def _standing(grant: Any, today: dt.date) -> tuple[str, str, str]:
    """Return how a grant stands today: a class, an icon and a word."""
    if grant.revoked_on is not None and grant.revoked_on <= today:
        word = _("revoked %(day)s") % {"day": date_text(grant.revoked_on)}
        return "is-risk", "x", f"{word}: {grant.revoked_reason}" if grant.revoked_reason else word
    if grant.valid_until is not None and grant.valid_until < today:
        return "", "clock", _("ended")
    if grant.valid_from > today:
        return "", "clock", _("to come")
    if grant.valid_until is not None and grant.valid_until < today + SOON:
        return "is-wait", "hourglass", _("ends soon")
    return "is-ok", "circle-check", _("valid")


@require_http_methods(["GET", "HEAD", "POST"])
@training_page
def revoke(request: PageRequest, facility: Any, grant_id: int) -> HttpResponse:
    """Take a qualification back, once it is seen which coming sessions need it."""
    now = timezone.now()
    grants = grants_visible_to(request.viewer.user).select_related("user")
    grant = grants.filter(qualification__facility=facility, pk=grant_id).first()
    if grant is None:
        raise NotFound
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def step() -> str:
            revoke_grant(
                actor=request.viewer.user,
                grant_id=grant_id,
                now=now,
                reason=form.cleaned_data["reason"],
            )
            return _("Revoked from today on: %(person)s.") % {"person": grant.user}

        if done := attempted(request, step, form, to="platform_people", code=facility.code):
            return done
    coming = bookings_needing(grant, now=now).select_related(*SHOWN_WITH)[:MOST]
    context = {
        "form": form,
        "grant": grant,
        "sessions": sessions_of(coming, viewer=request.viewer, now=now),
    }
    status = form.refused_with if request.method == "POST" else 200
    return shown(request, facility, "revoke", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@training_page
def qualification(
    request: PageRequest, facility: Any, qualification_id: int | None = None
) -> HttpResponse:
    """Name a qualification and the instruments that ask for it; a new one without a number."""
    known = None
    if qualification_id is not None:
        known = facility.qualifications.filter(pk=qualification_id).first()
        if known is None:
            raise NotFound
    instruments = facility.instruments.exclude(state="retired").order_by("name", "pk")
    choices = list(instruments.values_list("pk", "name"))
    asking = [str(one.pk) for one in known.instruments.all()] if known else []
    initial = {"name": known.name if known else "", "instruments": asking}
    form = QualificationForm(request.POST or None, instruments=choices, initial=initial)
    if request.method == "POST" and form.is_valid():

        def step() -> str:
            set_qualification(
                actor=request.viewer.user,
                facility_id=facility.pk,
                name=form.cleaned_data["name"],
                instrument_ids=form.cleaned_data["instruments"],
                qualification_id=qualification_id,
            )
            return _("Saved.")

        if done := attempted(request, step, form, to="platform_people", code=facility.code):
            return done
    status = form.refused_with if request.method == "POST" else 200
    context = {"form": form, "qualification": known}
    return shown(request, facility, "qualification", context, status=status)

"""What a person says of themselves, how they are told, and all that is kept about them."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services as people
from accounts.errors import DomainError, TooManyAsked
from accounts.queries import calendar_url
from bookings import services
from web.forms.profile import AboutForm, TellingForm
from web.limits import Limit
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.personal_export import archive_of

EXPORTS = Limit(name="exports", most=10, seconds=3600)
ABOUT = ("first_name", "last_name", "language", "uses_letter_keys")
TELLING = ("reminder_minutes", "wants_confirmations")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def page(request: PageRequest) -> HttpResponse:
    """Show what a person can say of themselves; a post changes name, language and keys."""
    if request.method == "POST":
        form = AboutForm(request.POST)
        if _is_saved(request, form):
            chosen = form.cleaned_data["language"]
            with translation.override(chosen):
                messages.success(request, _("Saved."))
            return _speaking(redirect("profile"), chosen)
        return _page(request, about=form)
    return _page(request)


@require_POST
@member_page
def telling(request: PageRequest) -> HttpResponse:
    """Change which reminders and confirmations a person wants."""
    form = TellingForm(request.POST, minutes=request.viewer.user.reminder_minutes)
    if _is_saved(request, form):
        messages.success(request, _("Saved. Your coming sessions follow."))
        return redirect("profile")
    return _page(request, telling=form)


@require_POST
@member_page
def renew_calendar(request: PageRequest) -> HttpResponse:
    """Give the person's calendar a new address."""

    def step() -> str:
        people.renew_calendar_address(actor=request.viewer.user)
        return _("Your calendar has a new address. The old one shows nothing any more.")

    return carried_out(request, step, otherwise="/profile/")


@require_safe
@member_page
def export(request: PageRequest) -> HttpResponse:
    """Give a person everything that is kept about them, as one file.

    Source: GDPR (EU) 2016/679, article 15 (access) and article 20 (portability): a copy
    of the data, in a structured, commonly used and machine-readable format.
    """
    user, now = request.viewer.user, timezone.now()
    if EXPORTS.is_reached(str(user.pk), now=now):
        raise TooManyAsked
    EXPORTS.count(str(user.pk), now=now)
    return HttpResponse(
        archive_of(user, now=now),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="plateau-{now:%Y-%m-%d}.zip"'},
    )


def _is_saved(request: PageRequest, form: forms.Form) -> bool:
    if not form.is_valid():
        return False
    try:
        services.change_profile(
            actor=request.viewer.user, changes=form.cleaned_data, now=timezone.now()
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(
    request: PageRequest, *, about: AboutForm | None = None, telling: TellingForm | None = None
) -> HttpResponse:
    user = request.viewer.user
    is_wrong = about is not None or telling is not None
    if about is None:
        about = AboutForm(initial={name: getattr(user, name) for name in ABOUT})
    if telling is None:
        wishes = {name: getattr(user, name) for name in TELLING}
        telling = TellingForm(initial=wishes, minutes=user.reminder_minutes)
    context = {"about": about, "telling": telling, "calendar_url": calendar_url(user)}
    return render(request, "web/profile.html", context, status=422 if is_wrong else 200)


def _speaking(response: HttpResponse, language: str) -> HttpResponse:
    """Let the language of this browser follow the person's choice."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
    )
    return response

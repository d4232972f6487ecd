"""Accepting an invitation: a stranger makes an account, a known person comes in.

The link's word moves into the session at once, so that no address in the browser's
history, no log and no other site ever holds it for longer.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.errors import DomainError, LinkNotValid, PasswordRefused
from accounts.queries import has_account, invitation_by_word
from web.errors import refused
from web.forms.teams import NewPersonForm
from web.limits import Limit, address_of

WORD = "invitation"
LONGEST = 100
GUESSES = Limit(name="invitation-guesses", most=20, seconds=900)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Show who invites to which team; a post accepts."""
    if key := request.GET.get("key", ""):
        request.session[WORD] = key[:LONGEST]
        return redirect("invitation")
    try:
        return _accepted(request) if request.method == "POST" else _page(request)
    except DomainError as refusal:
        return refused(request, refusal)


def _word(request: HttpRequest) -> str:
    """Return the word of the session, unless its address has guessed too often."""
    now, address = timezone.now(), address_of(request)
    word = str(request.session.get(WORD, ""))
    if GUESSES.is_reached(address, now=now):
        raise LinkNotValid
    try:
        invitation_by_word(word, now=now)
    except LinkNotValid:
        GUESSES.count(address, now=now)
        raise
    return word


def _accepted(request: HttpRequest) -> HttpResponse:
    word, now = _word(request), timezone.now()
    if request.user.is_authenticated:
        invitation = services.accept_invitation(actor=request.user, word=word, now=now)
        return _welcome(request, invitation.team_id)
    form = NewPersonForm(request.POST)
    if form.is_valid():
        try:
            person = services.accept_as_new_person(
                word=word,
                language=get_language() or settings.LANGUAGE_CODE,
                now=now,
                **form.cleaned_data,
            )
        except PasswordRefused as refusal:
            for sentence in refusal.sentences:
                form.add_error("password", sentence)
        else:
            login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
            return _welcome(request, person.memberships.get().team_id)
    return _page(request, form=form)


def _welcome(request: HttpRequest, team_id: int) -> HttpResponse:
    request.session.pop(WORD, None)
    messages.success(request, _("You belong to the team now. Find an instrument and book it."))
    return redirect("team", team_id)


def _page(request: HttpRequest, *, form: NewPersonForm | None = None) -> HttpResponse:
    invitation = invitation_by_word(_word(request), now=timezone.now())
    user = request.user
    context = {
        "invitation": invitation,
        "is_known": has_account(invitation.email),
        "is_other": user.is_authenticated and user.email.lower() != invitation.email,
        "form": form or NewPersonForm(),
    }
    return render(request, "web/teams/invitation.html", context, status=422 if form else 200)

"""How every page for people who are logged in begins and ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts.errors import DomainError, NotFound
from web.errors import refused
from web.people import PageRequest, viewer_of

P = ParamSpec("P")
Page = Callable[Concatenate[PageRequest, P], HttpResponse]


def member_page(page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Send strangers to the log-in page, and let a page raise what the house refuses."""

    @login_required
    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        known = cast(PageRequest, request)
        known.viewer = viewer_of(request, now=timezone.now())
        try:
            return page(known, *args, **kwargs)
        except DomainError as refusal:
            return refused(request, refusal)

    @wraps(guarded)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return _to_the_log_in_page(request)
        return guarded(request, *args, **kwargs)

    return opened


def _to_the_log_in_page(request: HttpRequest) -> HttpResponse:
    """Send the whole page there, not the part of it that asked; then back to where it was."""
    asked = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"{asked.path}?{asked.query}" if asked.query else asked.path or "/"
    address = f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: back})}"
    return HttpResponseClientRedirect(address)


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Return the address a form, or a link to one, asked to come back to, if it is one of ours."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if asked and is_ours else otherwise


def carried_out(request: PageRequest, step: Callable[[], str], *, otherwise: str) -> HttpResponse:
    """Take one step and go back; what it says, or why it was refused, stands on that page.

    Raises:
        NotFound: there is no such thing for this person, so there is no page to go back to.
    """
    try:
        messages.success(request, step())
    except NotFound:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(way_back(request, otherwise))

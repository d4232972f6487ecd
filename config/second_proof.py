"""Where a second proof is compulsory, nothing is reached in a session that has given none.

Pages, API by session and set-up alike. What the session has proven is read from the session,
never from the request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts.proofs import ProofMissing, has_proof
from api import errors
from facilities.proofs import must_prove_more

ON_THE_WAY = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "live",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "protect",
        "ready",
        "set_language",
        "theme",
    }
)
"""What leads to a proof, away, or shows nothing."""


class SecondProof:
    """Lead those who must prove more to where they do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer in the view's place where a proof is missing."""
        if not settings.MFA_COMPULSORY or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match is not None and match.view_name in ON_THE_WAY:
            return None
        if has_proven(request) or not must_prove_more(request.user, on=timezone.now().date()):
            return None
        return _led_on(request)


def has_proven(request: HttpRequest) -> bool:
    """Say whether this session has given a second proof."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def _led_on(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return errors.refusal(ProofMissing())
    user = request.user
    assert user.is_authenticated
    if not has_proof(user):
        url = reverse("protect")
    else:  # it was set up in another window, after this one came in by password alone
        back = request.get_full_path() if request.method == "GET" else "/"
        url = f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)

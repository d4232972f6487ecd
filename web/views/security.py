"""What keeps an account its owner's: password, second proofs, log-ins elsewhere, tokens."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.proofs import Proofs, proofs_of, take_code
from accounts.tokens import revoke_own_token, tokens_of
from facilities.proofs import must_prove_more
from web.browsers import browser_named
from web.pages import carried_out, member_page
from web.people import PageRequest


@require_safe
@member_page
def page(request: PageRequest) -> HttpResponse:
    """Show all that opens this account, and what to do about each."""
    user, now = request.viewer.user, timezone.now()
    proofs = proofs_of(user)
    context = {
        "title": _title(proofs, has_password=user.has_usable_password()),
        "proofs": proofs,
        "is_compulsory": settings.MFA_COMPULSORY and must_prove_more(user, on=now.date()),
        "sessions": _sessions(request),
        "tokens": tokens_of(user, now=now),
        "has_providers": bool(get_adapter().list_providers(request)),
        "linked": SocialAccount.objects.filter(user=user).count(),
    }
    return render(request, "web/security.html", context)


@require_safe
@login_required
def protect(request: HttpRequest) -> HttpResponse:
    """Lead somebody whose role asks for it to their first second proof."""
    if proofs_of(request.user).any:  # type: ignore[arg-type]
        return redirect("security")
    return render(request, "web/protect.html")


@require_POST
@member_page
def end_sessions(request: PageRequest) -> HttpResponse:
    """End the person's sessions in every other browser."""

    def step() -> str:
        end_other_sessions(request, request.viewer.user)
        return _("You are logged out everywhere but here.")

    return carried_out(request, step, otherwise="/security/")


@require_POST
@member_page
def end_token(request: PageRequest) -> HttpResponse:
    """End one token of the person's own."""

    def step() -> str:
        revoke_own_token(user=request.viewer.user, token_id=request.POST.get("token", ""))
        return _("The token has ended.")

    return carried_out(request, step, otherwise="/security/")


class ActivateApp(ActivateTOTPView):
    """The page on which an app is added; its first code is the session's proof."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        take_code(user=self.request.user, code=form.cleaned_data["code"], now=timezone.now())
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return answer


class AddPasskey(AddWebAuthnView):
    """The page on which a passkey is added: always one that opens the account by itself."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # Last, since it is what the session expects an answer to.
        context["options"] = begin_registration(self.request.user, passwordless=True)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="webauthn")
        return answer


activate_app = ActivateApp.as_view()
add_passkey = AddPasskey.as_view()


def _title(proofs: Proofs, *, has_password: bool) -> str:
    if proofs.any:
        return _("Your account needs more than a password")
    if has_password:
        return _("Your account is protected by a password alone")
    return _("Your account has no password")


def _sessions(request: HttpRequest) -> list[dict[str, Any]]:
    """Return where the person is logged in, this session first."""
    rows = UserSession.objects.purge_and_list(request.user)
    found = [
        {
            "browser": browser_named(row.user_agent),
            "ip": row.ip,
            "since": row.created_at,
            "is_here": row.session_key == request.session.session_key,
        }
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one["is_here"], one["since"]))

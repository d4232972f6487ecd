"""The forms in which a second proof is typed: each code is taken once."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from django.utils import timezone

from accounts.proofs import take_code


class CodeForm(AuthenticateForm):
    """A code of the app or a recovery code, at log-in."""

    def clean_code(self) -> str:
        """Take the code.

        Raises:
            ValidationError: it is wrong or used, or too many were tried.
        """
        forget_failures = check_rate_limit(self.user)
        code: str = self.cleaned_data["code"]
        authenticator = take_code(user=self.user, code=code, now=timezone.now())
        if authenticator is None:
            raise get_adapter().validation_error("incorrect_code")
        authenticator.user = self.user
        self.authenticator = authenticator
        forget_failures()
        return code


class CodeAgainForm(ReauthenticateForm):
    """The same, before something that matters is changed."""

    clean_code = CodeForm.clean_code

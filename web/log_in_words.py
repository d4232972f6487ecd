"""The sentences in which log-in refuses, in place of those of the library."""

from django.utils.translation import gettext_lazy as _

LOG_IN = {
    "account_inactive": _("This account is suspended."),
    "email_password_mismatch": _("This e-mail and password do not go together."),
    "enter_current_password": _("This is not your current password."),
    "incorrect_password": _("This is not your password."),
    "rate_limited": _("Too many attempts. Try again in a few minutes."),
    "too_many_login_attempts": _("Too many attempts. Try again in a quarter of an hour."),
}
PROOFS = {
    "incorrect_code": _("This code is wrong, too old or has been used."),
}

"""How people log in: by e-mail, with accounts that the centre makes."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class CentreMakesAccounts(DefaultAccountAdapter):
    """Refuse sign-up by oneself: a person is added by the centre or by a team."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Failed log-ins count for an account from one address: a stranger elsewhere who
        # tries its password keeps nobody out of their own account.
        login = str(credentials.get("email", "")).lower()
        return f"{self.get_client_ip(request)}:{login}"

"""How people log in: by e-mail, with accounts that the centre makes."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class CentreMakesAccounts(DefaultAccountAdapter):
    """Refuse sign-up by oneself: a person is added by the centre or by a team."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

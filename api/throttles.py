"""How often somebody may fail to log in."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

FAILURES = 10
WINDOW_SECONDS = 15 * 60


class FailedLogins(BaseThrottle):
    """Ten failures in a quarter of an hour, for an account from an address.

    Counted for both together, so that a stranger elsewhere cannot lock a person out.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        return int(cache.get(self._key(request)) or 0) < FAILURES

    def wait(self) -> float:
        return WINDOW_SECONDS

    @classmethod
    def count(cls, request: Request) -> None:
        """Count a failure."""
        key = cls._key(request)
        if not cache.add(key, 1, WINDOW_SECONDS):
            cache.incr(key)

    @classmethod
    def _key(cls, request: Request) -> str:
        data = request.data if isinstance(request.data, dict) else {}
        who = f"{str(data.get('email', '')).lower()}|{cls().get_ident(request)}"
        return "login-failures:" + hashlib.sha256(who.encode(errors="replace")).hexdigest()

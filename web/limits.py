"""How often an address or a person may ask for something that is dear or could be guessed.

Counted in the shared cache in windows of time: roughly, and forgotten when the cache is away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many times in so many seconds."""

    name: str
    most: int
    seconds: int

    def is_reached(self, who: str, *, now: dt.datetime) -> bool:
        """Say whether somebody has to wait."""
        return bool(cache.get(self._key(who, now), 0) >= self.most)

    def count(self, who: str, *, now: dt.datetime) -> None:
        """Note one more time."""
        key = self._key(who, now)
        cache.set(key, cache.get(key, 0) + 1, self.seconds)

    def _key(self, who: str, now: dt.datetime) -> str:
        window = int(now.timestamp()) // self.seconds
        return f"limit:{self.name}:{window}:{hashlib.sha256(who.encode()).hexdigest()}"


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from, as the log-in page counts it."""
    return str(get_adapter(request).get_client_ip(request))

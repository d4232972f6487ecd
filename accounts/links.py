"""Words for links that open something by themselves: unguessable, and never stored.

A word is made from a seed in the database and the site's secret key, so that it can be
made again for a mail or a page, while a copy of the database opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

INVITATION = "plateau.invitation"
CALENDAR = "plateau.calendar"


def word_of(purpose: str, seed: object, owner: str) -> str:
    """Make the word of a seed for its owner: 256 bits, fit for an address."""
    return next(_words(purpose, seed, owner))


def is_word_of(word: str, purpose: str, seed: object, owner: str) -> bool:
    """Say whether a word was made from a seed, with this secret key or one before it."""
    return any(constant_time_compare(word, known) for known in _words(purpose, seed, owner))


def word_with_hash(link_hash: str, purpose: str, seed: object, owner: str) -> str | None:
    """Make a word again, with the key of the day its hash was stored; None if that is gone."""
    words = _words(purpose, seed, owner)
    return next((word for word in words if hash_of(word) == link_hash), None)


def hash_of(word: str) -> str:
    """Return what is stored of a word."""
    return hashlib.sha256(word.encode()).hexdigest()


def _words(purpose: str, seed: object, owner: str) -> Iterator[str]:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digest = salted_hmac(purpose, f"{seed}:{owner}", secret=key, algorithm="sha256").digest()
        yield base64.urlsafe_b64encode(digest).decode().rstrip("=")

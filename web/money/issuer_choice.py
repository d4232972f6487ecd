"""Which issuer's books a page is about: the one asked for, or the first of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode

from accounts.permissions import require
from billing.permissions import issuers_kept_by
from web.people import PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The issuers whose books the viewer keeps, and the one that is looked at."""

    issuers: list[Any]
    issuer: Any

    def query(self, **more: str) -> str:
        """Return the query of an address about this issuer."""
        return urlencode({"issuer": self.issuer.code, **more})


def kept(request: PageRequest) -> Kept | None:
    """Return what the viewer keeps the books of; None while there is no issuer at all.

    Raises:
        NotPermitted: they keep no books.
    """
    require(request.viewer.keeps_books)
    issuers = list(issuers_kept_by(request.viewer.user).order_by("code"))
    if not issuers:
        return None
    code = request.GET.get("issuer") or request.POST.get("issuer", "")
    issuer = next((one for one in issuers if one.code == code), issuers[0])
    return Kept(issuers=issuers, issuer=issuer)

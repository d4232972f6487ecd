"""The pages of log-in as the other pages: with the person's bar where somebody is logged in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from web.people import viewer_of

PREFIX = "/accounts/"
Answer = Callable[[HttpRequest], HttpResponse]


def with_bar(get_response: Answer) -> Answer:
    """Say who looks, to the pages that a library answers; read only where a page asks."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PREFIX) and request.user.is_authenticated:
            viewer = SimpleLazyObject(lambda: viewer_of(request, now=timezone.now()))
            request.viewer = viewer  # type: ignore[attr-defined]
        return get_response(request)

    return answer

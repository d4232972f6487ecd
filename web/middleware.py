"""What holds for every page: language, no copy in a shared browser, little to carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import add_never_cache_headers

Answer = Callable[[HttpRequest], HttpResponse]


def person_language(get_response: Answer) -> Answer:
    """Speak the language of the person who is logged in, unless they chose another here."""

    def answer(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language() or user.language
        return get_response(request)

    return answer


def never_stored(get_response: Answer) -> Answer:
    """Keep what is shown to somebody who is logged in out of every cache."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    return answer


def compressed(get_response: Answer) -> Answer:
    """Compress pages, with Django's padding against guessing secrets by their length (BREACH).

    The API's answers stay as they are: compression would weaken the ETags that `If-Match`
    compares, and a client may ask its proxy for it.
    """
    compressing = GZipMiddleware(get_response)

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return get_response(request)
        # A file that streams is no HttpResponse, and compresses all the same.
        return cast(HttpResponse, compressing(request))

    return answer

"""What holds for every page: the person's language, and nothing kept by a shared browser."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
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

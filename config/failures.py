"""What is answered where no view answers: below /api/ as a problem, elsewhere as a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from api import errors


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refuses to read."""
    if _is_for_the_api(request):
        return errors.answer(400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer who may not."""
    if _is_for_the_api(request):
        return errors.answer(403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that does not exist."""
    if _is_for_the_api(request):
        return errors.answer(404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when we failed; what failed is in the log, never in the answer."""
    if _is_for_the_api(request):
        return errors.answer(500)
    return defaults.server_error(request)


def _is_for_the_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")

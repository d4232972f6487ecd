"""What a refusal looks like as a page: its sentence, and what to do next."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.errors import Busy, DomainError, LinkNotValid, NotFound, NotPermitted, TooManyAsked
from bookings.errors import PolicyViolated, ReasonRequired, SlotTaken

RETRY_AFTER_SECONDS = "2"

STATUS_OF: dict[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotPermitted: HTTPStatus.FORBIDDEN,
    LinkNotValid: HTTPStatus.GONE,
    TooManyAsked: HTTPStatus.TOO_MANY_REQUESTS,
    SlotTaken: HTTPStatus.CONFLICT,
    PolicyViolated: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReasonRequired: HTTPStatus.UNPROCESSABLE_ENTITY,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Anything else is a conflict with what is stored."""


def status_of(refusal: DomainError) -> HTTPStatus:
    """Return the HTTP status that says what kind of refusal it is."""
    for kind in type(refusal).__mro__:
        if kind in STATUS_OF:
            return STATUS_OF[kind]
    return HTTPStatus.CONFLICT


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Answer with a page that says what is the case."""
    status = status_of(refusal)
    response = render(request, "web/refused.html", {"sentence": str(refusal)}, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response

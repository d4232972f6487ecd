"""How errors travel: everything refused becomes problem+json (RFC 9457).

The domain's errors know no HTTP; the table here gives each its status.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    AlreadyInvited,
    AlreadyMember,
    Busy,
    DomainError,
    KeyReused,
    NoHeadLeft,
    NotFound,
    NotPermitted,
    StaleVersion,
    TooManyAsked,
)
from accounts.proofs import ProofMissing
from accounts.transactions import TRIES, sqlstate
from api.fields import instant_text
from billing.errors import AlreadyReversed, NothingToCredit, PdfUnavailable, RateMissing
from billing.month_end.errors import (
    AlreadyDisputed,
    DisputeTooLate,
    NotStatedYet,
    RunUnderWay,
)
from billing.orders.errors import (
    CodeInUse,
    DeliveryCredited,
    DeliveryTakenBack,
    MilestoneReached,
    WrongStage,
)
from billing.payments.errors import (
    PaymentSpent,
    PeriodClosed,
    PeriodOutOfOrder,
    TooMuchAllocated,
)
from billing.prices.contract_errors import AgreedTwice, ContractCharged, ContractsOverlap
from billing.prices.errors import ListStays, PartsNotPossible
from billing.quotes.errors import NotADraft, QuoteExpired, QuoteNotOpen, ReferenceInUse
from bookings.errors import OperatorTaken, PolicyViolated, SlotTaken, TooEarly, TooLate, WrongState
from compliance.errors import AlreadyGranted

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"
FOREIGN_KEY_VIOLATION = "23503"

STATUS_OF: dict[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotPermitted: HTTPStatus.FORBIDDEN,
    ProofMissing: HTTPStatus.FORBIDDEN,
    StaleVersion: HTTPStatus.PRECONDITION_FAILED,
    SlotTaken: HTTPStatus.CONFLICT,
    OperatorTaken: HTTPStatus.CONFLICT,
    WrongState: HTTPStatus.CONFLICT,
    TooEarly: HTTPStatus.CONFLICT,
    TooLate: HTTPStatus.CONFLICT,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    AlreadyGranted: HTTPStatus.CONFLICT,
    RateMissing: HTTPStatus.CONFLICT,
    ListStays: HTTPStatus.CONFLICT,
    NotADraft: HTTPStatus.CONFLICT,
    QuoteNotOpen: HTTPStatus.CONFLICT,
    QuoteExpired: HTTPStatus.CONFLICT,
    ReferenceInUse: HTTPStatus.CONFLICT,
    PdfUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    WrongStage: HTTPStatus.CONFLICT,
    MilestoneReached: HTTPStatus.CONFLICT,
    DeliveryTakenBack: HTTPStatus.CONFLICT,
    DeliveryCredited: HTTPStatus.CONFLICT,
    CodeInUse: HTTPStatus.CONFLICT,
    AlreadyReversed: HTTPStatus.CONFLICT,
    NothingToCredit: HTTPStatus.CONFLICT,
    AgreedTwice: HTTPStatus.CONFLICT,
    ContractCharged: HTTPStatus.CONFLICT,
    ContractsOverlap: HTTPStatus.CONFLICT,
    PaymentSpent: HTTPStatus.CONFLICT,
    TooMuchAllocated: HTTPStatus.CONFLICT,
    PeriodClosed: HTTPStatus.CONFLICT,
    PeriodOutOfOrder: HTTPStatus.CONFLICT,
    AlreadyAnswered: HTTPStatus.CONFLICT,
    AlreadyAsked: HTTPStatus.CONFLICT,
    AlreadyInvited: HTTPStatus.CONFLICT,
    AlreadyMember: HTTPStatus.CONFLICT,
    NoHeadLeft: HTTPStatus.CONFLICT,
    AlreadyDisputed: HTTPStatus.CONFLICT,
    DisputeTooLate: HTTPStatus.CONFLICT,
    NotStatedYet: HTTPStatus.CONFLICT,
    RunUnderWay: HTTPStatus.CONFLICT,
    TooManyAsked: HTTPStatus.TOO_MANY_REQUESTS,
}
"""Any other domain error is 422: understood, and not possible as it stands."""

Problem = dict[str, Any]


class PreconditionRequired(exceptions.APIException):
    """A change did not say which version it had seen (RFC 6585)."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_code = "precondition_required"
    default_detail = _("Say which version you have seen: send its ETag as If-Match.")


def problem(status: int, code: str, detail: str, **more: Any) -> Problem:
    """Return the members of a problem document."""
    return {
        "type": f"urn:plateau:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        **more,
    }


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an error into an answer, or give None for what is a fault of ours."""
    document = _document_of(error)
    if document is None:
        return None
    headers = _headers_of(error)
    if document["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    set_rollback()
    return Response(document, status=document["status"], headers=headers, content_type=MEDIA_TYPE)


def _document_of(error: Exception) -> Problem | None:
    if isinstance(error, Http404):
        error = NotFound()
    elif isinstance(error, PermissionDenied):
        error = NotPermitted()
    if isinstance(error, DomainError):
        return problem_of(error)
    if isinstance(error, exceptions.APIException):
        return _problem_of_api(error)
    if isinstance(error, SuspiciousOperation):
        return problem_of_status(400)
    return _problem_of_database(error)


def _problem_of_database(error: Exception) -> Problem | None:
    if isinstance(error, DataError):
        # A number or a character that no column can hold is the asker's mistake.
        return problem(400, "invalid", str(_("A value is out of range.")))
    if isinstance(error, IntegrityError) and sqlstate(error) == FOREIGN_KEY_VIOLATION:
        return problem(400, "invalid", str(_("It names something that does not exist.")))
    if isinstance(error, OperationalError) and sqlstate(error) in TRIES:
        return problem_of(Busy())
    return None


def problem_of(error: DomainError) -> Problem:
    """Return the document that tells of a domain error."""
    status = next(
        (STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    more: Problem = {}
    if isinstance(error, PolicyViolated):
        more["violations"] = [
            {"code": broken.code, "detail": broken.detail, "field": broken.field}
            for broken in error.violations
        ]
    if isinstance(error, PartsNotPossible):
        more["violations"] = [
            {"code": error.code, "detail": wrong.sentence, "field": wrong.place}
            for wrong in error.mistakes
        ]
    if isinstance(error, SlotTaken):
        more["alternatives"] = [
            {"start": instant_text(free.start), "end": instant_text(free.end)}
            for free in error.alternatives
        ]
    return problem(status, error.code, str(error), **more)


def _problem_of_api(error: exceptions.APIException) -> Problem:
    status = int(error.status_code)
    if isinstance(error, exceptions.ValidationError):
        violations = list(_violations(error.get_full_details()))
        codes = {violation["code"] for violation in violations}
        code = "naive_datetime" if codes == {"naive_datetime"} else "invalid"
        return problem(status, code, str(_("The request has mistakes.")), violations=violations)
    codes_of = error.get_codes()
    code = codes_of if isinstance(codes_of, str) else "invalid"
    return problem(status, code, str(error.detail))


def _violations(details: Any, field: str = "") -> Iterator[dict[str, str]]:
    if isinstance(details, list):
        for part in details:
            yield from _violations(part, field)
    elif isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"code": details["code"], "detail": str(details["message"]), "field": field}
    elif isinstance(details, dict):
        for name, part in details.items():
            inner = "" if name == "non_field_errors" else str(name)
            yield from _violations(part, ".".join(filter(None, (field, inner))))


def _headers_of(error: Exception) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


SAID: dict[int, tuple[str, Promise]] = {
    400: ("invalid", _("The request cannot be understood.")),
    403: ("not_permitted", NotPermitted.sentence),
    404: ("not_found", NotFound.sentence),
    500: ("fault", _("Something went wrong here. It has been noted; try again later.")),
}
"""What is said where a request never reaches a view, or a view fails."""


def problem_of_status(status: int) -> Problem:
    """Return the document for a status that no error of the domain stands behind."""
    code, sentence = SAID[status]
    return problem(status, code, str(sentence))


def answer(status: int) -> HttpResponse:
    """Answer with a status from outside the framework's views."""
    return JsonResponse(problem_of_status(status), status=status, content_type=MEDIA_TYPE)


def refusal(error: DomainError) -> HttpResponse:
    """Answer with a domain error from outside the framework's views."""
    document = problem_of(error)
    return JsonResponse(document, status=document["status"], content_type=MEDIA_TYPE)


def not_found(request: HttpRequest) -> HttpResponse:
    """Answer an address below the API that does not exist, in the API's own form."""
    return answer(HTTPStatus.NOT_FOUND)

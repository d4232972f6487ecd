"""The Idempotency-Key header: a request that is sent again is answered, not repeated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, cast

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import Reply, carried_out_once

LONGEST_KEY = 200
PASSED_ON = ("ETag", "Location")

HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Your own name for this request, up to 200 characters. Sent again within 24 hours it "
        "is answered as the first time; with another body it is refused."
    ),
)


def idempotent(request: Request, work: Callable[[], Response]) -> HttpResponse:
    """Do the work once for each key; without a key, simply do it.

    Raises:
        ValidationError: the key is too long or not plain text.
        KeyReused: the key came with another request.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable() or not key.isascii():
        raise exceptions.ValidationError(
            {"Idempotency-Key": [_("Give 1 to 200 printable ASCII characters.")]}
        )
    reply = carried_out_once(
        owner=cast(Any, request.user),  # nobody comes here without having said who they are
        key=key,
        fingerprint=_fingerprint(request),
        now=timezone.now(),
        work=lambda: _reply(work()),
    )
    return HttpResponse(
        reply.body, status=reply.status, headers=reply.headers, content_type="application/json"
    )


def _fingerprint(request: Request) -> str:
    what = [request.method, request.path, request.data]
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()


def _reply(response: Response) -> Reply:
    headers = {name: response.headers[name] for name in PASSED_ON if name in response.headers}
    return Reply(
        status=response.status_code, headers=headers, body=JSONRenderer().render(response.data)
    )

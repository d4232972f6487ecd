"""How errors travel: domain errors become problem+json (RFC 9457)."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an error into an answer, or give None for what is a fault of ours."""
    return exception_handler(error, context)

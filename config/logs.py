"""Structured logs: one JSON line an event, with request and person id.

No bodies, no query strings, no secrets: what is not put in here cannot leak from a log.
"""

import re
from typing import Any

import structlog

RESET_KEY = re.compile(r"(/password/reset/key/)\S+")
SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def without_query(
    _logger: structlog.typing.WrappedLogger, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Cut the query string from a logged request: it may hold names and tokens.

    So may the path of the link to a new password.
    """
    if isinstance(request := event.get("request"), str):
        event["request"] = RESET_KEY.sub(r"\1", request.partition("?")[0])
    return event


def logging_settings(*, level: str) -> dict[str, Any]:
    """Give Django's LOGGING: everything as JSON lines on standard error."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            without_query,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would send mail and repeat each line.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Refused requests are the client's business, not the operator's.
            "django.request": {"level": "ERROR"},
        },
    }

"""Is this process alive, and can it serve? For load balancers and container health checks."""

import logging

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; asks nothing of anybody else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether database and broker answer: 200, or 503 with the one that does not."""
    checks = {"database": _database_answers(), "broker": _broker_answers()}
    return JsonResponse(
        {name: "ok" if answers else "unavailable" for name, answers in checks.items()},
        status=200 if all(checks.values()) else 503,
        headers={} if all(checks.values()) else {"Retry-After": "5"},
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as failure:
        log.warning("database_unavailable: %s", type(failure).__name__)
        return False
    return True


def _broker_answers() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError as failure:
        log.warning("broker_unavailable: %s", type(failure).__name__)
        return False
    finally:
        client.close()
    return True

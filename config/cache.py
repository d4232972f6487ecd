"""The shared cache, for throttles and other things that may be forgotten.

A request never fails because the cache is down: then nothing is remembered.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0

Answer = TypeVar("Answer")


class ForgetfulClient(RedisCacheClient):
    """A Redis client that answers as an empty cache would while the server is away.

    After a failure it leaves the server alone for two seconds, so that a server that
    does not answer costs one time-out and not one a request.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._away_until = 0.0
        self._clients: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        # One for each server, where Django makes one for each call.
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if id(pool) not in self._clients:
            self._clients[id(pool)] = self._client(  # type: ignore[attr-defined]
                connection_pool=pool
            )
        return self._clients[id(pool)]

    def _try(self, call: Callable[..., Answer], *args: Any, otherwise: Answer) -> Answer:
        if time.monotonic() < self._away_until:
            return otherwise
        try:
            return call(*args)
        except RedisError as failure:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            log.warning("cache_unavailable: %s", type(failure).__name__)
            return otherwise

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        # True, or a caller that waits for its lock would wait in vain.
        return self._try(super().add, key, value, timeout, otherwise=True)

    def get(self, key: Any, default: Any) -> Any:
        return self._try(super().get, key, default, otherwise=default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._try(super().set, key, value, timeout, otherwise=None)

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._try(super().touch, key, timeout, otherwise=False)

    def delete(self, key: Any) -> bool:
        return self._try(super().delete, key, otherwise=False)

    def get_many(self, keys: Any) -> Any:
        nothing: dict[Any, Any] = {}
        return self._try(super().get_many, keys, otherwise=nothing)

    def has_key(self, key: Any) -> bool:
        return self._try(super().has_key, key, otherwise=False)

    def incr(self, key: Any, delta: int) -> Any:
        return self._try(super().incr, key, delta, otherwise=delta)

    def set_many(self, data: Any, timeout: Any) -> None:
        self._try(super().set_many, data, timeout, otherwise=None)

    def delete_many(self, keys: Any) -> None:
        self._try(super().delete_many, keys, otherwise=None)

    def clear(self) -> bool:
        return self._try(super().clear, otherwise=False)


class ForgetfulCache(RedisCache):
    """Django's Redis cache with the client above."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgetfulClient

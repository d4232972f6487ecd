"""How each kind of process connects to PostgreSQL: how patiently, and through a pool or not."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.environment import database

# Milliseconds: how long a statement may run, wait for a lock, sit in a transaction.
PATIENCE = {
    "web": (5_000, 2_000, 10_000),
    "worker": (60_000, 5_000, 60_000),
    "beat": (60_000, 5_000, 60_000),
    "manage": (0, 2_000, 0),
}


def connection_settings(*, url: str, role: str, pool_size: int) -> dict[str, Any]:
    """Give Django's settings of the database; a pool of size 0 is none.

    Raises:
        ImproperlyConfigured: there is no such role, or the URL is of another database.
    """
    if role not in PATIENCE:
        raise ImproperlyConfigured(f"PLATEAU_ROLE must be one of {sorted(PATIENCE)}.")
    statement, lock, idle = PATIENCE[role]
    settings = {**database(url), "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    settings["OPTIONS"]["connect_timeout"] = 5
    settings["OPTIONS"]["options"] = (
        f"-c statement_timeout={statement} -c lock_timeout={lock}"
        f" -c idle_in_transaction_session_timeout={idle}"
    )
    if pool_size:
        settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 5}
    return settings

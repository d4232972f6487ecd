"""Telling what the outbox holds: claim, word, send, and try again later.

A message is claimed by a lease that lapses by itself, so what a killed worker held is
told by another. Nothing is sent inside a transaction. At least once: a worker killed
between sending a mail and noting it sends that one again, under the same Message-ID.
"""

import contextlib
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F

from notifications import envelope
from notifications.models import Delivery, OutboxMessage
from notifications.registry import Mail, renderer_of

logger = structlog.get_logger(__name__)

# Longer than one mail can take, shorter than anybody minds waiting after a crash.
LEASE = timedelta(seconds=30)
# Well inside a task's time limit, so that a slow mail server never gets a worker killed.
DRAIN_FOR = timedelta(seconds=45)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
DEAD_AT_ATTEMPTS = 20
ERROR_LENGTH = 500

Clock = Callable[[], datetime]


class LeaseLost(Exception):
    """Another worker has taken the message over; it is theirs to tell."""


class MailServerAway(Exception):
    """No connection to the mail server can be made."""


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling from ten seconds up to an hour."""
    return min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)


def drain(*, now: datetime, limit: int) -> int:
    """Tell at most so many due messages; returns how many were taken up.

    Any number may run at once, and each message is told by one of them. While the mail
    server does not answer nothing is claimed, so that an outage costs no attempts.
    """
    if not OutboxMessage.objects.due(now).exists():
        return 0
    clock = _clock_from(now)
    handled = 0
    try:
        with _open_post() as post:
            while handled < limit and clock() < now + DRAIN_FOR:
                message = _claim(now=clock())
                if message is None:
                    break
                _tell(message, post=post, clock=clock)
                handled += 1
    except MailServerAway:
        logger.exception("outbox_mail_server_away")
    return handled


@contextlib.contextmanager
def _open_post() -> Iterator[BaseEmailBackend]:
    post = get_connection()
    try:
        post.open()
    except (OSError, SMTPException) as error:
        raise MailServerAway from error
    try:
        yield post
    finally:
        _hang_up(post)


def _hang_up(post: BaseEmailBackend) -> None:
    with contextlib.suppress(OSError, SMTPException):
        post.close()


def _clock_from(now: datetime) -> Clock:
    # Sending takes real time; a lease counted from the start of the drain would run out.
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _claim(*, now: datetime) -> OutboxMessage | None:
    """Take the message that has waited longest, under a lease; None when none is due."""
    due = OutboxMessage.objects.due(now).order_by(F("available_at").asc(nulls_first=True), "id")
    with transaction.atomic(durable=True):
        message = due.select_for_update(skip_locked=True, no_key=True).first()
        if message is not None:
            message.claimed_until = now + LEASE
            message.attempts += 1
            message.save(update_fields=["claimed_until", "attempts"])
    return message


def _tell(message: OutboxMessage, *, post: BaseEmailBackend, clock: Clock) -> None:
    if message.attempts > DEAD_AT_ATTEMPTS:
        # It was claimed this often and never let go: it takes its workers down with it.
        _put_off(message, error="Its workers never came back.", now=clock())
        return
    try:
        error = _send_unsent(message, post=post, clock=clock)
    except LeaseLost:
        logger.warning("outbox_lease_lost", message=message.pk)
    except Exception as failure:
        _put_off(message, error=_described(failure), now=clock())
    else:
        if error:
            _put_off(message, error=error, now=clock())
        else:
            _release(message, done_at=clock(), last_error="")


def _send_unsent(message: OutboxMessage, *, post: BaseEmailBackend, clock: Clock) -> str:
    """Send to every address not yet told; returns the last failure, in words, or nothing."""
    mails: dict[str, Mail] = {}
    for mail in renderer_of(message.topic)(message.payload, clock()):
        mails.setdefault(mail.address, mail)
    error = ""
    for delivery in _unsent_deliveries(message, mails, now=clock()):
        wording = mails.get(delivery.address)
        if wording is None:
            delivery.withdrawn_at = clock()
            delivery.save(update_fields=["withdrawn_at"])
            continue
        _keep_lease(message, now=clock())
        error = _send_one(delivery, wording, post=post, clock=clock) or error
    return error


def _unsent_deliveries(
    message: OutboxMessage, mails: Mapping[str, Mail], *, now: datetime
) -> Iterable[Delivery]:
    """Fix the addresses at the first try; give those that have not been told yet."""
    if message.expanded_at is None:
        with transaction.atomic():
            Delivery.objects.bulk_create(
                [
                    Delivery(
                        message=message,
                        address=mail.address,
                        language=mail.language,
                        mail_id=_new_mail_id(),
                    )
                    for mail in mails.values()
                ],
                ignore_conflicts=True,
            )
            message.expanded_at = now
            message.save(update_fields=["expanded_at"])
    return message.deliveries.filter(sent_at=None, withdrawn_at=None).order_by("id")


def _send_one(delivery: Delivery, mail: Mail, *, post: BaseEmailBackend, clock: Clock) -> str:
    try:
        post.send_messages([envelope.sealed(mail, mail_id=delivery.mail_id)])
    except (OSError, SMTPException, ValueError) as failure:
        # The connection may be half-way through a dialogue: the next mail gets a new one.
        _hang_up(post)
        delivery.attempts += 1
        delivery.last_error = _described(failure)
    else:
        delivery.sent_at = clock()
        delivery.last_error = ""
    delivery.save(update_fields=["sent_at", "attempts", "last_error"])
    return delivery.last_error


def _keep_lease(message: OutboxMessage, *, now: datetime) -> None:
    lease = now + LEASE
    ours = OutboxMessage.objects.filter(pk=message.pk, claimed_until=message.claimed_until)
    if not ours.update(claimed_until=lease):
        raise LeaseLost
    message.claimed_until = lease


def _put_off(message: OutboxMessage, *, error: str, now: datetime) -> None:
    if message.attempts < DEAD_AT_ATTEMPTS:
        pause = pause_after(message.attempts)
        _release(message, available_at=now + pause, last_error=error)
        return
    message.deliveries.filter(sent_at=None, withdrawn_at=None).update(dead_at=now)
    _release(message, dead_at=now, last_error=error)
    logger.error("outbox_dead_letter", message=message.pk, topic=message.topic)


def _release(message: OutboxMessage, **outcome: datetime | str) -> None:
    """Let go of the claim with what came of it, unless it has passed to another worker."""
    ours = OutboxMessage.objects.filter(pk=message.pk, claimed_until=message.claimed_until)
    ours.update(claimed_until=None, **outcome)


def _described(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}".replace("\0", "")[:ERROR_LENGTH]


def _new_mail_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{uuid.uuid4()}@{domain}>"

"""A real SMTP server for the tests, on the loop-back address, that can be unkind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail.backends.smtp import EmailBackend
from pytest_django import Settings


@dataclass
class PostOffice:
    """Keeps what it is given; refuses the addresses it is told to refuse."""

    received: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    port: int = 0
    # Mail to this address waits at the counter until the gate is opened.
    held: str = ""
    at_the_counter: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.held in envelope.rcpt_tos:
            self.at_the_counter.set()
            await asyncio.to_thread(self.gate.wait, 30)
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        return "250 OK"

    def addresses(self) -> list[str]:
        """Who got a mail, in order of the alphabet, once for each mail."""
        return sorted(str(mail["To"]) for mail in self.received)


class AnyPort(Controller):
    """Lets the system choose the port, then says which it is."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def open_post_office(settings: Settings) -> Iterator[PostOffice]:
    """Run a server on a free port until the block ends, and mail by it."""
    office = PostOffice()
    controller = AnyPort(office, hostname="127.0.0.1", port=0)
    controller.start()
    office.port = controller.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    try:
        yield office
    finally:
        controller.stop()


class DiesAfterSending(EmailBackend):
    """A worker that is killed when the mail has gone and nothing is noted yet."""

    def send_messages(self, email_messages: Sequence[DjangoMessage]) -> int:
        super().send_messages(email_messages)
        raise KeyboardInterrupt

"""The demo's post: mails as files in one folder, written by a back-end, read by the pages.

Nothing leaves the machine. A file's name is its identifier and sorts by age.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ReceivedMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

PAGE = 50
# A filter looks no further back than this: the folder of a demo may grow for months.
SEARCHED = 2000
IDENTIFIER = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


class MailboxBackend(BaseEmailBackend):
    """Sends a mail by writing it whole to EMAIL_FILE_PATH, one .eml file each."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail under a temporary name first, so that no reader meets half of one."""
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
            unfinished = folder / f".{name}"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.replace(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the list shows of a mail."""

    identifier: str
    to: str
    subject: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that came with a mail."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail, opened."""

    envelope: Envelope
    sender: str
    text: str
    html: str
    enclosures: tuple[Enclosure, ...]


class NoSuchMail(LookupError):
    """No mail has this identifier."""


def envelopes(*, address: str = "", before: str = "") -> list[Envelope]:
    """Give a page of mails, newest first, to one address or to all, older than a given one."""
    found: list[Envelope] = []
    for path in _newest_first(before)[:SEARCHED]:
        envelope = _envelope_of(path)
        if address.lower() in envelope.to.lower():
            found.append(envelope)
        if len(found) == PAGE:
            break
    return found


def letter(identifier: str) -> Letter:
    """Open one mail.

    Raises:
        NoSuchMail: there is none, or the identifier is not of our making.
    """
    path = _path_of(identifier)
    received = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not isinstance(received, ReceivedMessage):
        raise NoSuchMail(identifier)
    return Letter(
        envelope=_envelope(identifier, received),
        sender=str(received["From"]),
        text=_body(received, "plain"),
        html=_body(received, "html"),
        enclosures=tuple(_enclosures(received)),
    )


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _newest_first(before: str) -> list[Path]:
    paths = [path for path in _folder().glob("*.eml") if not before or path.stem < before]
    return sorted(paths, reverse=True)


def _path_of(identifier: str) -> Path:
    path = _folder() / f"{identifier}.eml"
    if not IDENTIFIER.fullmatch(identifier) or not path.is_file():
        raise NoSuchMail(identifier)
    return path


def _envelope_of(path: Path) -> Envelope:
    with path.open("rb") as file:
        headers = BytesHeaderParser(policy=policy.default).parse(file)
    return _envelope(path.stem, headers)


def _envelope(identifier: str, headers: ReceivedMessage) -> Envelope:
    date = headers["Date"]
    return Envelope(
        identifier=identifier,
        to=str(headers["To"] or ""),
        subject=str(headers["Subject"] or ""),
        sent_at=date.datetime if date else None,
    )


def _body(received: ReceivedMessage, kind: str) -> str:
    part = received.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _enclosures(received: ReceivedMessage) -> Iterator[Enclosure]:
    for part in received.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield Enclosure(
                name=part.get_filename() or "attachment",
                mimetype=part.get_content_type(),
                content=content,
            )

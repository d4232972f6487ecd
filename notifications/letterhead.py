"""How a letter looks: a sentence, a few lines, the facts, one link; as text and as HTML.

What is said, and to whom, lives with the app that knows; the look is in
templates/notifications/mail.
"""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from notifications.registry import Attachment, Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The one thing to do next."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of the summary."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail before it has a form, in the language of its reader."""

    subject: str
    title: str
    lines: tuple[str, ...]
    facts: tuple[Fact, ...]
    link: Link
    why: str
    attachments: tuple[Attachment, ...] = ()


def mail_of(letter: Letter, *, address: str, language: str, reply_to: str = "") -> Mail:
    """Give a letter its two forms and its envelope; the language must be active."""
    context = {"letter": letter, "language": language, "site_url": settings.SITE_URL}
    return Mail(
        address=address,
        language=language,
        # A name may hold a line break; a header may not.
        subject=" ".join(letter.subject.splitlines()),
        text=render_to_string("notifications/mail/letter.txt", context),
        html=render_to_string("notifications/mail/letter.html", context),
        attachments=letter.attachments,
        headers={"Reply-To": reply_to} if reply_to else {},
    )

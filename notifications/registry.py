"""How an event reads: the renderer that each topic's owner has registered.

Apps above register in `AppConfig.ready()`, so that this app never imports them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a mail; the type may carry parameters (`text/calendar; method=REQUEST`)."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one address, worded in that person's language."""

    address: str
    language: str
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


# Called outside a transaction and perhaps more than once for a message, so it only reads.
# Says nothing (an empty list) about what is no longer true.
Renderer = Callable[[Mapping[str, Any], datetime], list[Mail]]


class TopicUnknown(LookupError):
    """No renderer is registered for the topic of a message."""


_renderers: dict[str, Renderer] = {}


def register(topic: str, renderer: Renderer) -> None:
    """Let a renderer word the messages of a topic; one renderer a topic.

    Raises:
        ValueError: the topic has another renderer already.
    """
    if _renderers.setdefault(topic, renderer) is not renderer:
        message = f"The topic {topic} has a renderer already."
        raise ValueError(message)


def renderer_of(topic: str) -> Renderer:
    """Find the renderer of a topic.

    Raises:
        TopicUnknown: nobody has registered one, as on a worker older than the message.
    """
    try:
        return _renderers[topic]
    except KeyError:
        message = f"No renderer is registered for the topic {topic}."
        raise TopicUnknown(message) from None

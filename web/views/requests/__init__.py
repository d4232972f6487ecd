"""Requests that wait for a manager: the queue, one of them in full, and the answers."""

from web.views.requests.batch import decide
from web.views.requests.queue import one, queue
from web.views.requests.single import approve, reject, undo

__all__ = ["approve", "decide", "one", "queue", "reject", "undo"]

"""Says whether the container's worker or beat can work: its broker takes a connection.

Run as `python -m config.pulse`; exits with 0 for yes. Django is not loaded for it.
"""

import socket
import sys
from urllib.parse import unquote, urlsplit

from config.environment import text


def broker_answers(url: str) -> bool:
    """Log in to Redis and ask for a PONG, without the client library's start-up time."""
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 6379)
    question = b"PING\r\n"
    if parts.password:
        question = f"AUTH {unquote(parts.password)}\r\n".encode() + question
    try:
        with socket.create_connection(address, timeout=5) as wire:
            wire.sendall(question)
            answers = wire.makefile("rb")
            lines = [answers.readline() for _ in range(2 if parts.password else 1)]
    except OSError:
        return False
    return lines[-1] == b"+PONG\r\n"


def main() -> int:
    """Give the exit code of a health check."""
    return 0 if broker_answers(text("REDIS_URL")) else 1


if __name__ == "__main__":
    sys.exit(main())

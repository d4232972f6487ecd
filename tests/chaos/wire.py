"""A wire to a server that can be cut and mended: what is away for one test stays for others."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from config.processes import free_port

HERE = "127.0.0.1"


class Wire:
    """Passes on what comes to its port, until it is cut; then nobody answers there."""

    def __init__(self, *, to_port: int) -> None:
        self.to_port, self.port = to_port, free_port()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def mend(self) -> None:
        """Answer from now on."""
        listener = socket.create_server((HERE, self.port))
        self._sockets.append(listener)
        self._begin(self._answer, listener)

    def cut(self) -> None:
        """Break off every conversation and begin none."""
        # New ones may come until the first socket, which listens, is shut.
        for end in self._sockets:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for end in self._sockets:
            end.close()
        self._sockets, self._threads = [], []

    def _begin(self, work: Callable[..., None], *sockets: socket.socket) -> None:
        thread = threading.Thread(target=work, args=sockets, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _answer(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _address = listener.accept()
            except OSError:
                return
            far = socket.create_connection((HERE, self.to_port))
            self._sockets += [near, far]
            self._begin(_pass_on, near, far)
            self._begin(_pass_on, far, near)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(65536):
            target.sendall(said)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(*, to_port: int) -> Iterator[Wire]:
    """Give a wire that is whole, and cut it in the end."""
    wire = Wire(to_port=to_port)
    wire.mend()
    try:
        yield wire
    finally:
        wire.cut()

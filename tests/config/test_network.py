"""The suite itself keeps to this machine."""

import socket

import pytest


def test_a_test_reaches_nobody_outside() -> None:
    with socket.socket() as outgoing, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        outgoing.connect(("192.0.2.1", 80))

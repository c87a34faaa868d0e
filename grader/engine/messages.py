"""Short JSON messages with descriptors between trusted processes (front, zygote, slot, judge) over a SEQPACKET socket."""

from __future__ import annotations

import json
import socket
from typing import Any

LONGEST = 64 * 1024
MOST_DESCRIPTORS = 8


def pair() -> tuple[socket.socket, socket.socket]:
    """Return two connected ends; each message arrives whole or not at all."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(end: socket.socket, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
    """Send one message, with open descriptors the receiver gets copies of."""
    data = json.dumps(message).encode()
    if descriptors:
        socket.send_fds(end, [data], descriptors)
    else:
        end.send(data)


def receive(end: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Return the next message and its descriptors; None when the other end is closed."""
    try:
        data, descriptors, _, _ = socket.recv_fds(end, LONGEST, MOST_DESCRIPTORS)
    except ConnectionResetError:
        return None
    return (json.loads(data), list(descriptors)) if data else None

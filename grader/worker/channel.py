"""The worker's end of the socket to the judge: blocking, since the worker has nothing else to do."""

from __future__ import annotations

import socket
from typing import Any

from grader.wire import frames


class Disconnected(Exception):
    """The judge is gone; the worker ends."""


class Channel:
    """Sends and receives frames over a connected stream socket."""

    def __init__(self, connection: socket.socket, bounds: frames.Bounds) -> None:
        self._connection = connection
        self._bounds = bounds

    def send(self, header: dict[str, Any], payload: list[memoryview] | None = None) -> None:
        """Write one frame."""
        for part in frames.pack(header, payload or []):
            self._connection.sendall(part)

    def receive(self) -> tuple[dict[str, Any], bytearray]:
        """Return header and payload of the next frame.

        Raises:
            Disconnected: the judge has closed its end.
        """
        header_length, payload_length = frames.read_prefix(bytes(self._read(frames.PREFIX.size)), self._bounds)
        header = frames.read_header(bytes(self._read(header_length)), self._bounds)
        return header, self._read(payload_length)

    def _read(self, count: int) -> bytearray:
        data = bytearray(count)
        view, filled = memoryview(data), 0
        while filled < count:
            received = self._connection.recv_into(view[filled:])
            if received == 0:
                raise Disconnected
            filled += received
        return data

"""The worker's end of the socket to the judge: blocking, since the worker has nothing else to do."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

from grader.wire import frames


class Disconnected(Exception):
    """The judge is gone; the worker ends."""


class Channel:
    """Sends and receives frames over a connected stream socket."""

    def __init__(self, connection: socket.socket, bounds: frames.Bounds) -> None:
        self._connection = connection
        self._bounds = bounds
        self._read_ahead = b""

    def send(self, header: dict[str, Any], payload: Sequence[bytes | memoryview] = ()) -> None:
        """Write one frame."""
        self.send_text(frames.header_text(header), payload)

    def send_text(self, header: bytes, payload: Sequence[bytes | memoryview]) -> None:
        """Write one frame whose header is text already."""
        for part in frames.pack_text(header, payload):
            self._connection.sendall(part)

    def receive(self) -> tuple[dict[str, Any], bytearray]:
        """Return header and payload of the next frame.

        Raises:
            Disconnected: the judge has closed its end.
        """
        header_length, payload_length = frames.read_prefix(bytes(self._read(frames.PREFIX.size)), self._bounds)
        header = frames.read_request(bytes(self._read(header_length)), self._bounds)
        return header, self._read(payload_length)

    def _read(self, count: int) -> bytearray:
        if len(self._read_ahead) < min(count, 1):
            # A small frame comes whole with its first bytes.
            self._read_ahead = self._connection.recv(frames.SMALL_BYTES)
            if not self._read_ahead:
                raise Disconnected
        data = bytearray(self._read_ahead[:count])
        self._read_ahead = self._read_ahead[count:]
        filled = len(data)
        if filled == count:
            return data
        data += bytes(count - filled)
        view = memoryview(data)
        while filled < count:
            received = self._connection.recv_into(view[filled:])
            if received == 0:
                raise Disconnected
            filled += received
        return data

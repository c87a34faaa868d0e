"""The judge's end of its connection to the front: jobs and deals come in, events go out."""

from __future__ import annotations

import select
import socket
import struct
from typing import IO, TypeVar

import msgspec

from grader.job import Deal, Event, Free, Job

LENGTH = struct.Struct(">Q")
T = TypeVar("T")


class GivenUp(BaseException):
    """The front sends nothing more: a lane that was made ready is not needed. No suite may swallow it."""


class Front:
    """Whom a judge works for.

    Args:
        connection: a stream socket.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")

    def job(self) -> Job:
        """Wait for the next job, or the submission of one; raises GivenUp where there is none."""
        return read(self._stream, Job)

    def ask_for_check(self) -> None:
        """Ask for the next check, ahead of need."""
        self.emit(Free())

    def deal(self) -> Deal:
        """Wait for the check that was asked for; raises GivenUp."""
        return read(self._stream, Deal)

    def is_quiet(self) -> bool:
        """Say whether nothing has come that was not read yet."""
        return not self.await_word(0)

    def await_word(self, seconds: float) -> bool:
        """Wait until something comes that is still to be read, no longer than this; say whether it has."""
        return bool(select.select([self._connection], [], [], seconds)[0])

    def emit(self, event: Event) -> None:
        """Tell of an event."""
        self._connection.sendall(msgspec.json.encode(event) + b"\n")


def read(stream: IO[bytes], kind: type[T]) -> T:
    """Return the next message that the front sends; raises GivenUp where there is none."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise GivenUp
    return msgspec.json.decode(stream.read(*LENGTH.unpack(head)), type=kind)

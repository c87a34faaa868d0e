"""The judge's end of the connection to a worker: bounded reads and writes under one deadline, output drained all the while."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Sequence
from typing import Any

from grader.engine.workers import WorkerProcess
from grader.wire import frames

KEPT_BYTES = 32 * 1024
CHUNK = 256 * 1024


class LinkClosed(Exception):
    """The worker's end is closed."""


class LinkTimeout(Exception):
    """The deadline passed before the frame was complete."""


class OutputFlood(Exception):
    """More was printed than the check allows."""


class OutputKeeper:
    """The first and the last 32 kB of what a worker printed, and how much it was."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.total_bytes = 0
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, data: bytes) -> None:
        """Take in what was printed.

        Raises:
            OutputFlood: it is more than the limit.
        """
        self.total_bytes += len(data)
        room = KEPT_BYTES - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room < len(data) else b""
        del self._tail[:-KEPT_BYTES]
        if self.total_bytes > self.limit_bytes:
            raise OutputFlood

    def take(self) -> str:
        """Return what was kept and start anew."""
        if self.total_bytes > self.limit_bytes:
            # Where a flood was stopped is a matter of chance; its beginning is the same tomorrow.
            self._tail.clear()
            self._head += b"\n[... all that follows is left out ...]\n"
            self.total_bytes = len(self._head)
        left_out = self.total_bytes - len(self._head) - len(self._tail)
        gap = f"\n[... {left_out:,} bytes left out ...]\n".encode() if left_out else b""
        text = (bytes(self._head) + gap + bytes(self._tail)).decode("utf-8", "replace")
        self.total_bytes = 0
        self._head.clear()
        self._tail.clear()
        return text


class Link:
    """Frames to and from one worker.

    Args:
        worker: the worker; its descriptors are switched to non-blocking.
        bounds: what a frame of the worker may hold.
        output: takes what the worker prints.
        more_time: asked when a deadline has passed; the seconds to add, 0 for none.
    """

    def __init__(
        self,
        worker: WorkerProcess,
        bounds: frames.Bounds,
        output: OutputKeeper,
        more_time: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._more_time = more_time
        self._deadline = 0.0
        self._worker = worker
        self._bounds = bounds
        self._output = output
        worker.channel.setblocking(False)
        os.set_blocking(worker.output, False)
        os.set_blocking(worker.trace, False)
        self._output_open = True
        self._read_ahead = bytearray()
        self._pollers = {event: self._poller(event) for event in (select.POLLIN, select.POLLOUT)}

    def send(self, header: dict[str, Any], payload: Sequence[bytes | memoryview], deadline: float) -> None:
        """Write one frame before `deadline` (of `time.monotonic`)."""
        self._deadline = deadline
        for part in frames.pack(header, payload):
            self._write(memoryview(part))

    def receive(self, deadline: float) -> tuple[dict[str, Any], bytearray]:
        """Return the next frame, complete before `deadline`.

        Raises:
            LinkClosed, LinkTimeout, OutputFlood, grader.wire.frames.FrameError: nothing else.
        """
        self._deadline = deadline
        if not self._read_ahead:
            self._wait(select.POLLIN)  # no worker has answered yet
        prefix = self._read(frames.PREFIX.size)
        header_length, payload_length = frames.read_prefix(bytes(prefix), self._bounds)
        header = frames.read_header(bytes(self._read(header_length)), self._bounds)
        payload = self._read(payload_length)
        self.drain()
        return header, payload

    def drain(self) -> None:
        """Take in what lies in the output pipe, without waiting."""
        while self._output_open:
            try:
                data = os.read(self._worker.output, CHUNK)
            except BlockingIOError:
                return
            if not data:
                self._output_open = False
                for poller in self._pollers.values():
                    poller.unregister(self._worker.output)
            self._output.add(data)

    def read_trace(self, seconds: float) -> str:
        """Return what the worker writes to its trace pipe within some time."""
        deadline = time.monotonic() + seconds
        data = b""
        while time.monotonic() < deadline and len(data) < KEPT_BYTES:
            if select.select([self._worker.trace], [], [], 0.02)[0]:
                chunk = os.read(self._worker.trace, KEPT_BYTES)
                if not chunk:
                    break
                data += chunk
            elif data:
                break
        return data.decode("utf-8", "replace")

    def _write(self, data: memoryview) -> None:
        data = data.cast("B")
        while data:
            self._check_time()
            try:
                sent = self._worker.channel.send(data)
            except BlockingIOError:
                self._wait(select.POLLOUT)
                continue
            except (BrokenPipeError, ConnectionResetError):
                raise LinkClosed from None
            data = data[sent:]

    def _read(self, count: int) -> bytearray:
        # Grown as bytes arrive: a header that announces much and sends little costs nothing.
        data, self._read_ahead = self._read_ahead, bytearray()
        while len(data) < count:
            self._check_time()
            try:
                # A small frame comes whole with its first bytes.
                chunk = self._worker.channel.recv(min(max(count - len(data), frames.SMALL_BYTES), 4 * 2**20))
            except BlockingIOError:
                self._wait(select.POLLIN)
                continue
            except ConnectionResetError:
                raise LinkClosed from None
            if not chunk:
                raise LinkClosed
            data += chunk
        if len(data) > count:
            self._read_ahead = data[count:]
            del data[count:]
        return data

    def _check_time(self) -> float:
        """Return the seconds left; raise LinkTimeout past the deadline, even where there is always something to read."""
        now = time.monotonic()
        while now >= self._deadline:
            more = self._more_time()
            if more <= 0:
                raise LinkTimeout
            self._deadline += more
            now = time.monotonic()
        return self._deadline - now

    def _wait(self, event: int) -> None:
        remaining = self._check_time()
        for descriptor, _ in self._pollers[event].poll(min(remaining, 3600) * 1000):
            if descriptor == self._worker.output:
                self.drain()

    def _poller(self, event: int) -> select.poll:
        poller = select.poll()
        poller.register(self._worker.channel, event)
        poller.register(self._worker.output, select.POLLIN)
        return poller


__all__: Sequence[str] = ["Link", "LinkClosed", "LinkTimeout", "OutputFlood", "OutputKeeper"]

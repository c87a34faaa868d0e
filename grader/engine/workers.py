"""What the judge knows of workers: how to get one, how to end one, how one ended. Forked and spawned workers look alike."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
from dataclasses import dataclass
from typing import Any, Protocol

from grader.engine import messages

# Exit code of a worker that cannot reach its judge any more.
LOST_CHANNEL = 71

_SIGNAL_WORDS = {
    signal.SIGSEGV: "a segmentation fault: it touched memory that is not its own",
    signal.SIGABRT: "an abort: a library gave up",
    signal.SIGFPE: "an arithmetic fault",
    signal.SIGBUS: "a bus error: memory that is not there",
    signal.SIGILL: "an illegal instruction",
    signal.SIGKILL: "a kill signal",
    signal.SIGTERM: "a termination signal",
    signal.SIGXCPU: "the limit of processor time",
    signal.SIGXFSZ: "the limit of file size",
    signal.SIGSYS: "a system call that does not exist while grading",
}


@dataclass(frozen=True)
class Ending:
    """How a worker ended.

    Attributes:
        by_itself: it was gone before it was killed.
        exit_code: its exit code, where it left in order.
        signal: the number of the signal that ended it.
        excess: what the lane used too much of (`grader.engine.watching`), so that it was ended; else empty.
    """

    by_itself: bool
    exit_code: int | None = None
    signal: int | None = None
    excess: str = ""

    @property
    def words(self) -> str:
        """What happened, in words that follow "your code"."""
        if not self.by_itself or self.exit_code == LOST_CHANNEL:
            return "closed its connection to the grader"
        if self.signal is not None:
            try:
                name = signal.Signals(self.signal).name
                described = _SIGNAL_WORDS.get(signal.Signals(self.signal), "a signal")
            except ValueError:
                name, described = f"signal {self.signal}", "a signal"
            return f"crashed with {described} ({name})"
        return f"ended the process with exit code {self.exit_code}"


@dataclass(frozen=True)
class WorkerNeeds:
    """What a worker is started with.

    Attributes:
        memory_bytes: address space beyond what it starts with; None for no limit (CUDA reserves far more than it uses).
        total_bytes: memory that all processes of the lane together may hold beyond what they start with.
        threads: how many threads torch may use.
        core: the core that it stays on; None for any.
    """

    memory_bytes: int | None
    total_bytes: int
    threads: int
    core: int | None = None


@dataclass(frozen=True)
class Usage:
    """What a worker has used.

    Attributes:
        processor_s: processor time of all its threads since the last mark.
        waiting: a thread of it runs or waits for a processor, rather than sleeping.
    """

    processor_s: float
    waiting: bool


@dataclass
class WorkerProcess:
    """A running worker as the judge sees it. `output` carries stdout and stderr, `trace` a stack dump on demand."""

    pid: int
    channel: socket.socket
    output: int
    trace: int

    def close(self) -> None:
        """Close the judge's ends."""
        self.channel.close()
        for descriptor in (self.output, self.trace):
            os.close(descriptor)


class WorkerSource(Protocol):
    """Where workers come from."""

    def start(self, needs: WorkerNeeds) -> WorkerProcess:
        """Return a new worker, ready to be asked."""

    def dump(self, worker: WorkerProcess) -> None:
        """Have a worker write where it is to its trace pipe."""

    def mark(self, worker: WorkerProcess) -> None:
        """Have what a worker uses counted from now on."""

    def usage(self, worker: WorkerProcess) -> Usage:
        """Return what a worker has used since the last mark."""

    def end(self, worker: WorkerProcess, *, gone: bool) -> Ending:
        """Kill a worker with all that it started, and say how it had ended.

        Args:
            worker: the worker.
            gone: its channel is at its end, so it is worth waiting a moment for its own exit status.
        """


class SlotWorkers:
    """Workers forked by the slot of this lane."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def start(self, needs: WorkerNeeds) -> WorkerProcess:
        """Return a new worker, ready to be asked."""
        reply, descriptors = self._ask({"op": "start", **dataclasses.asdict(needs)})
        channel, output, trace = descriptors
        return WorkerProcess(reply["pid"], socket.socket(fileno=channel), output, trace)

    def dump(self, worker: WorkerProcess) -> None:
        """Have a worker write where it is to its trace pipe."""
        self._ask({"op": "dump", "pid": worker.pid})

    def end(self, worker: WorkerProcess, *, gone: bool) -> Ending:
        """Kill a worker with all that it started, and say how it had ended."""
        reply, _ = self._ask({"op": "end", "pid": worker.pid, "gone": gone})
        return Ending(**reply)

    def mark(self, worker: WorkerProcess) -> None:
        """Have what a worker uses counted from now on; not answered, since it is done with every check."""
        messages.send(self._control, {"op": "mark", "pid": worker.pid})

    def usage(self, worker: WorkerProcess) -> Usage:
        """Return what a worker has used since the last mark."""
        reply, _ = self._ask({"op": "usage", "pid": worker.pid})
        return Usage(**reply)

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        messages.send(self._control, request)
        answer = messages.receive(self._control)
        if answer is None:
            raise ConnectionError("the slot that starts workers is gone")
        return answer

"""The slot: parent of the workers of one lane. It forks them, watches what they use, kills them with all they started, wipes their scratch.

Talks to its judge over a SEQPACKET socket; when that closes, for whatever reason, it kills everything and leaves nothing behind.
What is paid once a lane is paid here (namespaces, rulesets), what is paid once a worker in `grader.worker.process`.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from typing import Any, NoReturn

from grader.engine import linux, messages, wiping
from grader.engine.killing import Fence, kill_orphans, kill_tree
from grader.engine.settling import Settled, enter_namespaces
from grader.engine.watching import Watch
from grader.engine.workers import WorkerNeeds
from grader.isolation import LaneNeeds, Level
from grader.sandbox import identity, landlock
from grader.sandbox.entering import ABI_WITH_SCOPES, SHARED_MEMORY, Sandbox
from grader.worker import confine
from grader.worker.process import prepare_workers, run_worker

WATCH_S = 0.1
# A worker whose channel is at its end may need a moment until the kernel says how it died.
GRACE_S = 0.3


def run_slot(control: socket.socket, settled: Settled) -> NoReturn:
    """Serve the judge at the other end of `control` until it is gone; never returns.

    Args:
        control: our end of the connection.
        settled: what the workers get, at a level that works here.
    """
    os.setsid()  # out of reach of Ctrl-C: the judge's end decides when this ends
    confine.reset_signals()
    lane, lacks, outsider = settled.lane, settled.lacks, os.getppid()
    spare = identity.spare_user() if settled.own_user else None
    try:
        if Level(lane.most) is Level.FULL:
            enter_namespaces(lane, lambda: _serve_in_own_root(control, lane, spare, lacks, outsider))
        else:
            _fence(lane)
            _serve(control, lane, Sandbox(lane, os.getpid(), spare, lacks=lacks), Watch(lane.scratch), outsider)
    finally:
        wiping.remove(lane.scratch)
        os._exit(0)


def _serve_in_own_root(
    control: socket.socket, lane: LaneNeeds, spare: int | None, lacks: Sequence[str], outsider: int
) -> None:
    linux.die_with_parent(0)  # seen from inside, the parent has no number
    watch = Watch(lane.scratch, own_disks=(lane.scratch, SHARED_MEMORY))
    _serve(control, lane, Sandbox(lane, os.getpid(), spare, own_root=True, lacks=lacks), watch, outsider)


def _fence(lane: LaneNeeds) -> None:
    """Keep the signals of this process and its descendants inside, where Landlock can."""
    if Level(lane.most).reaches(Level.LANDLOCK) and landlock.abi() >= ABI_WITH_SCOPES:
        with contextlib.suppress(OSError):  # kill-all then walks the tree instead
            landlock.fence_signals()


def _serve(control: socket.socket, lane: LaneNeeds, sandbox: Sandbox, watch: Watch, outsider: int) -> None:
    linux.become_subreaper()
    slot = Slot(control, lane, sandbox, watch, Fence(outsider))
    try:
        slot.serve()
    finally:
        slot.end_all()


class Slot:
    """The workers of one lane."""

    def __init__(self, control: socket.socket, lane: LaneNeeds, sandbox: Sandbox, watch: Watch, fence: Fence) -> None:
        self._control = control
        self._lane = lane
        self._sandbox = sandbox
        self._watch = watch
        self._fence = fence
        self._attempts = prepare_workers(lane.scratch, sandbox)
        self._statuses: dict[int, int | None] = {}  # by worker: wait status, None while it runs
        self._excess: dict[int, str] = {}  # by worker: what its lane used too much of
        self._marks: dict[int, float] = {}  # by worker: its processor time at the last mark
        self._memory_bytes = 0

    def serve(self) -> None:
        """Answer requests until the judge closes its end."""
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        looked = time.monotonic()
        while True:
            ready = poller.poll(WATCH_S * 1000)
            if self._reap():
                # What a dead worker has started may hold its channel open, and the judge waits for the end of that.
                self._kill_orphans()
            if self._running() and time.monotonic() - looked >= WATCH_S:
                self._look()
                looked = time.monotonic()
            if not ready:
                continue
            received = messages.receive(self._control)
            if received is None:
                return
            self._answer(received[0])

    def end_all(self) -> None:
        """Kill and reap every worker and every orphan."""
        if self._fence.kill_everything():
            return
        for pid in self._running():
            kill_tree(pid)
        kill_orphans(spare=set())

    def _running(self) -> set[int]:
        return {pid for pid, status in self._statuses.items() if status is None}

    def _look(self) -> None:
        """End all workers of the lane where together they use more than they may."""
        excess = self._watch.excess(self._memory_bytes)
        if not excess:
            return
        running = self._running()
        self._excess |= dict.fromkeys(running, excess)
        self.end_all()
        self._statuses |= dict.fromkeys(running, signal.SIGKILL.value)

    def _answer(self, request: dict[str, Any]) -> None:
        if request["op"] == "start":
            self._start(WorkerNeeds(**{name: value for name, value in request.items() if name != "op"}))
        elif request["op"] == "dump":
            with contextlib.suppress(ProcessLookupError):
                os.kill(request["pid"], signal.SIGUSR2)
            messages.send(self._control, {})
        elif request["op"] == "mark":
            if request["pid"] in self._statuses:
                self._marks[request["pid"]] = linux.processor_seconds(request["pid"])
        elif request["op"] == "usage":
            pid = request["pid"]
            used = linux.processor_seconds(pid) - self._marks.get(pid, 0.0)
            usage = {"processor_s": used, "waiting": linux.wants_processor(pid)}
            messages.send(self._control, usage)
        elif request["op"] == "end":
            messages.send(self._control, self._end(request["pid"], request["gone"]))

    def _start(self, needs: WorkerNeeds) -> None:
        beside = self._memory_bytes if self._running() else 0  # what a submission before this one was allowed is over
        self._memory_bytes = max(beside, needs.total_bytes)
        self._mend_scratch()
        ours, theirs = socket.socketpair()
        output, output_in = os.pipe()
        trace, trace_in = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            run_worker(theirs, output_in, trace_in, needs, self._lane.scratch, self._sandbox, self._attempts, parent)
        self._statuses[pid] = None
        self._sandbox.keep_alive(pid)
        messages.send(self._control, {"pid": pid}, [ours.fileno(), output, trace])
        for end in (ours, theirs):
            end.close()
        for descriptor in (output, output_in, trace, trace_in):
            os.close(descriptor)

    def _mend_scratch(self) -> None:
        """Have the scratch folder be there: where nothing keeps them from it, workers can remove or replace it."""
        folder = self._lane.scratch
        if os.path.isdir(folder) and not os.path.islink(folder):
            return
        with contextlib.suppress(OSError):
            os.unlink(folder)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if self._sandbox.user is not None:
            os.chown(folder, self._sandbox.user, self._sandbox.user)

    def _end(self, pid: int, gone: bool) -> dict[str, Any]:
        deadline = time.monotonic() + (GRACE_S if gone else 0)
        self._reap()
        while self._statuses.get(pid) is None and time.monotonic() < deadline:
            select.select([], [], [], 0.002)
            self._reap()
        by_itself = self._statuses.get(pid) is not None
        if not by_itself:
            self._kill(pid)
        status = self._statuses.pop(pid) or 0
        self._marks.pop(pid, None)
        self._kill_orphans()
        if not self._running():
            self._wipe()
        return {
            "by_itself": by_itself,
            "exit_code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "excess": self._excess.pop(pid, ""),
        }

    def _wipe(self) -> None:
        """Empty what workers can write in: nobody is left who could look at it, and the next one shall find room."""
        for folder in (self._lane.scratch, *((SHARED_MEMORY,) if self._sandbox.own_root else ())):
            wiping.empty(folder)

    def _kill(self, pid: int) -> None:
        if self._running() == {pid} and self._fence.kill_everything():
            self._statuses[pid] = signal.SIGKILL.value
            return
        kill_tree(pid)
        with contextlib.suppress(ChildProcessError):
            self._statuses[pid] = os.waitpid(pid, 0)[1]

    def _kill_orphans(self) -> None:
        if not kill_orphans(spare=self._running()):
            # They fork faster than they are found, and nobody else's process is inside.
            self.end_all()
            self._statuses |= dict.fromkeys(self._running(), signal.SIGKILL.value)

    def _reap(self) -> bool:
        """Take in how children have ended; say whether a worker is among them."""
        ended = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return ended
            if pid == 0:
                return ended
            if pid in self._statuses:
                self._statuses[pid] = status
                ended = True

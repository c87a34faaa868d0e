"""The slot: parent of the workers of one lane. It forks them, kills them with all they started, reaps them and wipes their scratch.

Talks to its judge over a SEQPACKET socket; when that closes, for whatever reason, it kills everything and leaves nothing behind.
This is where the sandbox belongs: what is paid once a lane (namespaces) goes into `run_slot`, what is paid once a worker
(Landlock, seccomp) into `grader.worker.confine`.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import time
from typing import Any, NoReturn

from grader.engine import linux, messages
from grader.engine.killing import kill_orphans, kill_tree
from grader.engine.workers import WorkerNeeds
from grader.worker.process import run_worker

POLL_S = 1.0
# A worker whose channel is at its end may need a moment until the kernel says how it died.
GRACE_S = 0.3


def run_slot(control: socket.socket, scratch: str) -> NoReturn:
    """Serve the judge at the other end of `control` until it is gone; never returns."""
    os.setsid()
    linux.become_subreaper()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the judge's end decides when this ends
    slot = Slot(control)
    try:
        slot.serve()
    finally:
        slot.end_all()
        shutil.rmtree(scratch, ignore_errors=True)
        os._exit(0)


class Slot:
    """The workers of one lane."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._statuses: dict[int, int | None] = {}  # by worker: wait status, None while it runs

    def serve(self) -> None:
        """Answer requests until the judge closes its end."""
        poller = select.poll()
        poller.register(self._control, select.POLLIN)
        while True:
            ready = poller.poll(POLL_S * 1000)
            if self._reap():
                # What a dead worker has started may hold its channel open, and the judge waits for the end of that.
                self._kill_orphans()
            if not ready:
                continue
            received = messages.receive(self._control)
            if received is None:
                return
            self._answer(received[0])

    def end_all(self) -> None:
        """Kill and reap every worker and every orphan."""
        for pid, status in list(self._statuses.items()):
            if status is None:
                kill_tree(pid)
        kill_orphans(spare=set())

    def _answer(self, request: dict[str, Any]) -> None:
        if request["op"] == "start":
            self._start(WorkerNeeds(**{name: value for name, value in request.items() if name != "op"}))
        elif request["op"] == "dump":
            with contextlib.suppress(ProcessLookupError):
                os.kill(request["pid"], signal.SIGUSR2)
            messages.send(self._control, {})
        elif request["op"] == "end":
            messages.send(self._control, self._end(request["pid"], request["gone"]))

    def _start(self, needs: WorkerNeeds) -> None:
        ours, theirs = socket.socketpair()
        output, output_in = os.pipe()
        trace, trace_in = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            run_worker(theirs, output_in, trace_in, needs, parent)
        self._statuses[pid] = None
        messages.send(self._control, {"pid": pid}, [ours.fileno(), output, trace])
        for end in (ours, theirs):
            end.close()
        for descriptor in (output, output_in, trace, trace_in):
            os.close(descriptor)

    def _end(self, pid: int, gone: bool) -> dict[str, Any]:
        deadline = time.monotonic() + (GRACE_S if gone else 0)
        self._reap()
        while self._statuses.get(pid) is None and time.monotonic() < deadline:
            select.select([], [], [], 0.002)
            self._reap()
        by_itself = self._statuses.get(pid) is not None
        if not by_itself:
            kill_tree(pid)
            with contextlib.suppress(ChildProcessError):
                self._statuses[pid] = os.waitpid(pid, 0)[1]
        status = self._statuses.pop(pid) or 0
        self._kill_orphans()
        return {
            "by_itself": by_itself,
            "exit_code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
        }

    def _kill_orphans(self) -> None:
        kill_orphans(spare={pid for pid, status in self._statuses.items() if status is None})

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

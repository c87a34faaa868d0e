"""Judge and workers as processes of their own start: for platforms where a process that has imported torch must not fork."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import socket
import subprocess
import time
from typing import Any, NoReturn

from grader.engine import wiping
from grader.engine.killing import kill_orphans, kill_tree
from grader.engine.linux import become_subreaper, processor_seconds, wants_processor
from grader.engine.workers import Ending, Usage, WorkerNeeds, WorkerProcess
from grader.isolation import LaneNeeds, Level
from grader.sandbox.entering import Sandbox
from grader.worker import confine

GRACE_S = 0.3


def main(records: int, lane: dict[str, Any], datasets: dict[str, str]) -> NoReturn:
    """Be a judge: the job arrives on the descriptor `records`."""
    from grader.judge.process import run_judge

    become_subreaper()
    needs = LaneNeeds(**lane)
    source = SpawnedWorkers(needs, datasets)
    # The front ends a judge by SIGTERM. Not by unwinding: a suite that is running would take that for its own.
    signal.signal(signal.SIGTERM, lambda *_: _leave(source, needs.scratch))
    try:
        run_judge(records, source, lambda: wiping.remove(needs.scratch))
    finally:
        os._exit(70)


def _leave(source: SpawnedWorkers, scratch: str) -> NoReturn:
    source.end_all()
    wiping.remove(scratch)
    os._exit(143)


def worker_main(
    channel: int,
    output: int,
    trace: int,
    parent: int,
    needs: dict[str, Any],
    lane: dict[str, Any],
    datasets: dict[str, str],
) -> NoReturn:
    """Be a worker: descriptors as in `grader.worker.process.run_worker`."""
    from grader.worker.process import prepare_workers, run_worker

    if datasets:
        from grader.worker.holding import hold_datasets

        hold_datasets(datasets)
    walls = LaneNeeds(**lane)
    if Level(walls.most) is Level.FULL:  # namespaces belong to a slot, and there is none here
        walls = dataclasses.replace(walls, most=Level.LANDLOCK.value)
    confine.reset_signals()
    sandbox = Sandbox(walls, parent, lacks=["spawned workers have no namespaces of their own: leave GRADE_START alone on Linux"])
    attempts = prepare_workers(walls.scratch, sandbox)
    run_worker(
        socket.socket(fileno=channel), output, trace, WorkerNeeds(**needs), walls.scratch, sandbox, attempts, parent
    )


class SpawnedWorkers:
    """Workers that this judge starts itself."""

    def __init__(self, lane: LaneNeeds, datasets: dict[str, str]) -> None:
        self._lane = lane
        self._datasets = datasets
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._marks: dict[int, float] = {}

    def start(self, needs: WorkerNeeds) -> WorkerProcess:
        """Return a new worker, ready to be asked."""
        from grader.engine.launch import boot_command, clean_environment

        ours, theirs = socket.socketpair()
        output, output_in = os.pipe()
        trace, trace_in = os.pipe()
        plain = f"{dataclasses.asdict(needs)!r}, {dataclasses.asdict(self._lane)!r}, {self._datasets!r}"
        arguments = f"{theirs.fileno()}, {output_in}, {trace_in}, {os.getpid()}, {plain}"
        command = boot_command("grader.engine.spawn", arguments)
        command[-1] = command[-1].replace("import main; main(", "import worker_main; worker_main(")
        process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno(), output_in, trace_in],
            env=clean_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        for descriptor in (output_in, trace_in):
            os.close(descriptor)
        self._processes[process.pid] = process
        return WorkerProcess(process.pid, ours, output, trace)

    def end_all(self) -> None:
        """Kill every worker with all that it started."""
        for pid in self._processes:
            kill_tree(pid)
        kill_orphans(spare=set())

    def dump(self, worker: WorkerProcess) -> None:
        """Have a worker write where it is to its trace pipe."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGUSR2)

    def mark(self, worker: WorkerProcess) -> None:
        """Have what a worker uses counted from now on."""
        self._marks[worker.pid] = processor_seconds(worker.pid)

    def usage(self, worker: WorkerProcess) -> Usage:
        """Return what a worker has used since the last mark."""
        used = processor_seconds(worker.pid) - self._marks.get(worker.pid, 0.0)
        return Usage(used, wants_processor(worker.pid))

    def end(self, worker: WorkerProcess, *, gone: bool) -> Ending:
        """Kill a worker with all that it started, and say how it had ended."""
        process = self._processes.pop(worker.pid)
        self._marks.pop(worker.pid, None)
        deadline = time.monotonic() + (GRACE_S if gone else 0)
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)  # polling a child's exit has no other portable form with a deadline this short
        by_itself = process.poll() is not None
        if not by_itself:
            kill_tree(worker.pid)
            process.wait()
        kill_orphans(spare=set(self._processes))
        code = process.returncode
        return Ending(by_itself, code if code >= 0 else None, -code if code < 0 else None)

"""The front's side of the engine: starts the zygote (or spawns a judge) and hands out lanes. Imports no torch."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import platform
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, Protocol

import msgspec

from grader.engine import messages
from grader.faults import GraderFault
from grader.isolation import LaneNeeds
from grader.job import Deal, Event, Finished, Job

START_S = 120.0
# How long the end of a run may wait until the last process below it is gone.
END_S = 5.0
LENGTH = struct.Struct(">Q")
Expected = Literal["one", "some", "many"]
# Kept of the caller's environment: what finds libraries, the GPU and the user's language. Nothing else reaches torch.
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "TMPDIR", "SYSTEMROOT", "HOME")
_BOOT = "import sys; sys.path[:] = {path!r}; from {module} import main; main({arguments})"


class Lane(Protocol):
    """A judge that waits for its job."""

    def prepare(self, job: Job) -> None:
        """Tell the judge all but the submission, so that it makes ready; it is not waited for."""

    def run(self, job: Job) -> Iterator[Event]:
        """Send a submission and yield the judge's events; raises GraderFault where the judge ends without the last.

        Where the job says that there will be `more`, the lane may be run again afterwards.
        """

    def deal(self, deal: Deal) -> None:
        """Tell a judge its next check."""

    def is_waiting(self) -> bool:
        """Say whether the judge is there and has said nothing yet."""

    def end(self) -> None:
        """Kill the judge, whatever it is doing, and with it all of the lane; may be called from another thread."""

    def close(self) -> None:
        """Give back what a lane holds that is not run."""


class Engine(Protocol):
    """Where judges come from."""

    start: str

    def prepare(self, imports: Sequence[str], datasets: Mapping[str, str], submissions: Expected = "one") -> None:
        """Import modules and decode datasets ahead of the lanes.

        Args:
            submissions: how many are to come. What makes workers cheaper takes time itself, which one would wait for longer than it gains.
        """

    def gpu(self) -> str:
        """Return the name of the first GPU that torch can use, or an empty text."""

    def open_lane(self, needs: LaneNeeds) -> Lane:
        """Return a lane; its scratch folder is wiped at its end."""

    def close(self) -> None:
        """End everything."""


def can_fork() -> bool:
    """Say whether a process that has imported torch may be forked here: on Linux; macOS's frameworks forbid it."""
    return sys.platform == "linux"


def start_engine(start: str = "auto") -> Engine:
    """Start what judges come from.

    Args:
        start: `fork`, `spawn`, or `auto` for the best that this platform has.
    """
    if os.name != "posix":
        raise GraderFault(
            f"{platform.system()} cannot run the grader natively",
            cure="Use WSL2 (Windows Subsystem for Linux) or a Linux container.",
        )
    if start == "spawn" or (start == "auto" and not can_fork()):
        return SpawnEngine()
    return ZygoteEngine()


def clean_environment() -> dict[str, str]:
    """Return the small environment that the processes below the front start with."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        # OpenMP's threads would otherwise spin and starve each other on a busy machine.
        "OMP_WAIT_POLICY": "PASSIVE",
        # NumPy's BLAS would start a thread at import, and forking is safe with one thread only.
        "OPENBLAS_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONIOENCODING": "utf-8",
        "TORCHINDUCTOR_CACHE_DIR": tempfile.gettempdir(),
    }


def boot_command(module: str, arguments: str) -> list[str]:
    """Return the command that runs `main` of one of our modules with this process's import path and nothing of the working directory."""
    # Not the first entry, which is where the caller works or keeps a script: nothing there is meant for the worker.
    given = sys.path if getattr(sys.flags, "safe_path", False) else sys.path[1:]
    path = [entry for entry in given if Path(entry).is_absolute() and entry != os.getcwd()]
    root = str(Path(__file__).parents[2])
    if root not in path:
        path.insert(0, root)
    return [sys.executable, "-I", "-B", "-c", _BOOT.format(path=path, module=module, arguments=arguments)]


class ZygoteEngine:
    """Judges forked from a process that has imported torch once."""

    start = "fork"

    def __init__(self) -> None:
        ours, theirs = messages.pair()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the engine)
        self._control = ours
        self._slots: set[int] = set()  # all that are still there, as far as the zygote has told
        self._ending: set[int] = set()  # those of them whose run is over
        self._asking = threading.Lock()  # held from a question to its answer
        self._process = subprocess.Popen(
            boot_command("grader.engine.zygote", f"{theirs.fileno()}, {os.getpid()}"),
            pass_fds=[theirs.fileno()],
            env=clean_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        theirs.close()
        self._expect("ready")

    def prepare(self, imports: Sequence[str], datasets: Mapping[str, str], submissions: Expected = "one") -> None:
        """Import modules and decode datasets once, in the zygote."""
        wanted = {"imports": list(imports), "datasets": dict(datasets), "submissions": submissions}
        messages.send(self._control, {"op": "prepare", **wanted})

    def gpu(self) -> str:
        """Return the name of the first GPU that torch can use, or an empty text; asked in a throw-away child."""
        with self._asking:
            messages.send(self._control, {"op": "gpu"})
            return str(self._expect("gpu")["gpu"])

    def open_lane(self, needs: LaneNeeds) -> Lane:
        """Fork a slot and a judge."""
        ours, theirs = socket.socketpair()
        with self._asking:
            messages.send(self._control, {"op": "lane", "lane": dataclasses.asdict(needs)}, [theirs.fileno()])
            theirs.close()
            opened = self._expect("judge")
        slot, judge = int(opened["slot"]), int(opened["judge"])
        self._slots.add(slot)
        return _SocketLane(ours, self, lambda: self._ending.add(slot), lambda: self._end_lane(slot, judge))

    def _end_lane(self, slot: int, judge: int) -> None:
        if slot in self._slots:
            self._ending.add(slot)
        with contextlib.suppress(OSError):  # the zygote is gone, and every judge with it
            messages.send(self._control, {"op": "end", "judge": judge})

    def close(self) -> None:
        """End the zygote, and with it every judge, slot and worker; what has run to its end is gone when this returns."""
        self._await_ends()
        # Killed, not asked: it may be in the middle of importing torch, and it holds nothing that would be lost.
        self._process.kill()
        self._process.wait()
        self._control.close()
        self._log.close()

    def _await_ends(self) -> None:
        deadline = time.monotonic() + END_S
        while self._ending and select.select([self._control], [], [], max(0.0, deadline - time.monotonic()))[0]:
            received = messages.receive(self._control)
            if received is None:
                return
            self._forget(received[0])

    def fault(self, cause: str) -> GraderFault:
        """Return a fault with what the processes below said last."""
        return GraderFault(cause, where=self.said(), cure="Run `grade doctor`; it says what this machine lacks.")

    def said(self) -> str:
        """Return the end of what zygote, slots and judges wrote to their standard error."""
        return _end_of(self._log)

    def _forget(self, message: dict[str, Any]) -> None:
        for slots in (self._slots, self._ending):
            slots.discard(message.get("exited", 0))

    def _expect(self, key: str) -> dict[str, Any]:
        deadline = time.monotonic() + START_S
        while select.select([self._control], [], [], max(0.0, deadline - time.monotonic()))[0]:
            received = messages.receive(self._control)
            if received is None:
                break
            if "failed" in received[0]:
                raise GraderFault(
                    "the process that imports torch could not do what was asked", where=str(received[0]["failed"])
                )
            if key in received[0]:
                return received[0]
            self._forget(received[0])
        raise self.fault("the process that imports torch did not start")


class SpawnEngine:
    """Judges started from nothing, each importing torch itself: where fork cannot serve. Slower, and no less separate."""

    start = "spawn"

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the engine)
        self._judges: list[subprocess.Popen[bytes]] = []
        self._arguments: tuple[list[str], dict[str, str]] = ([], {})

    def prepare(self, imports: Sequence[str], datasets: Mapping[str, str], submissions: Expected = "one") -> None:
        """Note what the processes to come shall import and decode."""
        self._arguments = (list(imports), dict(datasets))

    def gpu(self) -> str:
        """Return the name of the first GPU that torch can use, or an empty text."""
        code = "import torch; print(torch.cuda.get_device_name(0) if torch.cuda.is_available() else '')"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def open_lane(self, needs: LaneNeeds) -> Lane:
        """Spawn a judge; it spawns its workers."""
        ours, theirs = socket.socketpair()
        arguments = f"{theirs.fileno()}, {dataclasses.asdict(needs)!r}, {self._arguments[1]!r}"
        process = subprocess.Popen(
            boot_command("grader.engine.spawn", arguments),
            pass_fds=[theirs.fileno()],
            env=clean_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        theirs.close()
        self._judges.append(process)
        return _SocketLane(ours, self, lambda: None, process.terminate)

    def close(self) -> None:
        """End every judge; their workers end with them."""
        for judge in self._judges:
            judge.terminate()
            try:
                judge.wait(timeout=5)
            except subprocess.TimeoutExpired:
                judge.kill()
                judge.wait()
        self._log.close()

    def fault(self, cause: str) -> GraderFault:
        """Return a fault with what the processes below said last."""
        return GraderFault(cause, where=self.said(), cure="Run `grade doctor`; it says what this machine lacks.")

    def said(self) -> str:
        """Return the end of what judges and workers wrote to their standard error."""
        return _end_of(self._log)


def _end_of(log: IO[bytes]) -> str:
    log.flush()
    size = os.fstat(log.fileno()).st_size
    return os.pread(log.fileno(), 3000, max(0, size - 3000)).decode("utf-8", "replace").strip()


@dataclass
class _SocketLane:
    """A judge at the other end of a stream socket: the job in, first without its submission, one line an event out."""

    socket: socket.socket
    engine: Any
    ended: Callable[[], None]
    kill: Callable[[], None]
    prepared: bool = False

    def __post_init__(self) -> None:
        self._stream = self.socket.makefile("rb")

    def prepare(self, job: Job) -> None:
        """Tell the judge all but the submission."""
        self._send(job.without_submission())
        self.prepared = True

    def run(self, job: Job) -> Iterator[Event]:
        """Send a submission and yield the judge's events."""
        if not self.prepared:
            self.prepare(job)
        self._send(job)
        finished: Finished | None = None
        try:
            for line in self._stream:
                if not line.endswith(b"\n"):
                    break  # the judge ended in the middle of an event
                event: Event = msgspec.json.decode(line, type=Event)  # type: ignore[arg-type]
                yield event
                if isinstance(event, Finished):
                    finished = event
                    break
        except ConnectionResetError:
            pass  # the judge is gone; said below
        finally:
            if finished is None or not finished.stays:
                self.ended()
                self.close()
        if finished is None:
            raise self.engine.fault("the process that runs the suite ended before it was done")

    def deal(self, deal: Deal) -> None:
        """Tell a judge its next check; nothing where the lane is closed already."""
        if self.socket.fileno() != -1:
            self._send(deal)

    def is_waiting(self) -> bool:
        """Say whether the judge is there and has said nothing yet."""
        return not select.select([self.socket], [], [], 0)[0]

    def end(self) -> None:
        """Kill the judge, and with it all of the lane."""
        self.kill()

    def close(self) -> None:
        """Give back what a lane holds that is not run."""
        self._stream.close()
        self.socket.close()

    def _send(self, message: Job | Deal) -> None:
        data = msgspec.json.encode(message)
        # A judge that has gone may have said why, which is still to be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(LENGTH.pack(len(data)) + data)


@dataclass(frozen=True)
class Machine:
    """What a run needs to know of the machine."""

    cores: int

    @staticmethod
    def here() -> Machine:
        """Describe this machine."""
        usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return Machine(usable)

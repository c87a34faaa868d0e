"""The zygote: imports torch and pytest once, then forks a slot and a judge for each lane that the front asks for.

It never sees a suite or a submission, runs no tensor operation and never touches CUDA: OpenMP's threads and a CUDA context do not
survive a fork (pytorch/pytorch#41197). It has one thread and a clean environment from its own exec.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from grader.engine import linux, messages, wiping
from grader.engine.killing import kill_orphans
from grader.engine.settling import Examination, Settled, settle
from grader.isolation import LaneNeeds


def main(control_fd: int, parent: int) -> NoReturn:
    """Serve the front at the other end of `control_fd` until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the front decides what becomes of it
    linux.die_with_parent(parent)
    linux.undumpable()
    linux.become_subreaper()  # what a slot leaves behind that was killed itself comes here
    gc.disable()  # nothing that an import makes is garbage; collecting costs a third of the time
    control = socket.socket(fileno=control_fd)
    messages.send(control, {"ready": os.getpid()})
    examination = Examination()
    _warm_up()
    _refuse_threads()
    try:
        _serve(control, examination)
    finally:
        os._exit(0)


def _warm_up() -> None:
    for name in (
        "torch",
        "pytest",
        "grader.worker.serve",
        "grader.worker.process",
        "grader.judge.process",
        "grader.engine.slot",
        "grader.judge.fixtures",
        "grader.suite",
        "numpy.random",  # seeded in every worker
    ):
        importlib.import_module(name)
    from _pytest.config import default_plugins

    from grader.judge.process import UNUSED_PLUGINS

    for name in default_plugins:
        if name not in UNUSED_PLUGINS:
            importlib.import_module(f"_pytest.{name}")


def _refuse_threads() -> None:
    if sys.platform == "linux" and len(os.listdir("/proc/self/task")) != 1:
        raise RuntimeError("a thread was started while importing torch; forking is not safe")


def _serve(control: socket.socket, examination: Examination) -> None:
    woken = _wake_at_exits()
    poller = select.poll()
    poller.register(control, select.POLLIN)
    poller.register(woken, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poller.poll()}
        if woken in ready:
            os.read(woken, 4_096)
        _report_exits(control)
        if control.fileno() not in ready:
            continue
        received = messages.receive(control)
        if received is None:
            return
        request, descriptors = received
        try:
            _perform(control, request, descriptors, examination)
        except Exception:  # border: the front is told and goes on; the reason is in the text
            messages.send(control, {"failed": traceback.format_exc()[-2000:]})
        for descriptor in descriptors:
            os.close(descriptor)


def _wake_at_exits() -> int:
    """Return a descriptor that can be read whenever a child has ended."""
    reading, writing = os.pipe()
    for descriptor in (reading, writing):
        os.set_blocking(descriptor, False)
        os.set_inheritable(descriptor, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reading


def _perform(
    control: socket.socket, request: dict[str, Any], descriptors: list[int], examination: Examination
) -> None:
    if request["op"] == "prepare":
        _prepare(request["imports"], request["datasets"])
        if request["submissions"] != "one":
            _expect_more()
        if request["submissions"] == "many":
            _expect_many()
        messages.send(control, {"prepared": True})
    elif request["op"] == "gpu":
        messages.send(control, {"gpu": _ask_for_gpu()})
    elif request["op"] == "end":
        _end_lane(request["judge"])
    elif request["op"] == "lane":
        messages.send(control, _open_lane(control, LaneNeeds.from_plain(request["lane"]), descriptors[0], examination))


def _prepare(imports: list[str], datasets: dict[str, str]) -> None:
    """Import what the workers of an exercise would each import, and decode its datasets, once."""
    known = len(sys.modules)
    for name in imports:
        importlib.import_module(name)
    _ready["imported"] += len(sys.modules) - known
    if datasets:
        from grader.worker.holding import hold_datasets

        hold_datasets(datasets)
    _refuse_threads()
    gc.freeze()


def _ask_for_gpu() -> str:
    """Return the name of the first GPU, or an empty text; asked in a child, since asking initialises CUDA."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            import torch

            name = torch.cuda.get_device_name(0) if torch.cuda.is_available() else ""
            os.write(writing, name.encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as stream:
        name = stream.read().decode("utf-8", "replace")
    os.waitpid(pid, 0)
    return name


def _open_lane(
    control: socket.socket, lane: LaneNeeds, records: int, examination: Examination
) -> dict[str, int]:
    """Fork a slot and its judge; the judge writes its records to the descriptor `records`."""
    judge_end, slot_end = messages.pair()
    settled = settle(lane, examination.result())
    slot = _fork(lambda: _become_slot(slot_end, settled), close=[control, judge_end], close_fds=[records], bound=False)
    judge = _fork(lambda: _become_judge(judge_end, records), close=[control, slot_end], close_fds=[], bound=True)
    _lanes.update({slot: lane.scratch, judge: ""})
    judge_end.close()
    slot_end.close()
    return {"slot": slot, "judge": judge}


def _end_lane(judge: int) -> None:
    """Kill a judge, wherever it is; its slot ends everything else of the lane when it sees that. One that has ended is let be."""
    if judge in _lanes:  # not reaped yet, so the number is still its own
        os.kill(judge, signal.SIGKILL)


# By slot that runs: its scratch folder; by judge that runs: nothing.
_lanes: dict[int, str] = {}
_ready = {"for more": False, "for many": False, "imported": 0}


def _expect_more() -> None:
    """Do once what the workers of each submission would otherwise do."""
    if not _ready["for more"]:
        from grader.worker.observe import know_names

        know_names()
        for name in ("grader.worker.devices", "grader.worker.nets", "grader.worker.probes"):
            importlib.import_module(name)
    _ready["for more"] = True


def _expect_many() -> None:
    """Make forks cheaper, for some tenths of a second: so many are to come that they are worth it."""
    if not _ready["for many"] or _ready["imported"]:
        linux.gather_memory()
    _ready.update({"for many": True, "imported": 0})


def _become_slot(control: socket.socket, settled: Settled) -> None:
    from grader.engine.slot import run_slot

    run_slot(control, settled)


def _become_judge(control: socket.socket, records: int) -> None:
    from grader.engine.workers import SlotWorkers
    from grader.judge.process import run_judge

    run_judge(records, SlotWorkers(control))


def _fork(body: Callable[[], None], close: list[socket.socket], close_fds: list[int], bound: bool) -> int:
    """Fork a child that runs `body`; a bound child dies with us, the slot instead ends when its judge is gone."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        for end in close:
            end.close()
        for descriptor in close_fds:
            os.close(descriptor)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if bound:
            linux.die_with_parent(parent)
        body()
    # Border: a child must never return into the loop of the zygote.
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(70)


def _report_exits(control: socket.socket) -> None:
    ended: list[str] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            pid = 0
        if pid == 0:
            break
        ended.append(_lanes.pop(pid, ""))
        messages.send(control, {"exited": pid, "status": os.waitstatus_to_exitcode(status)})
    if ended:
        kill_orphans(spare=set(_lanes))
        for scratch in filter(None, ended):  # gone already, unless the slot was killed
            wiping.remove(scratch)

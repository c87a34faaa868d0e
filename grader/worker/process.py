"""The worker process from its first instruction to its loop. Forked by a slot, or spawned where fork cannot serve."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import traceback
from typing import NoReturn

from grader.engine import linux
from grader.engine.workers import LOST_CHANNEL, WorkerNeeds
from grader.isolation import Level
from grader.sandbox import identity
from grader.sandbox.entering import Sandbox
from grader.wire.frames import ANSWER_BOUNDS, REQUEST_BOUNDS
from grader.worker import confine
from grader.worker.attempts import Attempts
from grader.worker.channel import Channel
from grader.worker.loaders import load_in_process, share_as_bytes


def run_worker(
    channel: socket.socket,
    output: int,
    trace: int,
    needs: WorkerNeeds,
    scratch: str,
    sandbox: Sandbox,
    attempts: Attempts | None,
    parent: int,
) -> NoReturn:
    """Become a worker and serve until the judge hangs up; never returns.

    Args:
        channel: our end of the connection to the judge.
        output: descriptor that takes stdout and stderr.
        trace: descriptor that takes a stack dump when the judge asks for one.
        needs: its limits.
        scratch: the folder that it may write in.
        sandbox: the walls that it enters.
        attempts: notes what the walls may refuse; from `prepare_workers`.
        parent: process id of the parent, whose death ends the worker.
    """
    try:
        confine.lead_own_session(parent)
        if needs.core is not None:
            linux.stay_on(needs.core)
        rules = confine.place_descriptors(channel.detach(), output, trace, sandbox.descriptors)
        if sandbox.user is not None:
            identity.become(sandbox.user)
            linux.die_with_parent(parent)  # a change of user clears it
        confine.work_in(scratch)
        _reopen_streams()
        _prepare_interpreter()
        confine.limit_resources(needs.memory_bytes, sandbox.most_processes)
        import torch

        from grader.worker.serve import Server

        judge = Channel(socket.socket(fileno=confine.CHANNEL), REQUEST_BOUNDS)
        reached = sandbox.enter(rules)
        # Only now: it starts threads, and a thread that is older than the walls stands outside of them.
        torch.set_num_threads(needs.threads)
        judge.send({"hello": reached.level.value, "lacks": list(reached.lacks)})
        Server(judge, ANSWER_BOUNDS, None if reached.level is Level.NONE else attempts).run()
        os._exit(0)
    except OSError:  # the student's code has closed the channel, or the judge is gone
        os._exit(LOST_CHANNEL)
    # Border: nothing may unwind into the code of the parent that forked us.
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(70)


def prepare_workers(scratch: str, sandbox: Sandbox) -> Attempts | None:
    """Do what every worker needs and what can be done once, in the process that forks them."""
    confine.small_environment(scratch)
    confine.be_first_to_go()
    # Python 3.14 starts children by forkserver, which executes a program and opens a listening socket.
    multiprocessing.set_start_method("fork", force=True)
    if sandbox.level is not Level.NONE:
        share_as_bytes()
    if sandbox.level.reaches(Level.LANDLOCK_OLD) and not sandbox.own_root:
        load_in_process()
    return None if sandbox.level is Level.NONE else Attempts(scratch)


def _reopen_streams() -> None:
    sys.stdin = open(0, encoding="utf-8", errors="replace", closefd=False)
    # By the line, so that what was printed before a crash or an endless loop is there to be read.
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]


def _prepare_interpreter() -> None:
    gc.enable()
    sys.argv = ["grade"]
    sys.dont_write_bytecode = True
    tempfile.tempdir = None
    faulthandler.register(signal.SIGUSR2, file=confine.TRACE, all_threads=True)

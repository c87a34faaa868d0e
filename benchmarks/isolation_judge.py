"""A zygote whose judges grade nothing: each starts a worker when asked, ends it, and forks itself for comparison. Answers in seconds."""

from __future__ import annotations

import json
import os
import socket
import time
from typing import NoReturn


def main(control: int, parent: int) -> None:
    """Be the zygote of `grader.engine`, with our own judge in place of its."""
    from grader.engine import zygote

    zygote._become_judge = measure_when_asked  # type: ignore[assignment]
    zygote.main(control, parent)


def measure_when_asked(control: socket.socket, records: int) -> NoReturn:
    """Take a job, say so, and for each byte that follows start and end one worker of it; each answer is a line of JSON."""
    from grader.engine.workers import SlotWorkers
    from grader.judge.front import Front

    front = socket.socket(fileno=records)
    job, source = Front(front).job(), SlotWorkers(control)
    front.sendall(b"{}\n")  # from here on: reading the job may take in what follows it
    while front.recv(1):
        level, answered_s, ended_s = start_and_end(job, source)
        measured = {"level": level, "answered": answered_s, "ended": ended_s, "bare": fork_and_answer()}
        front.sendall(json.dumps(measured).encode() + b"\n")
    os._exit(0)


def start_and_end(job: object, source: object) -> tuple[str, float, float]:
    """Return the level that a new worker has reached, the seconds to its answer to a first request, and those to end it."""
    from grader.judge.host import Host

    host = Host(job, source)  # type: ignore[arg-type]
    host.begin_check(0, 60.0, None)
    began = time.perf_counter()
    host.main()  # takes in the greeting, and has the worker make ready for a check
    answered = time.perf_counter()
    host.end()
    return host.isolation, answered - began, time.perf_counter() - answered


def fork_and_answer() -> float:
    """Return the seconds until a plain child of this process, which is the size of a slot, has answered one message."""
    ours, theirs = socket.socketpair()
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        theirs.send(theirs.recv(1))
        os._exit(0)
    ours.send(b"?")
    ours.recv(1)
    answered = time.perf_counter()
    os.waitpid(child, 0)
    for end in (ours, theirs):
        end.close()
    return answered - began

"""The judge process: makes ready for the job that the front announces, takes the submission, runs the suites, streams records.

All that needs no submission comes first: the suites are collected and a worker waits behind its walls. So a judge can be had ahead.
"""

from __future__ import annotations

import gc
import os
import pathlib
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from decimal import Decimal
from typing import IO, NoReturn

import msgspec
import pytest
import torch

from grader.engine.workers import WorkerSource
from grader.job import Checked, Event, Finished, Job
from grader.judge.errors import StudentError
from grader.judge.explain import explain
from grader.judge.host import Host, IsolationMissing
from grader.judge.outcomes import CheckStopped
from grader.judge.plugin import GradePlugin, uncollected
from grader.records import CheckRecord, Disclosure, Excerpt, Verdict
from grader.suite.labels import set_data_root

UNUSED_PLUGINS = ("cacheprovider", "terminal", "logging", "faulthandler", "doctest", "unittest", "junitxml")
LENGTH = struct.Struct(">Q")


def run_judge(records_fd: int, source: WorkerSource, clean_up: Callable[[], None] = lambda: None) -> NoReturn:
    """Grade the job that arrives on `records_fd`, once without and once with its submission, clean up and end; never returns."""
    gc.enable()
    front = socket.socket(fileno=records_fd)
    code = 0
    try:
        stream = front.makefile("rb")

        def emit(event: Event) -> None:
            front.sendall(msgspec.json.encode(event) + b"\n")

        job = read_job(stream)
        try:
            emit(grade(job, lambda: read_job(stream), source, emit))
        except IsolationMissing as missing:
            emit(_not_isolated(job, missing))
        except GivenUp:
            pass
    # Border: the front sees a judge that ends without its last event, and reads why on our stderr.
    except BaseException:
        traceback.print_exc()
        code = 70
    clean_up()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class GivenUp(BaseException):
    """The front has gone before it sent a submission: a lane that was made ready is not needed. No suite may swallow it."""


def read_job(stream: IO[bytes]) -> Job:
    """Return the next job that the front sends.

    Raises:
        GivenUp: there is none.
    """
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise GivenUp
    return msgspec.json.decode(stream.read(*LENGTH.unpack(head)), type=Job)


def grade(
    job: Job, submitted: Callable[[], Job], source: WorkerSource, emit: Callable[[Event], None]
) -> Finished:
    """Run all checks of a job, emitting a record each, and say how it went.

    Args:
        job: the job without its submission.
        submitted: waits for the same job with its submission.
        source: where workers come from.
        emit: takes each event as it happens.
    """
    torch.set_num_threads(job.threads)
    torch.backends.cudnn.allow_tf32 = False
    if job.data_root:
        set_data_root(pathlib.Path(job.data_root))
    host = Host(job, source)
    opening = _Opening(host, submitted, emit)
    try:
        host.begin_check(job.seed, job.check_seconds, None)
        host.main()
        plugin = GradePlugin(job, host, emit, opening)
        fault = _run_pytest(job, plugin)
        if opening.failure is not None:
            raise opening.failure
        missing = max(Decimal(0), (job.expected_points or Decimal(0)) - plugin.points)
        if job.expected_points is not None and (missing or plugin.problems):
            emit(Checked(record=uncollected(missing, plugin.problems)))
    finally:
        host.end()
    device_name = torch.cuda.get_device_name(job.device) if job.device.startswith("cuda") else ""
    return Finished(
        cannot_run=opening.broken,
        fault=fault,
        torch=str(torch.__version__),
        isolation=host.isolation,
        device=job.device,
        device_name=device_name,
    )


class _Opening:
    """Takes the submission and tries to import it, in the middle of pytest, which would swallow what is raised there.

    Attributes:
        broken: the student's file does not import.
        failure: what has to be raised once pytest has ended.
    """

    def __init__(self, host: Host, submitted: Callable[[], Job], emit: Callable[[Event], None]) -> None:
        self.broken = False
        self.failure: BaseException | None = None
        self._host = host
        self._submitted = submitted
        self._emit = emit

    def __call__(self) -> str:
        """Return why no check can run; an empty text where they can."""
        try:
            self._host.take(self._submitted())
            record = _try_import(self._host)
        # Border: whatever it is, it is raised again outside.
        except BaseException as error:
            self.failure = error
            pytest.exit("there is nothing to grade")
        if record is None:
            return ""
        self.broken = True
        self._emit(Checked(record=record))
        return "not run: your file cannot be imported"


def _not_isolated(job: Job, missing: IsolationMissing) -> Finished:
    fault = "\n".join((f"reached: {missing.reached}; demanded: {missing.demanded}", *missing.lacks))
    return Finished(
        cannot_run=False,
        fault=fault,
        torch=str(torch.__version__),
        isolation=missing.reached,
        device=job.device,
    )


def _try_import(host: Host) -> CheckRecord | None:
    """Import the student's file once, before any check; return the record of check number one where that fails."""
    fault = host.job.fault
    if fault is not None:
        where = f"{host.job.file_name}:{fault.line}" if fault.line else host.job.file_name
        return _import_record(host, Verdict.FAILED, fault.message, fault.hint, where, None)
    try:
        host.begin_check(host.job.seed, host.job.check_seconds, None)
        host.student(host.main())
    except StudentError as error:
        words = explain(error.failure, host.sources)
        return _import_record(host, words.verdict, words.message, words.hint, words.where, words.excerpt)
    except CheckStopped as stopped:
        verdict = Verdict.FAILED if stopped.verdict is Verdict.NOT_IMPLEMENTED else stopped.verdict
        message = stopped.message.replace("this check allows", "importing it may take")
        return _import_record(host, verdict, message, stopped.hint, stopped.where, stopped.excerpt)
    return None


def _import_record(
    host: Host, verdict: Verdict, message: str, hint: str, where: str, excerpt: Excerpt | None
) -> CheckRecord:
    return CheckRecord(
        name="engine::import",
        title=f"{host.job.file_name} can be imported",
        suite="engine",
        disclosure=Disclosure.ALL,
        verdict=verdict,
        points=Decimal(0),
        max_points=Decimal(0),
        message=message,
        hint=hint,
        where=where,
        excerpt=excerpt,
        output=_printed(host),
    )


def _printed(host: Host) -> str:
    try:
        return host.end_check()
    except CheckStopped:  # a thread still printed; its worker is gone now, the first lines are kept
        return host.end_check()


def _run_pytest(job: Job, plugin: GradePlugin) -> str:
    """Run the suites; return why nothing could be run, or an empty text."""
    from grader.judge import fixtures

    # Without an end to its search for conftest.py pytest lists every folder from the root of the disk down to the suite.
    folder = pathlib.Path(job.suites[0].path).parent
    arguments = [
        *(suite.path for suite in job.suites),
        *("-c", os.devnull, f"--rootdir={folder}", f"--confcutdir={folder}"),
        # Records are ours to make, and each plugin costs time; plain asserts keep the author's words as they are.
        *("--assert=plain", "--import-mode=importlib", "--noconftest", "-s", "-Wignore"),
        "--continue-on-collection-errors",
        *(f"-pno:{name}" for name in UNUSED_PLUGINS),
    ]
    code = pytest.main(arguments, plugins=[plugin, fixtures])
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not plugin.problems:
        return ""
    return "\n\n".join(plugin.problems) or f"pytest ended with {code!r}"

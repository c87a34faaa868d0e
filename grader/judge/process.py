"""The judge process: makes ready for the job that the front announces, takes the submission, runs the suites, streams records.

All that needs no submission comes first: the suites are collected and a worker waits behind its walls. So a judge can be had ahead.
"""

from __future__ import annotations

import gc
import os
import pathlib
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NoReturn

import pytest
import torch

from grader.engine import linux
from grader.engine.workers import WorkerSource
from grader.job import Checked, Deal, Finished, Job
from grader.judge.errors import StudentError
from grader.judge.explain import explain
from grader.judge.front import Front, GivenUp
from grader.judge.host import Host, IsolationMissing
from grader.judge.outcomes import CheckStopped
from grader.judge.plugin import GradePlugin, uncollected
from grader.records import CheckRecord, Disclosure, Excerpt, Verdict
from grader.suite.labels import set_data_root

UNUSED_PLUGINS = ("cacheprovider", "terminal", "logging", "faulthandler", "doctest", "unittest", "junitxml")
# Somebody waits for the result: ending a worker and forking the next one would hold up the lanes that are not done, and the front that shows it.
UNTIL_SHOWN_S = 0.05
# A judge that has grown by so much takes no further submission.
MOST_GROWTH_BYTES = 512 * 2**20


def run_judge(records_fd: int, source: WorkerSource, clean_up: Callable[[], None] = lambda: None) -> NoReturn:
    """Grade what arrives on `records_fd`, a job without its submission and then one submission or more; clean up and end; never returns."""
    gc.enable()
    front = Front(socket.socket(fileno=records_fd))
    code = 0
    try:
        job = front.job()
        try:
            grade(job, front, source)
        except IsolationMissing as missing:
            front.emit(_not_isolated(job, missing))
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


def grade(job: Job, front: Front, source: WorkerSource) -> None:
    """Collect the suites once, then run them on one submission after the other, emitting a record a check and what became of each run.

    Args:
        job: the job without its submission.
        front: sends the submissions; one may have come already.
        source: where workers come from.
    """
    torch.set_num_threads(job.threads)
    torch.backends.cudnn.allow_tf32 = False
    if job.data_root:
        set_data_root(pathlib.Path(job.data_root))
    core = _own_core(job)
    if core is not None:
        linux.stay_on(core)
    rounds = Rounds(job, front, lambda: Host(job, source, core))
    try:
        rounds.make_ready()
        plugin = GradePlugin(job, front.emit, rounds)
        rounds.fault = _run_pytest(job, plugin)
        if rounds.failure is not None:
            raise rounds.failure
        if rounds.is_open:  # pytest has ended before its checks had
            rounds.finish(plugin)
    finally:
        rounds.end()


def _own_core(job: Job) -> int | None:
    """Return the core that judge and workers share: they take turns, and handing over to another core costs more than most calls do."""
    if job.threads > 1 or job.device != "cpu":
        return None
    return linux.present_core() if job.core is None else job.core


class Rounds:
    """The submissions of one judge, taken one after the other in the middle of pytest, which would swallow what is raised there.

    Each has workers of its own; of what the judge keeps from one to the next, only the suite's own code is more than a cache.

    Attributes:
        is_open: a submission has been taken, or is still to be, and nothing has been said of what became of it.
        broken: the student's file of this round does not import.
        fault: why the suites cannot be run; empty where they can.
        failure: what has to be raised once pytest has ended.
    """

    def __init__(self, job: Job, front: Front, new_host: Callable[[], Host]) -> None:
        self.is_open = True
        self.broken = False
        self.fault = ""
        self.failure: BaseException | None = None
        self._job = job
        self._front = front
        self._spares = 0  # as many workers as the last submission could have used
        self._new_host = new_host
        self._host: Host | None = None
        self._stays = False
        self._size_bytes = linux.address_space_bytes()

    @property
    def host(self) -> Host:
        """The workers of this round."""
        assert self._host is not None
        return self._host

    def make_ready(self) -> None:
        """Have a worker wait behind its walls."""
        self._host = self._new_host()
        self.host.begin_check(self._job.seed, self._job.check_seconds, None)
        self.host.main()

    def begin(self, forbidden: Sequence[str]) -> bool:
        """Wait for a submission and import it; False where there is no further one.

        Args:
            forbidden: operations that most of the checks forbid.
        """
        if not self.is_open and not self._stays:
            return False
        try:
            if not self.is_open:
                if self._job.ahead:
                    self._front.await_word(UNTIL_SHOWN_S)
                self.end()
                self.make_ready()
            self.is_open = True
            if self._job.ahead:
                self.host.warm_up(self._spares, forbidden, self._front.is_quiet)
            self.host.take(self._front.job())
            record = _try_import(self.host)
        # Border: whatever it is, it is raised again outside.
        except BaseException as error:
            self.failure = error
            pytest.exit("there is nothing to grade")
        self.broken = record is not None
        if record is not None:
            self._front.emit(Checked(record=record))
        return True

    def ask_for_check(self) -> None:
        """Ask for the next check of a run whose checks are dealt."""
        self._front.ask_for_check()

    def deal(self) -> Deal:
        """Wait for the check that was asked for."""
        try:
            return self._front.deal()
        except BaseException as error:  # GivenUp, or what has befallen the connection: raised again outside
            self.failure = error
            pytest.exit("nobody deals checks any more")

    def finish(self, plugin: GradePlugin) -> None:
        """Emit what became of this round."""
        missing = max(Decimal(0), (self._job.expected_points or Decimal(0)) - plugin.points)
        if self._job.expected_points is not None and (missing or plugin.problems):
            self._front.emit(Checked(record=uncollected(missing, plugin.problems)))
        device = self._job.device
        # What a submission made this process hold may never be given back; the next one is to find as much room.
        self._spares = self.host.spares
        self._stays = self.host.job.more and linux.address_space_bytes() - self._size_bytes < MOST_GROWTH_BYTES
        finished = Finished(
            cannot_run=self.broken,
            fault=self.fault or "\n\n".join(plugin.problems) or ("" if plugin.total else "no check was collected"),
            torch=str(torch.__version__),
            isolation=self.host.isolation,
            device=device,
            device_name=torch.cuda.get_device_name(device) if device.startswith("cuda") else "",
            stays=self._stays,
        )
        self.is_open = False
        if self._stays:
            self._front.emit(finished)  # the front goes on while the workers are ended and the next one is made ready
        else:
            self.end()
            self._front.emit(finished)

    def end(self) -> None:
        """End the workers of this round."""
        if self._host is not None:
            self._host.end()


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

"""The workers of one run: a main and a second one, kept from check to check while they behave, and fresh ones that a check asks for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from grader.engine.workers import WorkerNeeds, WorkerSource
from grader.isolation import Level
from grader.job import Job
from grader.judge.allowance import Allowance
from grader.judge.errors import StudentError
from grader.judge.known import Members
from grader.judge.link import OutputKeeper
from grader.judge.outcomes import CheckStopped, protocol_error
from grader.judge.proxy import Proxy
from grader.judge.session import Session
from grader.judge.sources import Sources
from grader.wire.frames import ANSWER_BOUNDS

# What the CUDA libraries keep in the memory of the host, generously.
CUDA_CONTEXT_BYTES = 6 * 2**30
# Workers that read what student code has written, kept for the next check that needs one.
MOST_CLEAN = 2
# Workers that wait for such a check before there is a submission.
MOST_SPARES = 4


class IsolationMissing(BaseException):
    """A worker reached less than the run demands; nobody's check is at fault, so no suite may swallow it."""

    def __init__(self, reached: str, demanded: str, lacks: tuple[str, ...]) -> None:
        super().__init__(f"isolation reached: {reached}; demanded: {demanded}")
        self.reached = reached
        self.demanded = demanded
        self.lacks = lacks


class Host:
    """Starts, prepares and ends the workers of one run.

    Args:
        job: the submission and its limits; `take` brings the submission later, where there is none yet.
        source: where workers come from.
        core: the core that workers stay on; None for any.
    """

    def __init__(self, job: Job, source: WorkerSource, core: int | None = None) -> None:
        self.job = job
        self._core = core
        self.sources = Sources(job.file_name, job.module_name, {job.file_name: job.source, **job.helpers})
        self.allowance = Allowance(
            *(job.check_seconds, job.check_seconds, job.total_seconds, job.total_seconds), extensible=job.trial is None
        )
        self.output = OutputKeeper(job.output_bytes)
        self._source = source
        self._main: Session | None = None
        self._second: Session | None = None
        self._second_serves = False  # in this check
        self._memory_bytes: int | None = None
        self._students: dict[Session, Proxy] = {}
        self._members = Members()
        self._fresh: list[Session] = []
        self._clean: list[Session] = []
        self._used_up = 0  # fresh ones that no later check could take over
        self._folder = ""
        self.seed = 0
        self.isolation = "none"
        self.lacks: tuple[str, ...] = ()
        self._forbidden: tuple[str, ...] = ()
        self.uses: set[str] = set()  # what this check has asked the student's file for, in the terms of `grader.edits`

    def take(self, job: Job) -> None:
        """Learn of the submission. What a worker has been started with does not depend on it."""
        self.job = job
        self.sources.take(job.file_name, {job.file_name: job.source, **job.helpers})

    def begin_check(
        self, seed: int, seconds: float, memory_bytes: int | None, forbidden: tuple[str, ...] = ()
    ) -> None:
        """Make ready for a check: a worker that has forgotten the one before, seeded, in an empty folder.

        Args:
            seed: of this check.
            seconds: its limit.
            memory_bytes: its limit; None for the run's own.
            forbidden: operations that are watched for in every worker of this check.
        """
        self.allowance.begin_check(seconds)
        self.seed = seed
        self._folder = ""
        self._second_serves = False
        self._forbidden = forbidden
        self.uses.clear()
        if self._main is not None:
            self._main.answered = False
        if self._memory_bytes != memory_bytes:
            self.replace_main()
        elif self._main is not None and not self._main.alive:
            self._end_others()
        self._memory_bytes = memory_bytes
        if self._main is not None and self._main.alive:
            self._begun(self._main)

    @property
    def spares(self) -> int:
        """How many spare workers this run could have used."""
        return min(MOST_SPARES, self._used_up + len(self._clean) + (self._second is not None))

    def warm_up(self, spares: int, forbidden: Sequence[str], has_time: Callable[[], bool]) -> None:
        """Use the time until there is a submission: have the main worker, and spare ones for checks that need a new one, go through the usual once.

        Args:
            spares: how many.
            forbidden: operations that checks are going to forbid.
            has_time: says whether there is still no submission.
        """
        plain = {"forbid": list(forbidden)}
        if has_time():
            _ask_clean(self.main(), "warm", plain)
        while len(self._clean) < spares and has_time():
            session = self._start()
            _ask_clean(session, "warm", plain)
            self._clean.append(session)

    def observed(self) -> list[Any]:
        """Return a report of each worker that has seen something in this check; its answers have told that it has."""
        return [_ask(session, "observed") for session in self._sessions() if session.alive and session.has_seen]

    @property
    def has_answered(self) -> bool:
        """Whether the student's code has been asked for anything in this check."""
        return any(session.answered for session in self._sessions())

    def end_check(self) -> str:
        """End what belongs to the check alone; return what was printed."""
        for session in self._fresh:
            has_imported = self._students.pop(session, None) is not None
            if session.alive and not has_imported and len(self._clean) < MOST_CLEAN:
                self._clean.append(session)
            else:
                session.end()
                self._used_up += 1
        self._fresh.clear()
        return self._main.take_output() if self._main is not None and self._main.alive else self.output.take()

    def replace_main(self) -> None:
        """End the main worker, so that what comes next gets a new one."""
        self._end_others()
        if self._main is not None:
            self._main.end()

    def _end_others(self) -> None:
        """End the workers that wait: what student code leaves behind is swept, and its files are wiped, when no worker is left."""
        for session in self._clean:
            session.end()
        self._clean.clear()
        if self._second is not None:
            self._students.pop(self._second, None)
            self._second.end()
            self._second = None

    def main(self) -> Session:
        """Return the session of the main worker; started where there is none."""
        if self._main is None or not self._main.alive:
            self._end_others()
            self._main = self._start()
            self._begun(self._main)
        return self._main

    def second(self) -> Session:
        """Return the session of the second worker, in the folder of this check: another program that imports the student's file."""
        folder = self.folder
        if self._second is None or not self._second.alive:
            self._second = self._renewed() or self._begun(self._start())
        elif not self._second_serves:
            self._begun(self._second)
        if not self._second_serves:
            self._second_serves = True
            _ask(self._second, "enter_folder", {"folder": folder})
        return self._second

    def fresh(self) -> Session:
        """Return the session of a worker in which no student code has run, in the folder of this check: a new one, or one of an earlier check."""
        folder = self.folder
        session = self._renewed() or self._begun(self._start())
        self._fresh.append(session)
        _ask(session, "enter_folder", {"folder": folder})
        return session

    def _renewed(self) -> Session | None:
        while self._clean:
            session = self._clean.pop()
            with contextlib.suppress(CheckStopped):  # it has died since
                return self._begun(session)
        return None

    def student(self, session: Session) -> Proxy:
        """Return the student's module in a worker; imported at the first time."""
        if session not in self._students:
            self._students[session] = session.student = self._import(session)
        return self._students[session]

    @property
    def folder(self) -> str:
        """The empty folder of this check, as the main worker names it."""
        self.main()
        return self._folder

    def end(self) -> None:
        """End all workers."""
        with contextlib.suppress(CheckStopped):  # a thread that still prints may flood us once more
            self.end_check()
        self.replace_main()

    def _sessions(self) -> list[Session]:
        kept = [self._main, self._second if self._second_serves else None]
        return [*(session for session in kept if session is not None), *self._fresh]

    def _start(self) -> Session:
        memory = None if self.job.device.startswith("cuda") else self._memory_bytes or self.job.memory_bytes
        allowed = self._memory_bytes or self.job.memory_bytes
        total = allowed + (CUDA_CONTEXT_BYTES if self.job.device.startswith("cuda") else 0)
        worker = self._source.start(WorkerNeeds(memory, total, self.job.threads, self._core))
        words = size_in_words(self._memory_bytes or self.job.memory_bytes)
        session = Session(worker, self._source, self.allowance, self.output, self.sources, ANSWER_BOUNDS, words, self._members, self.uses)
        self.isolation, self.lacks = session.isolation, session.lacks
        if not Level(session.isolation).reaches(Level(self.job.isolation)):
            session.end()
            raise IsolationMissing(session.isolation, self.job.isolation, session.lacks)
        return session

    def _begun(self, session: Session) -> Session:
        """Have a worker begin this check, and return it."""
        kept = self._students.get(session)
        if kept is not None:
            del self._students[session]
        session.begin_tensors()
        plain = {
            "seed": self.seed,
            "threads": self.job.threads,
            "scratch": self.job.scratch,
            "forbid": list(self._forbidden),
        }
        is_clean = kept is None and not any(other.alive for other in self._sessions() if other is not session)
        answer = (_ask_clean if is_clean else _ask)(session, "begin", plain)
        if type(answer) is not list or len(answer) != 2 or type(answer[0]) is not str:
            raise session.broken("a check was not begun as asked")
        folder, student = answer
        if session is self._main or not self._folder:
            self._folder = folder
        if kept is not None:
            self._students[session] = session.student = session.expect(Proxy, student)
        return session

    def _import(self, session: Session) -> Proxy:
        plain = {
            "file_name": self.job.file_name,
            "module_name": self.job.module_name,
            "source": self.job.source,
            "helpers": dict(self.job.helpers),
        }
        return session.expect(Proxy, session.request("import", plain=plain))


def _ask_clean(session: Session, op: str, plain: dict[str, Any]) -> Any:
    """Ask a worker in which no foreign code has run; an error is ours."""
    try:
        return session.request(op, plain=plain)
    except StudentError as error:
        session.end()
        raise ConnectionError(f"a worker could not {op}: {error.failure.type_name}: {error.failure.message}") from None


def _ask(session: Session, op: str, plain: dict[str, Any] | None = None) -> Any:
    """Ask a worker for something of our own; an error is the worker's, whose memory or disk the student's code has filled or changed."""
    try:
        return session.request(op, plain=plain)
    except StudentError as error:
        session.end()
        raise protocol_error(f"{op}: {error.failure.type_name}: {error.failure.message}") from None


def size_in_words(size_bytes: int) -> str:
    """Return a size as a person would say it: `2 GB`, `300 MB`."""
    return f"{size_bytes / 2**30:g} GB" if size_bytes >= 2**30 else f"{size_bytes / 2**20:g} MB"

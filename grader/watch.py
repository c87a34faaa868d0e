"""What is graded when, while somebody edits: reads on each save, grades what is new, ends a grading that has been overtaken.

Three threads: `Notices` and a `Regrader` put events into one queue, and whoever shows them takes them out. Only the
`Regrader` grades, one submission at a time, so nothing is ever interleaved. Between gradings it has the next lane made ready.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Union

import watchfiles

from grader.archive import is_ignored_name
from grader.course import Course, find_exercise, open_course
from grader.digests import digest, suite_sha256
from grader.exercise import Exercise
from grader.faults import GraderFault, UsageError
from grader.job import Started
from grader.mounts import is_told_of_changes
from grader.records import Result
from grader.revisions import Grading, Revisions
from grader.run import Stopped
from grader.submission import Submission, read_submission
from grader.submission.files import MAX_DEPTH

# An editor is done with a file when nothing has happened to it for one step; two at the most pass until that is known.
STEP_MS = 5
LONGEST_BURST_MS = 400
# Besides being told, now and then a look of our own: on a shared disk nobody tells, and mount tables do not say all.
LOOK_MS = 1_000
POLL_MS = 200
# Some editors truncate a file, or take it away, before they write it anew.
UNFINISHED_S = 0.25
MOST_FOLDERS = 500
MOST_FILES = 2_000


@dataclass(frozen=True)
class Found:
    """What lies there to be graded.

    Attributes:
        sha256: of all that decides the result: submission, suites, settings of the exercise.
        whole: every check shall run, whatever is known from the last grading.
    """

    exercise: Exercise
    submission: Submission
    sha256: str
    whole: bool = False


@dataclass(frozen=True)
class Missing:
    """Nothing can be graded as it lies there, and why."""

    fault: UsageError


@dataclass(frozen=True)
class Saved:
    """Something was written that may matter; `own`: the submission itself."""

    own: bool


@dataclass(frozen=True)
class Began:
    """The grading of this state has begun."""

    found: Found


@dataclass(frozen=True)
class Progressed:
    """A check has begun."""

    started: Started


@dataclass(frozen=True)
class Graded:
    """A grading has ended with a result; so many of its checks are kept from the one before."""

    result: Result
    kept: int = 0


@dataclass(frozen=True)
class Faulted:
    """A grading has ended without one: the caller's fault or ours."""

    fault: UsageError | GraderFault


# Path, time of the last change in ns, size in bytes, inode.
Stamp = tuple[str, int, int, int]
Event = Union[Saved, Began, Progressed, Graded, Faulted]
Tell = Callable[[Event], None]


class Subject:
    """An exercise and the path of a submission, read anew each time.

    Args:
        course: where the exercise is.
        name: the exercise, as the caller calls it.
        path: the submission; None for the exercise's own file.
    """

    def __init__(self, course: Course, name: str, path: Path | None) -> None:
        self._root = course.root
        self.exercise = find_exercise(course, name)
        self.path = (self.exercise.stub if path is None else path.expanduser()).absolute()

    def read(self) -> Found | Missing:
        """Return what lies there now."""
        try:
            self.exercise = find_exercise(open_course(self._root, asked_by="the course"), self.exercise.name)
            submission = read_submission(self.path, self.exercise, siblings=True)
            parts = [("submission", submission.sha256.encode()), ("suites", suite_sha256(self.exercise).encode())]
        except UsageError as fault:
            return Missing(fault if os.path.lexists(self.path) else self._gone())
        except OSError as error:  # a suite or a given file went away between two looks
            return Missing(UsageError(f"cannot be read: {error.strerror}", where=str(error.filename)))
        return Found(self.exercise, submission, digest(parts))

    def _gone(self) -> UsageError:
        cure = "It is graded as soon as it is there again."
        return UsageError(f"{self.path.name} is not there", where=str(self.path.parent), cure=cure)

    def is_finished(self) -> bool:
        """Say whether no editor seems to be in the middle of writing the submission."""
        try:
            return self.path.is_dir() or self.path.stat().st_size > 0
        except OSError:
            return False

    def folders(self) -> tuple[Path, ...]:
        """Return the folders to be watched, without what lies below them; of a path that is gone, the nearest one above."""
        own = list(_folders_below(self.path)) if self.path.is_dir() else [_nearest(self.path.parent)]
        suites = [folder for folder in (self.exercise.folder, self.exercise.secret_folder) if folder is not None]
        return tuple(dict.fromkeys((*own, *filter(Path.is_dir, suites))))

    def needs_polling(self) -> bool:
        """Say whether the kernel cannot be relied on to tell of each change."""
        return not all(map(is_told_of_changes, self.folders()))

    def is_own(self, path: Path) -> bool:
        """Say whether a path that was written is the submission, or in it."""
        return path == self.path or self.path in path.parents

    def stamp(self) -> tuple[Stamp, ...]:
        """Return what changes whenever one of the files is written, from a look at names, times and sizes only."""
        files = [path for folder in self.folders() for path in _files_in(folder)]
        return tuple(map(_stamp_of, (self.path, *files[:MOST_FILES])))


def _nearest(folder: Path) -> Path:
    return next((path for path in (folder, *folder.parents) if path.is_dir()), folder)


def _folders_below(root: Path) -> Iterator[Path]:
    """Yield a folder and those in it that a submission is read from."""
    level, count = [root], 0
    for _ in range(MAX_DEPTH + 1):
        below: list[Path] = []
        for folder in level:
            count += 1
            if count > MOST_FOLDERS:
                return
            yield folder
            below += [path for path in _entries(folder) if path.is_dir() and not path.is_symlink()]
        level = [path for path in below if not (path / "pyvenv.cfg").exists()]


def _entries(folder: Path) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if not is_ignored_name(path.name)]
    except OSError:
        return []


def _files_in(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if may_matter(path.name)]


def may_matter(name: str) -> bool:
    """Say whether a file of this name may be read; swap files, backups and compiled ones are not."""
    if is_ignored_name(name) or name.endswith(("~", ".pyc", ".swp", ".tmp", ".bak")):
        return False
    return "." not in name or name.lower().endswith((".py", ".pyw", ".py3", ".txt", ".ipynb", ".zip", ".toml"))


def _stamp_of(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0, 0
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino


class Notices(threading.Thread):
    """Tells of each save since it was made, in a thread of its own.

    Args:
        subject: what is watched.
        tell: takes each event.
        poll: whether to look at the files again and again even where the kernel tells of changes.
    """

    def __init__(self, subject: Subject, tell: Tell, *, poll: bool) -> None:
        super().__init__(name="notices", daemon=True)
        self._subject = subject
        self._tell = tell
        self._poll = poll
        self._closing = threading.Event()
        self._stamp = subject.stamp()

    def close(self) -> None:
        """End, and wait for the thread."""
        self._closing.set()
        self.join()

    def run(self) -> None:
        """Tell of saves until `close` is called."""
        while not self._closing.is_set():
            folders = self._subject.folders()
            try:
                for own in self._bursts(folders):
                    self._take(own)
                    if self._subject.folders() != folders:
                        break
            except OSError:  # a folder went away in between, or there are no more watches to be had; looking works always
                self._poll = True
                self._closing.wait(POLL_MS / 1000)

    def _bursts(self, folders: tuple[Path, ...]) -> Iterator[bool]:
        """Yield after each burst of events, and now and then without; the value says whether the submission itself was named."""
        polling = self._poll or self._subject.needs_polling()
        for changes in watchfiles.watch(
            *folders,
            watch_filter=lambda _, path: may_matter(os.path.basename(path)),
            debounce=LONGEST_BURST_MS,
            step=STEP_MS,
            stop_event=self._closing,
            rust_timeout=POLL_MS if polling else LOOK_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=polling,
            poll_delay_ms=POLL_MS,
            recursive=False,
        ):
            yield any(self._subject.is_own(Path(path)) for _, path in changes)

    def _take(self, own: bool) -> None:
        stamp = self._subject.stamp()
        if not own and stamp == self._stamp:
            return
        self._await_end_of_writing()
        before, self._stamp = self._stamp, self._subject.stamp()
        written = {path for path, *_ in set(before) ^ set(self._stamp)}
        self._tell(Saved(own or any(self._subject.is_own(Path(path)) for path in written)))

    def _await_end_of_writing(self) -> None:
        """Give an editor that has emptied the file, or taken it away, a moment to write it anew."""
        deadline = time.monotonic() + UNFINISHED_S
        while not self._subject.is_finished() and time.monotonic() < deadline:
            if self._closing.wait(STEP_MS / 1000):
                return


class Regrader(threading.Thread):
    """Grades what was wanted last, in a thread of its own; a grading that is overtaken is ended.

    Args:
        revisions: begins gradings; used by this thread only, once it has started.
        tell: takes each event.
    """

    def __init__(self, revisions: Revisions, tell: Tell) -> None:
        super().__init__(name="regrader", daemon=True)
        self._revisions = revisions
        self._tell = tell
        self._changed = threading.Condition()
        self._wanted: Found | None = None
        self._running: Grading | None = None
        self._closing = False

    def want(self, found: Found | None) -> None:
        """Have this graded, and what is being graded ended; None to have nothing graded."""
        with self._changed:
            self._wanted = found
            self._stop_running()

    def close(self) -> None:
        """End what is being graded, and wait for the thread."""
        with self._changed:
            self._closing = True
            self._stop_running()
        self.join()
        self._revisions.close()

    def run(self) -> None:
        """Grade until `close` is called."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._wanted is not None)
                if self._closing:
                    return
                found, self._wanted = self._wanted, None
            assert found is not None  # it is what was waited for
            self._grade(found)

    def _grade(self, found: Found) -> None:
        self._tell(Began(found))
        try:
            run = self._revisions.begin(found.exercise, found.submission, whole=found.whole)
            with self._changed:
                overtaken = self._closing or self._wanted is not None
                self._running = None if overtaken else run
            if overtaken:
                run.stop()
            result = run.result(lambda started: self._tell(Progressed(started)))
        except Stopped:
            return
        except (UsageError, GraderFault) as fault:
            self._tell(Faulted(fault))
            return
        finally:
            with self._changed:
                self._running = None
        self._tell(Graded(result, run.kept))
        with self._changed:
            has_time = self._wanted is None and not self._closing
        if has_time:
            self._make_ready(found)

    def _make_ready(self, found: Found) -> None:
        # What goes wrong is told when it is needed, if it is still so then.
        with contextlib.suppress(UsageError, GraderFault):
            self._revisions.make_ready(found.exercise, found.submission)

    def _stop_running(self) -> None:
        if self._running is not None:
            self._running.stop()
        self._changed.notify()


class Watch:
    """Decides what is graded: what was saved and is new.

    Args:
        subject: what is watched.
        want: has something graded, or nothing.
    """

    def __init__(self, subject: Subject, want: Callable[[Found | None], None]) -> None:
        self._subject = subject
        self._want = want
        self._sha256 = ""
        self.missing: UsageError | None = None

    def look(self, *, again: bool = False) -> bool:
        """Read what lies there, and have it graded where it is new, or in any case; say whether anything was new.

        Args:
            again: grade it even where nothing has changed, every check of it.
        """
        found = self._subject.read()
        if isinstance(found, Missing):
            known = self.missing is not None and str(self.missing.cause) == str(found.fault.cause)
            self.missing, self._sha256 = found.fault, ""
            self._want(None)
            return not known
        self.missing = None
        if found.sha256 == self._sha256 and not again:
            return False
        self._sha256 = found.sha256
        self._want(replace(found, whole=again))
        return True

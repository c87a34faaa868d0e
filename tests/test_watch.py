"""`grade watch`: what is graded when, however an editor saves; lanes made ready ahead; and the command on a terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import queue
import re
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import PATIENCE_S, check_of, descendants, eventually, is_running, kill, write_course
from sample_results import cannot_run, make_check, make_result, typical

from grader.changes import compare
from grader.course import find_course
from grader.faults import UsageError
from grader.records import Verdict
from grader.render.as_screen import View, screen_of
from grader.render.as_text import make_console
from grader.watch import Found, Graded, Notices, Regrader, Saved, Subject, Watch, may_matter

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return x\n"
SUITE = """
@pytest.mark.points(2)
def test_doubles(student):
    '''Twice as much'''
    assert student.double(3) == 6


@pytest.mark.points(1)
def test_zero(student):
    '''Zero stays zero'''
    assert student.double(0) == 0
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course with one exercise, beside the student's folder `mine`."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.py").write_text(RIGHT, encoding="utf-8")
    return write_course(tmp_path / "course", hidden=SUITE)


@pytest.fixture
def file(root: Path) -> Path:
    """The student's file."""
    return root.parent / "mine" / "work.py"


def subject_of(root: Path, path: Path | None) -> Subject:
    return Subject(find_course(root, {}, root), "tiny", path)


class Wanted:
    """Takes what a `Watch` wants graded."""

    def __init__(self) -> None:
        self.sources: list[str | None] = []

    def __call__(self, found: Found | None) -> None:
        self.sources.append(None if found is None else found.submission.source)


# What is graded


def test_what_is_saved_without_a_change_is_not_graded_again(root: Path, file: Path) -> None:
    wanted = Wanted()
    watch = Watch(subject_of(root, file), wanted)

    looks = [watch.look(), watch.look(), watch.look(again=True)]

    assert looks == [True, False, True]
    assert wanted.sources == [RIGHT, RIGHT]


@pytest.mark.parametrize(
    "name",
    ["solutions/tiny/test_hidden.py", "exercises/tiny/exercise.toml"],
)
def test_a_suite_that_its_author_saves_is_read_anew(root: Path, file: Path, name: str) -> None:
    wanted = Wanted()
    watch = Watch(subject_of(root, file), wanted)
    watch.look()

    with (root / name).open("a", encoding="utf-8") as stream:
        stream.write("# edited\n")

    assert watch.look()
    assert wanted.sources == [RIGHT, RIGHT]


def test_a_file_that_disappears_ends_the_grading_and_is_graded_when_it_is_back(root: Path, file: Path) -> None:
    wanted = Wanted()
    watch = Watch(subject_of(root, file), wanted)
    watch.look()

    file.unlink()
    gone, still_gone = watch.look(), watch.look()
    told = watch.missing
    file.write_text(RIGHT, encoding="utf-8")
    back = watch.look()

    assert (gone, still_gone, back) == (True, False, True)
    assert isinstance(told, UsageError) and "work.py" in told.cause
    assert wanted.sources == [RIGHT, None, None, RIGHT]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00broken", b"def double(:\n", b""], ids=["no text", "syntax", "empty"])
def test_a_file_that_is_no_python_is_graded_like_any_other(root: Path, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    wanted = Wanted()

    Watch(subject_of(root, file), wanted).look()

    assert len(wanted.sources) == 1 and wanted.sources[0] is not None


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("work.py", True),
        ("handin.zip", True),
        ("work.ipynb", True),
        ("exercise.toml", True),
        (".work.py.swp", False),
        ("work.py~", False),
        ("4913.tmp", False),
        ("__pycache__", False),
        ("work.cpython-311.pyc", False),
        (".#work.py", False),
        ("report.html", False),
    ],
)
def test_what_editors_and_python_leave_beside_the_file_does_not_count(name: str, matters: bool) -> None:
    assert may_matter(name) is matters


# How editors save


def save_in_place(file: Path) -> None:
    file.write_text(WRONG, encoding="utf-8")


def save_by_rename(file: Path) -> None:
    other = file.with_name("4913.tmp")
    other.write_text(WRONG, encoding="utf-8")
    other.replace(file)


def save_by_backup(file: Path) -> None:
    file.rename(file.with_name("work.py~"))
    file.write_text(WRONG, encoding="utf-8")


def save_in_two_steps(file: Path) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.write(WRONG[:9])
        stream.flush()
        stream.write(WRONG[9:])


SAVES = [save_in_place, save_by_rename, save_by_backup, save_in_two_steps]


@contextlib.contextmanager
def noticing(subject: Subject, *, poll: bool = False) -> Iterator[queue.SimpleQueue[Any]]:
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()
    notices = Notices(subject, told.put, poll=poll)
    notices.start()
    try:
        yield told
    finally:
        notices.close()


@pytest.mark.parametrize("poll", [False, True], ids=["told", "polling"])
@pytest.mark.parametrize("save", SAVES)
def test_a_save_is_noticed_when_it_is_complete(root: Path, file: Path, save: Callable[[Path], None], poll: bool) -> None:
    subject = subject_of(root, file)
    with noticing(subject, poll=poll) as told:
        save(file)

        event = told.get(timeout=PATIENCE_S)
        found = subject.read()

    assert event == Saved(own=True)
    assert isinstance(found, Found) and found.submission.source == WRONG


def test_a_file_in_a_folder_below_the_submission_is_noticed(root: Path, file: Path) -> None:
    (file.parent / "parts").mkdir()
    subject = subject_of(root, file.parent)
    with noticing(subject) as told:
        (file.parent / "parts" / "helper.py").write_text("x = 1\n", encoding="utf-8")

        assert told.get(timeout=PATIENCE_S) == Saved(own=True)


def test_a_suite_that_is_saved_is_noticed_and_is_not_the_submission(root: Path, file: Path) -> None:
    with noticing(subject_of(root, file)) as told:
        with (root / "solutions" / "tiny" / "test_hidden.py").open("a", encoding="utf-8") as stream:
            stream.write("# edited\n")

        assert told.get(timeout=PATIENCE_S) == Saved(own=False)


# Gradings that overtake each other


class SlowRun:
    """A grading that ends when it is stopped, or at once."""

    kept = 0

    def __init__(self, source: str, ends: bool) -> None:
        self.source = source
        self._ends = ends
        self._stopped = threading.Event()

    def result(self, progress: Any) -> Any:
        from grader.run import Stopped

        if not self._ends:
            assert self._stopped.wait(PATIENCE_S)
            raise Stopped
        return make_result(make_check("order"), student=self.source.strip())

    def stop(self) -> None:
        self._stopped.set()


class SlowGrader:
    """A grader whose first grading does not end of its own accord."""

    def __init__(self) -> None:
        self.begun: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.ready: list[str] = []
        self.closed = False

    def begin(self, exercise: Any, submission: Any, *, whole: bool) -> SlowRun:
        self.begun.put(submission.source)
        return SlowRun(submission.source, ends="slow" not in submission.source)

    def make_ready(self, exercise: Any, submission: Any) -> None:
        self.ready.append(submission.source)

    def close(self) -> None:
        self.closed = True


def found_with(root: Path, file: Path, source: str) -> Found:
    file.write_text(source, encoding="utf-8")
    found = subject_of(root, file).read()
    assert isinstance(found, Found)
    return found


def test_a_grading_that_is_overtaken_ends_and_the_newest_is_graded(root: Path, file: Path) -> None:
    events: queue.SimpleQueue[Any] = queue.SimpleQueue()
    grader: Any = SlowGrader()
    regrader = Regrader(grader, events.put)
    regrader.start()

    regrader.want(found_with(root, file, "slow = 1\n"))
    first = grader.begun.get(timeout=PATIENCE_S)
    regrader.want(found_with(root, file, "quick = 2\n"))
    told = [events.get(timeout=PATIENCE_S) for _ in range(3)]
    regrader.close()

    assert first == "slow = 1\n"
    assert [event.result.student for event in told if isinstance(event, Graded)] == ["quick = 2"]


def test_closing_ends_what_is_being_graded(root: Path, file: Path) -> None:
    grader: Any = SlowGrader()
    regrader = Regrader(grader, lambda event: None)
    regrader.start()
    regrader.want(found_with(root, file, "slow = 1\n"))
    grader.begun.get(timeout=PATIENCE_S)

    regrader.close()

    assert not regrader.is_alive() and grader.closed
    assert grader.ready == []


# Lanes made ready ahead


def read(root: Path, file: Path, source: str) -> tuple[Any, Any]:
    found = found_with(root, file, source)
    return found.exercise, found.submission


def test_a_lane_made_ready_gives_the_result_of_any_other(grader: Any, root: Path, file: Path) -> None:
    plain = grader.grade(*read(root, file, WRONG))

    grader.make_ready(*read(root, file, RIGHT))
    ahead = list(grader._idle)
    result = grader.grade(*read(root, file, WRONG))

    assert len(ahead) == 1 and not grader._idle
    assert compare(plain, result).is_empty
    assert check_of(result, "test_doubles").message == check_of(plain, "test_doubles").message
    assert (result.sha256, result.environment) == (plain.sha256, plain.environment)


def test_a_lane_made_ready_holds_no_stale_suite(grader: Any, root: Path, file: Path) -> None:
    suite = root / "solutions" / "tiny" / "test_hidden.py"
    grader.make_ready(*read(root, file, RIGHT))
    suite.write_text(suite.read_text(encoding="utf-8").replace("== 6", "== 7"), encoding="utf-8")

    result = grader.grade(*read(root, file, RIGHT))

    assert check_of(result, "test_doubles").verdict is Verdict.FAILED


@pytest.mark.skipif(sys.platform != "linux", reason="walks /proc")
def test_a_lane_that_died_while_it_waited_is_replaced(grader: Any, engine: Any, root: Path, file: Path) -> None:
    grader.make_ready(*read(root, file, RIGHT))
    (ahead,) = grader._idle
    ahead.lane.end()
    eventually(lambda: not ahead.lane.is_waiting(), "the judge is gone")

    result = grader.grade(*read(root, file, RIGHT))

    assert result.passed


@pytest.fixture
def keeper(engine: Any) -> Any:
    """A grader that keeps its lane, on the engine of all tests."""
    from grader.run import Grader
    from grader.terms import Choices

    keeping = Grader(Choices(device="cpu"), keep=1, hurry=True, engine=engine)
    yield keeping
    keeping.drop_lanes()


def test_a_lane_that_is_kept_gives_each_submission_the_result_of_a_lane_of_its_own(
    grader: Any, keeper: Any, root: Path, file: Path
) -> None:
    sources = (WRONG, RIGHT, "def double(x):\n    raise KeyboardInterrupt\n", "import nothing_like_this\n", WRONG, RIGHT)
    own = [grader.grade(*read(root, file, source)) for source in sources]

    kept = [keeper.grade(*read(root, file, source)) for source in sources]

    assert [compare(one, other).is_empty for one, other in zip(own, kept)] == [True] * len(sources)
    assert [one.points for one in own] == [one.points for one in kept]
    assert len(keeper._idle) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="walks /proc")
def test_nothing_of_a_submission_is_left_in_a_lane_that_is_kept(keeper: Any, root: Path, file: Path) -> None:
    leaving = (
        "import os, pathlib\npathlib.Path('note.txt').write_text('mine')\npathlib.Path('../note.txt').write_text('mine')\n"
        "if os.fork() == 0:\n    import time\n    time.sleep(600)\n\ndef double(x):\n    return 2 * x\n"
    )
    looking = (
        "import os\n\ndef double(x):\n    found = [*os.listdir('.'), *os.listdir('..')]\n"
        "    assert all(name.startswith('check-') for name in found), found\n    return 2 * x\n"
    )
    before = set(descendants(os.getpid()))
    keeper.grade(*read(root, file, RIGHT))  # the first lane is not kept
    keeper.make_ready(*read(root, file, RIGHT))
    keeper.grade(*read(root, file, leaving))

    result = keeper.grade(*read(root, file, looking))

    assert result.passed, [check.message for check in result.checks]
    new = "the slot (of two processes at level full), the judge and a worker that waits are all that was started and still runs"
    eventually(lambda: len(set(descendants(os.getpid())) - before) <= 4, new)


@pytest.mark.skipif(sys.platform != "linux", reason="walks /proc")
def test_a_grading_that_is_stopped_leaves_nothing(grader: Any, root: Path, file: Path) -> None:
    from grader.run import Stopped

    before = set(descendants(os.getpid()))
    run = grader.begin(*read(root, file, "import time\n\ndef double(x):\n    time.sleep(600)\n"))
    started = threading.Event()
    ended: list[type] = []

    def grade() -> None:
        try:
            run.result(lambda _: started.set())
        except Stopped:
            ended.append(Stopped)

    thread = threading.Thread(target=grade)
    thread.start()
    assert started.wait(PATIENCE_S)
    scratch = run._lane.job.scratch
    run.stop()
    thread.join(PATIENCE_S)

    assert ended == [Stopped]
    eventually(lambda: not os.path.exists(scratch), "the scratch folder is gone")
    eventually(lambda: set(filter(is_running, descendants(os.getpid()))) <= before, "every process has ended")


# What is shown


def lines_of(result: Any, before: Any = None, **view: Any) -> list[str]:
    console = make_console(open(os.devnull, "w"), {}, width=80)  # noqa: SIM115 (nothing is written)
    return screen_of(result, None if before is None else compare(before, result), View(**view), console)


def test_a_screen_begins_with_the_score_and_what_changed_and_shows_what_fails() -> None:
    before = make_result(make_check("the order counts", Verdict.FAILED), make_check("names"), make_check("copies"))
    after = make_result(make_check("the order counts"), make_check("names", Verdict.FAILED), make_check("copies"))

    text = "\n".join(lines_of(after, before))

    assert re.search(r"^fixed +the order counts$", text, re.MULTILINE)
    assert re.search(r"^broken +names$", text, re.MULTILINE)
    assert text.index("4 of 6 points") < text.index("fixed") < text.index("FAIL")
    assert "copies" not in text


@pytest.mark.parametrize("rows", [12, 20, 40])
def test_a_screen_keeps_to_its_height_and_says_what_it_leaves_out(rows: int) -> None:
    whole = lines_of(typical())

    lines = lines_of(typical(), rows=rows)

    assert len(lines) <= rows or len(lines) == len(whole)
    assert "more lines: press l" in "".join(lines) or len(lines) == len(whole)


def test_hints_are_left_out_where_they_are_not_wanted() -> None:
    hint = next(check.hint for check in typical().checks if check.hint)

    asked, plain = " ".join("\n".join(lines_of(typical(), hints=True)).split()), "\n".join(lines_of(typical()))

    assert " ".join(hint.split())[:30] in asked
    assert "next " not in plain


def test_a_file_that_does_not_run_is_shown_with_its_line() -> None:
    assert "calculator.py" in "\n".join(lines_of(cannot_run()))


# The terminal


class Terminal:
    """The command in a terminal of its own, 80 columns wide."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self._main, self.theirs = pty.openpty()
        termios.tcsetwinsize(self.theirs, (24, 80)) if hasattr(termios, "tcsetwinsize") else None
        self.before = termios.tcgetattr(self.theirs)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", *arguments],
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "TERM": "xterm", "NO_COLOR": "1"},
            start_new_session=True,
        )

    def read_until(self, pattern: str) -> str:
        """Return what is shown from now on, up to a match."""
        text, deadline = "", time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if select.select([self._main], [], [], 0.1)[0]:
                text += os.read(self._main, 65_536).decode("utf-8", "replace")
            if re.search(pattern, text):
                return text
        pytest.fail(f"{pattern!r} was not shown, only:\n{text}")

    def press(self, key: str) -> None:
        os.write(self._main, key.encode())

    def close(self) -> None:
        for pid in (*descendants(self.process.pid), self.process.pid):
            kill(pid)
        self.process.wait()
        os.close(self._main)
        os.close(self.theirs)


def test_the_command_shows_what_each_save_has_changed_and_gives_the_terminal_back(root: Path, file: Path) -> None:
    terminal = Terminal("watch", "tiny", str(file), "--course", str(root), "--device", "cpu", folder=file.parent)
    try:
        first = terminal.read_until("waiting for the next save[^$]*q quit")
        in_use = termios.tcgetattr(terminal.theirs)
        file.write_text(WRONG, encoding="utf-8")
        second = terminal.read_until("broken[^$]*q quit")
        file.write_text(WRONG, encoding="utf-8")
        third = terminal.read_until("nothing has changed[^$]*q quit")
        terminal.press("r")
        fourth = terminal.read_until("report: tiny-report.html")
        below = descendants(terminal.process.pid)
        terminal.press("q")
        code = terminal.process.wait(PATIENCE_S)
        after = termios.tcgetattr(terminal.theirs)
    finally:
        terminal.close()

    assert "3 of 3 points" in first
    assert re.search(r"points +3 -> 1", second) and re.search(r"broken +Twice as much", second)
    assert max(map(len, re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", second).splitlines())) <= 80
    assert "FAIL" not in third
    assert (file.parent / "tiny-report.html").is_file(), fourth
    assert not in_use[3] & termios.ECHO and after == terminal.before
    assert code == 1
    assert not any(map(is_running, below))


@pytest.mark.parametrize("how", ["in order", "by an exception"])
def test_a_keyboard_is_given_back_however_its_block_ends(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    from grader.cli.terminal import Keyboard

    main, theirs = pty.openpty()
    monkeypatch.setattr(sys, "stdin", os.fdopen(theirs, "r"))
    before = termios.tcgetattr(theirs)
    keys: queue.SimpleQueue[str] = queue.SimpleQueue()

    with contextlib.suppress(ZeroDivisionError), Keyboard(keys.put):
        os.write(main, b"h")
        pressed = keys.get(timeout=PATIENCE_S)
        if how == "by an exception":
            raise ZeroDivisionError

    assert pressed == "h"
    assert termios.tcgetattr(theirs) == before
    sys.stdin.close()
    os.close(main)


def test_signals_become_calls_while_the_block_runs_and_no_longer() -> None:
    from grader.cli.terminal import handling

    before = signal.getsignal(signal.SIGUSR1)
    calls: list[int] = []

    with handling({signal.SIGUSR1: lambda: calls.append(1)}):
        os.kill(os.getpid(), signal.SIGUSR1)

    assert calls == [1]
    assert signal.getsignal(signal.SIGUSR1) == before



"""`grade watch`: grades again on each save; shows the result, what changed, and waits for keys."""

from __future__ import annotations

import contextlib
import gc
import os
import queue
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Union

from rich.console import Console
from rich.text import Text

from grader.changes import compare
from grader.cli.at_hand import course_at_hand
from grader.cli.exits import Exit
from grader.cli.terminal import CLEAR, UP_AND_ERASE, Keyboard, handling, is_screen, suspend
from grader.faults import GraderFault, UsageError
from grader.records import Audience, Outcome, Result
from grader.render.as_screen import View, screen_of
from grader.render.as_text import make_console
from grader.render.audience import redact
from grader.render.clean import visible_line
from grader.render.escape import without_commands
from grader.render.write import check_writable
from grader.revisions import Revisions
from grader.run import Grader
from grader.splitting import lanes_here
from grader.terms import Choices, datasets_of
from grader.watch import Began, Event, Faulted, Graded, Notices, Progressed, Regrader, Saved, Subject, Watch

KEYS = "r report   h hints   l all checks   g grade again   q quit"
# Signals end a shell's command with 128 and their number.
_ENDING = {signal.SIGTERM: 128 + signal.SIGTERM, signal.SIGHUP: 128 + signal.SIGHUP, signal.SIGINT: None}
# Below a result: an empty line, what happens now, the keys.
_LINES_BELOW = 3
# Before that a grading is over more often than not, and a word about it would only flicker.
_PATIENCE_S = 0.3


@dataclass(frozen=True)
class Key:
    """A key was pressed."""

    key: str


@dataclass(frozen=True)
class Redraw:
    """The screen has changed its size, or was another program's."""


@dataclass(frozen=True)
class Quit:
    """The command shall end; `code` is its exit code where that is not the result's."""

    code: int | None


Happening = Union[Event, Key, Redraw, Quit]


def watch_one(
    name: str,
    submission: Path | None,
    *,
    course: Path | None,
    device: str,
    seed: int,
    data_root: Path | None,
    suites: str,
    html_path: Path | None,
    audience: str | None,
    isolation: str,
    hints: bool,
    poll: bool,
) -> int:
    """Grade one submission again and again, until somebody ends it; return the exit code of its last result."""
    subject = Subject(course_at_hand(course), name, submission)
    choices = Choices(device=device, seed=seed, data_root=data_root, suites=suites, isolation=isolation)
    datasets_of(subject.exercise, choices)
    report = html_path or Path(f"{subject.exercise.name}-report.html")
    if html_path is not None:
        check_writable(html_path)
    gc.enable()  # the command line switches it off for short runs, and this is none
    happenings: queue.SimpleQueue[Happening] = queue.SimpleQueue()
    on_screen = is_screen(sys.stdin, sys.stdout)
    view = View(hints=hints, task=subject.exercise.task)
    display = Display(make_console(sys.stdout, os.environ), Audience(audience or Audience.STUDENT.value), view, on_screen)
    display.open(_opening(subject, poll))
    with contextlib.ExitStack() as stack:
        regrader = Regrader(Revisions(stack.enter_context(Grader(choices, keep=lanes_here(), hurry=True))), happenings.put)
        regrader.start()
        stack.callback(regrader.close)
        keyboard = stack.enter_context(Keyboard(lambda keys: _put_keys(keys, happenings))) if on_screen else None
        stack.enter_context(handling(_handlers(happenings, keyboard)))
        notices = Notices(subject, happenings.put, poll=poll)
        notices.start()
        stack.callback(notices.close)
        session = Session(Watch(subject, regrader.want), display, report)
        session.look(again=True)
        return session.serve(happenings)


def _opening(subject: Subject, poll: bool) -> str:
    how = " (looking again and again: on this disk nobody tells of changes)" if subject.needs_polling() else ""
    how = " (looking again and again, as asked)" if poll else how
    return f"{subject.exercise.name}: watching {subject.path}{how}"


def _put_keys(keys: str, happenings: queue.SimpleQueue[Happening]) -> None:
    if not keys.startswith("\x1b"):  # an arrow or a function key
        for key in keys:
            happenings.put(Key(key))


def _handlers(
    happenings: queue.SimpleQueue[Happening], keyboard: Keyboard | None
) -> dict[signal.Signals, Callable[[], None]]:
    """Return what signals do: none of it in the middle of something, but as one more entry of the queue."""

    def putter(happening: Happening) -> Callable[[], None]:
        return lambda: happenings.put(happening)

    handlers = {number: putter(Quit(code)) for number, code in _ENDING.items()}
    if keyboard is not None:

        def suspend_and_redraw() -> None:
            suspend(keyboard)
            happenings.put(Redraw())

        handlers |= {signal.SIGWINCH: putter(Redraw()), signal.SIGTSTP: suspend_and_redraw}
    return handlers


class Session:
    """One `grade watch`: takes what happens, decides, and has it shown.

    Args:
        watch: decides what is graded.
        display: shows it.
        report: where the HTML report goes when it is asked for.
    """

    def __init__(self, watch: Watch, display: Display, report: Path) -> None:
        self._watch = watch
        self._display = display
        self._report = report
        self._last: Result | GraderFault | UsageError | None = None
        self._baseline: Result | None = None  # the last one in which checks could run
        self._keys: dict[str, Callable[[], None]] = {
            "r": self._write_report,
            "h": display.toggle_hints,
            "l": display.toggle_every_check,
            "g": lambda: self.look(again=True),
        }

    def serve(self, happenings: queue.SimpleQueue[Happening]) -> int:
        """Take what happens until the end; return the exit code."""
        while True:
            happening = happenings.get()
            if isinstance(happening, Quit) or (isinstance(happening, Key) and happening.key in ("q", "Q", "\x04")):
                self._display.end()
                code = happening.code if isinstance(happening, Quit) else None
                return self.exit_code if code is None else code
            self._take(happening)

    @property
    def exit_code(self) -> int:
        """The exit code after the last result."""
        if isinstance(self._last, GraderFault):
            return int(Exit.GRADER_FAULT)
        if not isinstance(self._last, Result):
            return int(Exit.NOT_PASSED)
        if self._last.outcome is Outcome.GRADER_ERROR:
            return int(Exit.GRADER_FAULT)
        return int(Exit.PASSED if self._last.passed else Exit.NOT_PASSED)

    def look(self, *, again: bool = False, own: bool = True) -> None:
        """Read what lies there; `own`: the submission itself was saved, so that somebody waits for an answer."""
        is_new = self._watch.look(again=again)
        if self._watch.missing is not None:
            self._last = self._watch.missing
            if is_new:
                self._display.problem(self._watch.missing)
        elif not is_new and own:
            self._display.say("saved, and nothing has changed")

    def _take(self, happening: Happening) -> None:
        if isinstance(happening, Saved):
            self.look(own=happening.own)
        elif isinstance(happening, Key):
            self._keys.get(happening.key.lower(), lambda: None)()
        elif isinstance(happening, Redraw):
            self._display.draw()
        elif isinstance(happening, Began):
            self._display.begin()
        elif isinstance(happening, Progressed):
            self._display.progress(f"{happening.started.number}/{happening.started.total} {happening.started.title}")
        elif self._watch.missing is None:
            self._take_end(happening)

    def _take_end(self, happening: Graded | Faulted | Quit) -> None:
        if isinstance(happening, Faulted):
            self._last = happening.fault
            self._display.problem(happening.fault)
        elif isinstance(happening, Graded):
            self._display.result(happening.result, self._baseline, happening.kept)
            self._last = happening.result
            if happening.result.outcome is Outcome.GRADED:
                self._baseline = happening.result

    def _write_report(self) -> None:
        if not isinstance(self._last, Result):
            self._display.say("there is no result yet to report")
            return
        self._display.say("writing the report ...")
        from grader.render.as_html import write_html

        try:
            write_html(redact(self._last, self._display.audience), self._report)
        except UsageError as fault:
            self._display.say(f"{fault.cause} ({fault.where})")
            return
        open_in_browser(self._report.resolve())
        self._display.say(f"report: {self._report}")  # as it was named: a whole path is cut on a narrow screen


class Display:
    """What is on the screen, or in a log where there is none.

    Args:
        console: where it goes.
        audience: who reads it.
        view: what is shown at first.
        on_screen: whether there is a screen to clear, with keys; else everything is printed one below the other.
    """

    def __init__(self, console: Console, audience: Audience, view: View, on_screen: bool) -> None:
        self.audience = audience
        self._console = console
        self._on_screen = on_screen
        self._view = view
        self._shown: tuple[Result, Result | None] | None = None
        self._problem: list[str] = []
        self._status = ""
        self._began = 0.0

    def open(self, title: str) -> None:
        """Say what is watched, until there is a result."""
        self._problem = [visible_line(title, 2_000)]
        self._status = f"{_now()}  starting"
        self.draw()

    def result(self, result: Result, before: Result | None, kept: int = 0) -> None:
        """Show a result, and what is different from the one before.

        Args:
            kept: how many checks did not run again.
        """
        self._shown, self._problem = (result, before), []
        anew = f", {len(result.checks) - kept} of {len(result.checks)} checks anew; waiting" if kept else "; waiting for the next save"
        self._status = f"{_now()}  graded {visible_line(result.files[0])}{anew}"
        self.draw()

    def problem(self, fault: UsageError | GraderFault) -> None:
        """Show why there is no result."""
        whose = "the grader failed (this is not the fault of the submission)" if isinstance(fault, GraderFault) else ""
        self._problem = [
            *([whose] if whose else []),
            visible_line(fault.cause),
            *([f"  where  {visible_line(fault.where)}"] if fault.where else []),
            *([f"  next   {visible_line(fault.cure)}"] if fault.cure else []),
        ]
        self._status = f"{_now()}  waiting for the next save"
        self.draw()

    def say(self, status: str) -> None:
        """Show one line on what happens, in place of the one before."""
        self._status = f"{_now()}  {visible_line(status, 2_000)}"
        self._draw_status()

    def begin(self) -> None:
        """Note that a grading has begun."""
        self._began = time.monotonic()

    def progress(self, words: str) -> None:
        """Show how far a grading is, once it has taken a while."""
        if self._on_screen and time.monotonic() - self._began > _PATIENCE_S:
            self.say(f"grading: {words}")

    def toggle_hints(self) -> None:
        """Show hints, or no longer."""
        self._view = replace(self._view, hints=not self._view.hints)
        self.draw()

    def toggle_every_check(self) -> None:
        """Show all checks, or only what does not pass."""
        self._view = replace(self._view, every_check=not self._view.every_check)
        self.draw()

    def draw(self) -> None:
        """Show everything anew."""
        lines = self._problem or self._lines_of_result()
        if self._on_screen:
            self._write(CLEAR + "".join(f"{line}\n" for line in (*lines, "", "")))
            self._draw_status()
        else:
            self._write("".join(f"{line}\n" for line in (*map(without_commands, lines), "")))
            self._draw_status()

    def end(self) -> None:
        """Leave the cursor on a line of its own."""
        if self._on_screen:
            self._write("\n")

    def _lines_of_result(self) -> list[str]:
        if self._shown is None:
            return []
        result, before = (None if one is None else redact(one, self.audience) for one in self._shown)
        assert result is not None  # the first of the pair always is
        changes = None if before is None or result.outcome is not Outcome.GRADED else compare(before, result)
        rows = self._console.height - _LINES_BELOW if self._on_screen else None
        return screen_of(result, changes, replace(self._view, rows=rows), self._console)

    def _draw_status(self) -> None:
        if not self._on_screen:
            self._write(f"{without_commands(self._status)}\n")
            return
        width = self._console.width - 1
        with self._console.capture() as capture:
            self._console.print(Text(self._status[:width], "dim"), soft_wrap=True)
            self._console.print(Text(KEYS[:width], "bold"), soft_wrap=True, end="")
        self._write(UP_AND_ERASE + capture.get())

    def _write(self, text: str) -> None:
        self._console.file.write(text)
        self._console.file.flush()


def _now() -> str:
    return time.strftime("%H:%M:%S")


def open_in_browser(path: Path) -> None:
    """Open a page where there is a desktop to open it on; a browser in the terminal would take that over."""
    if sys.platform == "darwin":
        opener = shutil.which("open")
    else:
        desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        opener = shutil.which("xdg-open") if desktop else None
    if opener is not None:
        with contextlib.suppress(OSError):
            subprocess.Popen(
                [opener, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

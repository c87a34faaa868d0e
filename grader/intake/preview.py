"""What `--dry-run` prints of an `Intake`: which file counts for whom and why, what does not, who handed in nothing.

On a terminal lines are wrapped; in a pipe each stays one line, so that `grep` finds whole names.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from grader.intake.layouts import TITLES
from grader.intake.records import HandIn, Ignored, Intake, Student
from grader.render.clean import visible_line
from grader.render.escape import without_commands
from grader.render.words import counted

_MAX_WIDTH = 100
_LINE_LIMIT = 4000


def print_intake(intake: Intake, console: Console) -> None:
    """Print everything that is known of an intake; each file of the export is named once for each time that it counts."""
    _Printer(intake, console).everything()


class _Printer:
    def __init__(self, intake: Intake, console: Console) -> None:
        self.intake = intake
        self.console = console
        self.width = min(console.width, _MAX_WIDTH)
        there = {hand_in.exercise for hand_in in intake.hand_ins}
        self.nobody = [name for name in intake.exercises if name not in there]
        self.column = max((len(name) for name in intake.exercises), default=0)

    def everything(self) -> None:
        intake = self.intake
        titles = ", ".join(TITLES.get(name, name) for name in intake.layout.split(", "))
        self._line(f"Read as: {titles} ({intake.layout})")
        students, hand_ins = counted(len(intake.students), "student"), counted(len(intake.hand_ins), "hand-in")
        self._line(f"{students}, {hand_ins} for {', '.join(intake.exercises)}")
        if self.nobody:
            self._line(f"Nobody handed in {', '.join(self.nobody)}")
        self._students()
        self._ignored(intake.ignored)
        if intake.warnings:
            self._heading("Look at these")
            for warning in intake.warnings:
                self._line(warning, indent=2, style="yellow")

    def _students(self) -> None:
        of: dict[str, dict[str, HandIn]] = {}
        for hand_in in self.intake.hand_ins:
            of.setdefault(hand_in.student, {})[hand_in.exercise] = hand_in
        absent = [student for student in self.intake.students if student.key not in of]
        for student in self.intake.students:
            if student.key in of:
                self._heading(_called(student))
                for exercise in (name for name in self.intake.exercises if name not in self.nobody):
                    self._hand_in(exercise, of[student.key].get(exercise))
        tried = {entry.student for entry in self.intake.ignored}
        for title, students in (
            ("Handed in nothing that counts", [student for student in absent if student.key in tried]),
            ("Handed in nothing", [student for student in absent if student.key not in tried]),
        ):
            if students:
                self._heading(f"{title} ({len(students)})")
            for student in students:
                self._line(_called(student), indent=2)

    def _hand_in(self, exercise: str, hand_in: HandIn | None) -> None:
        title = f"{exercise:<{self.column}}  "
        if hand_in is None:
            self._line(f"{title}missing", indent=2, style="dim")
            return
        indent = 2 + len(title)
        late = "LATE  " if hand_in.late else ""
        for number, source in enumerate(hand_in.sources):
            self._line((title if number == 0 else " " * len(title)) + (late if number == 0 else "") + source, indent=2)
        when = f", handed in {hand_in.handed_in:%Y-%m-%d %H:%M:%S %z}" if hand_in.handed_in else ""
        self._line(f"{hand_in.why}{when}", indent=indent, style="dim")
        if hand_in.fault:
            self._line(f"cannot be graded: {hand_in.fault}", indent=indent, style="red")
        for source in hand_in.others:
            self._line(f"passed over: {source}", indent=indent)

    def _ignored(self, ignored: Sequence[Ignored]) -> None:
        if not ignored:
            return
        self._heading(f"Ignored ({len(ignored)})")
        by_reason: dict[str, list[Ignored]] = {}
        for entry in ignored:
            by_reason.setdefault(entry.reason, []).append(entry)
        for reason, entries in by_reason.items():
            self._line(f"{reason}:", indent=2, style="dim")
            for entry in entries:
                self._line(entry.source, indent=4)

    def _heading(self, text: str) -> None:
        self._line("")
        self._line(text, style="bold")

    def _line(self, text: str, *, indent: int = 0, style: str = "") -> None:
        """Print one line of whatever names it holds, cleaned; what goes on the next line is indented further."""
        shown = Text(without_commands(" " * indent + _clean(text)), style=style)
        if not self.console.is_terminal:
            self.console.print(shown, soft_wrap=True)
            return
        hang = " " * (indent + 2)
        first, *rest = shown.wrap(self.console, self.width - 2) or [shown]
        first.rstrip()
        self.console.print(first, soft_wrap=True)
        if rest:
            more = Text(" ").join(rest)
            for line in more.wrap(self.console, max(self.width - len(hang), 20)):
                line.rstrip()
                self.console.print(Text(hang, style=style) + line, soft_wrap=True)


def _clean(text: str) -> str:
    spaces = len(text) - len(text.lstrip(" "))
    return " " * spaces + visible_line(text, _LINE_LIMIT)


def _called(student: Student) -> str:
    ids = ", ".join(f"{kind} {value}" for kind, value in student.ids.items())
    name = f"  {student.name}" if student.name != student.key else ""
    return f"{student.key}{name}{f' ({ids})' if ids else ''}"

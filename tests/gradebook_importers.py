"""What the importers of Canvas and Moodle accept and what they would change, after their own code; outputs are run through these.

Canvas: instructure/canvas-lms, lib/gradebook_importer.rb. Moodle: moodle/moodle, mod/assign/feedback/offline/importgradeslib.php and
locallib.php, mod/assign/feedback/file/importziplib.php.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field


class Rejected(Exception):
    """The importer takes no such file."""


@dataclass(frozen=True)
class CanvasStudent:
    name: str
    sortable: str = ""
    sis: str = ""
    login: str = ""


@dataclass
class CanvasCourse:
    """What Canvas knows: assignment id -> title, student id -> student, (student, assignment) -> score or EX."""

    assignments: Mapping[int, str]
    students: Mapping[int, CanvasStudent]
    scores: Mapping[tuple[int, int], str] = field(default_factory=dict)
    not_assigned: frozenset[tuple[int, int]] = frozenset()

    def load(self, content: bytes) -> dict[tuple[int, int], str]:
        """Return (student, assignment) -> new grade of all that would change."""
        rows = [[_decimal_point(cell) for cell in row] for row in self._read(content)]
        header, *rest = rows
        columns = self._assignment_columns(header)
        read_only: set[int] = set()
        changes: dict[tuple[int, int], str] = {}
        for row in rest:
            if "Points Possible" in row[0]:
                read_only = {place for place, cell in enumerate(row) if re.search(r"read\s+only", cell)}
                continue
            if all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row):
                continue
            student = self._student(row, header)
            for place, assignment in columns.items():
                key = student, assignment
                grade = "" if key in self.not_assigned else row[place].strip()
                if place not in read_only and not self._same(grade, self.scores.get(key, "")):
                    changes[key] = grade
        return changes

    def _read(self, content: bytes) -> list[list[str]]:
        text = content.decode("utf-8-sig")
        lines = text.splitlines()[:3]
        counts = {}
        for delimiter in ";,":
            widths = {len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines}
            counts[delimiter] = widths.pop() if len(widths) == 1 else 0
        delimiter = ";" if counts[";"] > counts[","] else ","
        kept = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True) if any(row)]
        if not kept:
            raise Rejected("empty")
        return kept

    def _assignment_columns(self, header: list[str]) -> dict[int, int]:
        if not (len(header) > 3 and "Student" in header[0] and "ID" in header[1]):
            raise Rejected("Invalid header row")
        count = 3
        if "SIS Login ID" in header[2]:
            count += 1
        elif "SIS User ID" in header[2] and "SIS Login ID" in header[3]:
            count += 2 + ("Integration ID" in header[4])
            count += "Root Account" in header[count - 1]
        if "Section" not in header[count - 1]:
            raise Rejected("Invalid header row")
        found = {}
        for place, name in enumerate(header[count:], count):
            if (
                re.search(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)", name)
                or name == "Notes"
            ):
                continue
            match = re.match(r"^(.*)\s\((\d+)\)$", name)
            if match is None or int(match[2]) not in self.assignments:
                raise Rejected(f"Canvas would make a new assignment of {name!r}")
            found[place] = int(match[2])
        return found

    def _student(self, row: list[str], header: list[str]) -> int:
        if row[1].isdigit() and int(row[1]) in self.students:
            return int(row[1])
        at = {name: place for place, name in enumerate(header)}
        for column, trait in (("SIS User ID", "sis"), ("SIS Login ID", "login")):
            if column in at and row[at[column]]:
                for number, student in self.students.items():
                    if getattr(student, trait) == row[at[column]]:
                        return number
        for number, student in self.students.items():
            if row[0] in (student.name, student.sortable):
                return number
        raise Rejected(f"Canvas would ask who {row[0]!r} is")

    @staticmethod
    def _same(new: str, old: str) -> bool:
        if new == old or (new in ("", "-") and old in ("", "-")):
            return True
        if not new or not old or "EX" in (new.upper(), old.upper()):
            return False
        return f"{float(new):.2f}" == f"{float(old):.2f}"


def _decimal_point(cell: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *whole, last = re.split("[.,]", cell)
    return f"{''.join(whole)}.{last}" if whole else last


@dataclass
class MoodleAssignment:
    """What Moodle knows: participant -> grade or nothing, in the words of the site's language."""

    participants: Mapping[int, float | None]
    identifier: str = "Identifier"
    grade: str = "Grade"
    modified: str = "Last modified (grade)"
    participant: str = "Participant "
    point: str = "."
    comments: str = "Feedback comments"
    maximum: float = 10
    locked: frozenset[int] = frozenset()

    def load(self, content: bytes, delimiter: str = ",") -> tuple[dict[int, float], dict[int, str]]:
        """Return participant -> new grade, and -> new comment, of all that would change."""
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))
        header, *rest = rows
        if any(len(row) != len(header) for row in rest):
            raise Rejected("rows of other lengths")
        if not {self.identifier, self.grade, self.modified} <= set(header):
            raise Rejected("invalidgradeimport")
        at = {name: place for place, name in enumerate(header)}
        grades: dict[int, float] = {}
        comments: dict[int, str] = {}
        for row in rest:
            number = row[at[self.identifier]][len(self.participant) :]
            if not number.isdigit() or int(number) not in self.participants:
                continue
            grade = self._changed(int(number), row[at[self.grade]])
            if grade is not None:
                grades[int(number)] = grade
            if self.comments in at and row[at[self.comments]]:
                comments[int(number)] = row[at[self.comments]]
        return grades, comments

    def _changed(self, number: int, cell: str) -> float | None:
        if not cell.strip() or number in self.locked:
            return None
        # PHP's (float) reads as far as it can, so a comma on a site of points would cut the decimals off.
        match = re.match(r"-?\d+(\.\d+)?", cell.replace(" ", "").replace(self.point, "."))
        grade = float(match[0]) if match else 0.0
        if grade == self.participants[number] or not 0 <= grade <= self.maximum:
            return None
        return grade


def moodle_feedback_files(content: bytes, participants: set[int]) -> dict[int, tuple[str, bytes]]:
    """Return participant -> name and content of the feedback that Moodle would take from the zip."""
    taken: dict[int, tuple[str, bytes]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            parts = entry.filename.split("/")
            if parts[-1].startswith((".", "~")):
                continue
            while parts:
                info = parts.pop(0).split("_", 4)
                if len(info) < 4 or not info[1].isdigit() or int(info[1]) not in participants:
                    continue
                if (info[2], info[3]) not in {("assignsubmission", "file"), ("assignfeedback", "file")}:
                    continue
                rest = [info[4] if len(info) > 4 else "", *parts]
                taken[int(info[1])] = ("/".join(rest), archive.read(entry))
                break
    return taken

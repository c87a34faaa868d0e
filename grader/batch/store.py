"""All that a batch has measured and decided, in one SQLite file: each change is one transaction, on the disk when it returns.

No write-ahead log: its second file gets lost when the folder is copied, and it does not work on network mounts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from grader.batch.records import Kept, Published, Standing, Weight
from grader.faults import UsageError
from grader.gradebook.records import Override
from grader.intake.records import Intake
from grader.records import Result

VERSION = 1
_T = TypeVar("_T")
_TABLES = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS result (
    fingerprint TEXT PRIMARY KEY, exercise TEXT NOT NULL, points TEXT NOT NULL, max_points TEXT NOT NULL,
    seconds REAL NOT NULL, timed_out INTEGER NOT NULL, retried INTEGER NOT NULL, made TEXT NOT NULL, record BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS standing (
    student TEXT NOT NULL, exercise TEXT NOT NULL, fingerprint TEXT NOT NULL, record BLOB NOT NULL,
    PRIMARY KEY (student, exercise)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS override (
    number INTEGER PRIMARY KEY, student TEXT NOT NULL, exercise TEXT NOT NULL, record BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS published (
    student TEXT NOT NULL, exercise TEXT NOT NULL, record BLOB NOT NULL, PRIMARY KEY (student, exercise)
) WITHOUT ROWID;
"""


class Store:
    """The file; may be used from the thread that opened it only."""

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=10)
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executescript(_TABLES)  # ends the transaction
        except sqlite3.Error as error:
            cure = "Is it a file of `grade batch`? Move it away to begin anew; nothing in it is changed."
            raise UsageError(f"the file of results cannot be used: {error}", where=str(path), cure=cure) from error
        self._check_version(path)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self._db.close()

    def _check_version(self, path: Path) -> None:
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        if found == 0:
            self._db.execute(f"PRAGMA user_version = {VERSION}")
        elif found > VERSION:
            cure = "Install the newest grader."
            raise UsageError("the file of results is from a newer grader", where=str(path), cure=cure)

    def _write(self, *statements: tuple[str, tuple[Any, ...]]) -> None:
        """Carry out all statements or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in statements:
                self._db.execute(statement, values)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    # Facts: the intake, the weights, the files to fill in

    def set_fact(self, name: str, value: Any) -> None:
        """Keep a value under a name."""
        self._write(("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, msgspec.json.encode(value))))

    def fact(self, name: str, kind: type[_T], default: _T) -> _T:
        """Return what is kept under a name."""
        row = self._db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return default if row is None else msgspec.json.decode(row[0], type=kind)

    @property
    def intake(self) -> Intake | None:
        """What was read last of what the class has handed in."""
        row = self._db.execute("SELECT value FROM fact WHERE name = 'intake'").fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Intake)

    @property
    def weights(self) -> dict[str, dict[str, Weight]]:
        """By exercise and check: what counts instead of the suite's own marks."""
        return self.fact("weights", dict[str, dict[str, Weight]], {})

    # Results

    def add_result(self, kept: Kept, standings: Iterable[Standing]) -> None:
        """Keep a result, and for whom it is, at once."""
        result = kept.result
        timed_out = any(check.verdict.value == "timed_out" for check in result.checks)
        row = (
            *(kept.fingerprint, result.exercise, str(result.points), str(result.max_points), result.seconds),
            *(timed_out, kept.retried, kept.made.isoformat(), msgspec.json.encode(result)),
        )
        marks = ", ".join("?" * len(row))
        self._write((f"INSERT OR REPLACE INTO result VALUES ({marks})", row), *map(_standing_row, standings))

    def set_standings(self, standings: Iterable[Standing]) -> None:
        """Keep what is known of hand-ins."""
        self._write(*map(_standing_row, standings))

    def drop_standings(self, places: Iterable[tuple[str, str]]) -> None:
        """Forget hand-ins that are no longer there."""
        self._write(*(("DELETE FROM standing WHERE student = ? AND exercise = ?", place) for place in places))

    def result(self, fingerprint: str) -> Kept | None:
        """Return what was measured."""
        row = self._db.execute(
            "SELECT record, made, retried FROM result WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
        if row is None:
            return None
        made = datetime.fromisoformat(row[1])
        result = msgspec.json.decode(row[0], type=Result)
        return Kept(fingerprint=fingerprint, result=result, made=made, retried=bool(row[2]))

    def fingerprints(self) -> set[str]:
        """Return those that a result is kept of."""
        return {row[0] for row in self._db.execute("SELECT fingerprint FROM result")}

    def to_retry(self) -> set[str]:
        """Return those whose result has a check that timed out, and that were not tried again."""
        return {row[0] for row in self._db.execute("SELECT fingerprint FROM result WHERE timed_out AND NOT retried")}

    def forget_results(self, fingerprints: Iterable[str]) -> None:
        """Have submissions graded again."""
        self._write(*(("DELETE FROM result WHERE fingerprint = ?", (one,)) for one in fingerprints))

    def standings(self) -> Iterator[Standing]:
        """Yield what is known of every hand-in, by student and exercise."""
        for (record,) in self._db.execute("SELECT record FROM standing ORDER BY student, exercise").fetchall():
            yield msgspec.json.decode(record, type=Standing)

    # Decisions

    def add_override(self, student: str, exercise: str, override: Override) -> None:
        """Keep a decision."""
        row = (student, exercise, msgspec.json.encode(override))
        self._write(("INSERT INTO override (student, exercise, record) VALUES (?, ?, ?)", row))

    def drop_overrides(self, student: str, exercise: str) -> int:
        """Forget the decisions about one grade; return how many there were."""
        place = student, exercise
        count = self._db.execute("SELECT count(*) FROM override WHERE student = ? AND exercise = ?", place).fetchone()[0]
        self._write(("DELETE FROM override WHERE student = ? AND exercise = ?", place))
        return int(count)

    def overrides(self) -> dict[tuple[str, str], tuple[Override, ...]]:
        """Return all decisions by student and exercise, the oldest first."""
        found: dict[tuple[str, str], tuple[Override, ...]] = {}
        for student, exercise, record in self._db.execute("SELECT student, exercise, record FROM override ORDER BY number"):
            place = student, exercise
            found[place] = (*found.get(place, ()), msgspec.json.decode(record, type=Override))
        return found

    def published(self) -> dict[tuple[str, str], Published]:
        """Return what students were last told."""
        rows = self._db.execute("SELECT student, exercise, record FROM published")
        return {(student, exercise): msgspec.json.decode(record, type=Published) for student, exercise, record in rows}

    def publish(self, entries: Iterable[Published]) -> None:
        """Note what students are told from now on."""
        self._write(
            *(
                ("INSERT OR REPLACE INTO published VALUES (?, ?, ?)", (one.student, one.exercise, msgspec.json.encode(one)))
                for one in entries
            )
        )


def _standing_row(standing: Standing) -> tuple[str, tuple[Any, ...]]:
    hand_in = standing.hand_in
    row = (hand_in.student, hand_in.exercise, standing.fingerprint, msgspec.json.encode(standing))
    return "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?)", row


def now() -> datetime:
    """Return the present moment, with its time zone."""
    return datetime.now(timezone.utc).replace(microsecond=0)



"""`course.toml` in the course's folder: what holds for all exercises, their due dates and what lateness costs. It may be missing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from grader.course import Course
from grader.gradebook.late import Late, LatePolicy
from grader.records import Disclosure
from grader.toml_file import TomlFile, closest_name

COURSE_FILE_NAME = "course.toml"
# Of Gradescope's tests (gradescope/autograder_samples, docs/specs.md).
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
_POLICY_EXAMPLE = "late = [{hours = 24, keep = 0.9}, {hours = 72, keep = 0.5}]"
_DUE_EXAMPLE = "2026-11-20T23:59:00+01:00"

_Number = int | float


@dataclass(frozen=True)
class CourseFile:
    """What `course.toml` says; where there is none, nothing is due and lateness costs nothing.

    Attributes:
        due: exercise -> when it is due, with a time zone; exercises without an entry have no due date.
        gradescope: disclosure of a check -> visibility of its test at Gradescope, where the course chooses one.
    """

    title: str = ""
    late: LatePolicy = field(default_factory=LatePolicy)
    due: Mapping[str, datetime] = field(default_factory=dict)
    gradescope: Mapping[Disclosure, str] = field(default_factory=dict)


class _LateConfig(msgspec.Struct, frozen=True):
    hours: _Number
    keep: _Number


class _CourseConfig(msgspec.Struct, frozen=True):
    title: str = ""
    late: tuple[_LateConfig, ...] = ()
    grace_minutes: _Number = 0
    due: dict[str, Any] = {}
    gradescope: dict[str, Any] = {}


def read_course_file(course: Course) -> CourseFile:
    """Return what the course's own file says.

    Raises:
        UsageError: the file is broken; it names the line.
    """
    path = course.root / COURSE_FILE_NAME
    if not path.exists():
        return CourseFile()
    toml = TomlFile(path)
    toml.check_keys(toml.data, _CourseConfig)
    for entry in toml.data["late"] if isinstance(toml.data.get("late"), list) else ():
        if isinstance(entry, dict):
            toml.check_keys(entry, _LateConfig, "late")
    config = toml.convert(_CourseConfig)
    return CourseFile(
        config.title, _read_policy(toml, config), _read_due_dates(toml, config.due, course), _read_visibilities(toml, config.gradescope)
    )


def _read_policy(toml: TomlFile, config: _CourseConfig) -> LatePolicy:
    if not (math.isfinite(config.grace_minutes) and config.grace_minutes >= 0):
        cause = f"`grace_minutes` must be 0 or more, not {config.grace_minutes}"
        raise toml.fault(cause, "grace_minutes", cure="Give a number of minutes.")
    before = _LateConfig(hours=0, keep=1)
    for entry in config.late:
        _check_entry(toml, entry, before)
        before = entry
    # As written: 0.9 of the file is nine tenths, not its nearest binary fraction.
    steps = tuple(Late(float(entry.hours), Decimal(str(entry.keep))) for entry in config.late)
    return LatePolicy(steps, timedelta(minutes=config.grace_minutes))


def _check_entry(toml: TomlFile, entry: _LateConfig, before: _LateConfig) -> None:
    if not entry.hours > before.hours:  # so worded that nan is caught
        cause = f"`hours` of `late` must rise from entry to entry and begin above 0: {entry.hours} after {before.hours}"
        raise toml.fault(cause, "late", cure=f"Write it like {_POLICY_EXAMPLE}.")
    if not 0 <= entry.keep <= 1:
        cause = f"`keep` of `late` must be a fraction from 0 to 1, not {entry.keep}"
        raise toml.fault(cause, "late", cure="Write it as 0.9 where nine tenths of the points are kept.")
    if entry.keep > before.keep:
        cause = f"`keep` of `late` must not rise: {entry.keep} after {before.keep}, so waiting longer would earn more"
        raise toml.fault(cause, "late", cure=f"Write it like {_POLICY_EXAMPLE}.")


def _read_due_dates(toml: TomlFile, due: Mapping[str, Any], course: Course) -> dict[str, datetime]:
    for name, when in due.items():
        if name not in course.exercises:
            closest = closest_name(name, course.exercises)
            cure = f"Did you mean `{closest}`?" if closest else "`grade list` shows all."
            raise toml.fault(f"`due` names {name!r}, which is no exercise of the course", "due", name, cure=cure)
        if not isinstance(when, datetime):
            cause = f"`due.{name}` must be a date with a time, without quotes"
            raise toml.fault(cause, "due", name, cure=f"Write it like {name} = {_DUE_EXAMPLE}.")
        if when.tzinfo is None:
            cause = f"`due.{name}` has no offset from UTC, so it is not the same moment everywhere"
            raise toml.fault(cause, "due", name, cure=f"Write it like {name} = {_DUE_EXAMPLE}.")
    return dict(due)


def _read_visibilities(toml: TomlFile, chosen: Mapping[str, Any]) -> dict[Disclosure, str]:
    for name, visibility in chosen.items():
        for word, known, what in ((name, [one.value for one in Disclosure], "disclosure"), (visibility, VISIBILITIES, "visibility")):
            if word not in known:
                closest = closest_name(str(word), known)
                cure = f"Did you mean `{closest}`?" if closest else f"There are {', '.join(known)}."
                raise toml.fault(f"`gradescope` names {word!r}, which is no {what}", "gradescope", name, cure=cure)
    return {Disclosure(name): visibility for name, visibility in chosen.items()}

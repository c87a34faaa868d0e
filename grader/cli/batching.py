"""`grade batch`: read what a class handed in, grade it on lanes, keep and show the results."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from grader.batch.folder import BatchFolder, working_in
from grader.batch.grading import Keeper, Plan, plan_batch
from grader.batch.lanes import Done, Lanes, LocalLanes
from grader.batch.publishing import Exported, try_exported, write_result, write_student_report
from grader.batch.records import Kept, Standing
from grader.batch.store import Store
from grader.batch.weights import weigh
from grader.cli.exits import Exit
from grader.cli.handing_back import hand_back
from grader.course import Course, find_course, find_exercise, working_exercises
from grader.engine.launch import Machine
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.intake.reading import read_intake
from grader.intake.records import Intake
from grader.isolation import AUTO, Level
from grader.render.escape import without_commands
from grader.run import Grader
from grader.terms import Choices, datasets_of


def grade_batch(
    submissions: Path,
    names: tuple[str, ...],
    *,
    out: Path,
    layout: str,
    roster: Path | None,
    dry_run: bool,
    lanes: int | None,
    cluster: str | None,
    gpus_per_lane: float | None,
    force: bool,
    publish: bool,
    canvas: Path | None,
    moodle: tuple[str, ...],
    columns: tuple[str, ...],
    course: Path | None,
    device: str,
    seed: int,
    data_root: Path | None,
    isolation: str,
) -> Exit:
    """Grade what a class has handed in."""
    found = find_course(course, os.environ, Path.cwd())
    exercises = chosen_exercises(found, names)
    folder = BatchFolder(out.absolute())
    if dry_run:
        _preview(read_intake(submissions, exercises, None, layout=layout, roster=roster, out=folder.root))
        return Exit.PASSED
    exported = read_exported(canvas, moodle, columns, exercises)
    choices = Choices(
        device=device,
        seed=seed,
        data_root=data_root,
        isolation=Level.LANDLOCK.value if isolation == AUTO else isolation,
        hidden=(folder.root, submissions.absolute()),
    )
    with working_in(folder), Store(folder.store) as store:
        intake = read_intake(submissions, exercises, folder.submissions, layout=layout, roster=roster, out=folder.root)
        if not names:
            intake, exercises = _handed_in(intake, exercises)
        try_exported(exported.values(), intake.exercises)
        _keep_intake(store, intake, exported, found, choices)
        for exercise in exercises:
            datasets_of(exercise, choices)  # what is missing is told at once, before anything is started
        with lanes_on(cluster, lanes, gpus_per_lane, choices) as (grader, where):
            plans = plan_batch(exercises, intake, grader, store, force=force)
            grade_plans(plans, folder, store, where)
        return hand_back(folder, store, found, wanted=publish)


def chosen_exercises(course: Course, names: Sequence[str]) -> tuple[Exercise, ...]:
    """Return the exercises of these names, or all."""
    if names:
        return tuple(find_exercise(course, name) for name in dict.fromkeys(names))
    exercises, broken = working_exercises(course)
    if broken:
        raise broken[0]
    return exercises


@contextlib.contextmanager
def lanes_on(
    cluster: str | None, count: int | None, gpus_per_lane: float | None, choices: Choices
) -> Iterator[tuple[Grader, Lanes]]:
    """Give what plans a batch, and where its submissions are graded: on this machine, or on a cluster.

    Args:
        count: how many are graded at once; None for as many as there is room for.

    Raises:
        UsageError: the options do not fit together, or the cluster cannot be used.
    """
    if cluster is not None:
        from grader.cluster.ray_lanes import cluster_lanes

        with cluster_lanes(cluster, count, gpus_per_lane, choices, _tell) as opened:
            yield opened
        return
    if gpus_per_lane is not None:
        cure = "Add --on ray, or leave it out: the lanes of one machine share its GPU."
        raise UsageError("--gpus-per-lane is for a cluster", where="--gpus-per-lane", cure=cure)
    count = count or Machine.here().cores
    with Grader(choices, keep=count) as grader:
        yield grader, LocalLanes(grader, count)


def _tell(sentence: str) -> None:
    click.echo(without_commands(sentence), err=True)


def read_exported(
    canvas: Path | None, moodle: Iterable[str], columns: Iterable[str], exercises: Sequence[Exercise]
) -> dict[str, Exported]:
    """Return the files that the grades shall go back in, by what they are for.

    Raises:
        UsageError: one cannot be read, or an option names no exercise.
    """
    named = dict(_pair(entry, "--column", "exercise3=Title of the column") for entry in columns)
    found = {}
    if canvas is not None:
        own = {name: header for name, header in named.items() if ":" not in name}
        found["canvas"] = Exported(platform="canvas", name=str(canvas), content=_bytes_of(canvas), columns=own)
    for entry in moodle:
        exercise, path = _pair(entry, "--moodle", "exercise3=worksheet.csv")
        if exercise not in {one.name for one in exercises}:
            cure = f"Name one of: {', '.join(one.name for one in exercises)}."
            raise UsageError(f"{exercise!r} is none of the exercises", where=f"--moodle {entry}", cure=cure)
        own = {role.partition(":")[2]: header for role, header in named.items() if role.partition(":")[0] == exercise}
        own.pop("", None)
        content = _bytes_of(Path(path))
        found[f"moodle {exercise}"] = Exported(
            platform="moodle", exercise=exercise, name=path, content=content, columns=own
        )
    return found


def _pair(entry: str, option: str, example: str) -> tuple[str, str]:
    name, separator, value = entry.partition("=")
    if not separator or not name.strip() or not value.strip():
        raise UsageError(f"{option} wants a name, `=` and a value", where=entry, cure=f"Write {option} {example!r}.")
    return name.strip(), value.strip()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        cure = "Name the file that the platform exported."
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path), cure=cure) from error


def _keep_intake(
    store: Store, intake: Intake, exported: dict[str, Exported], course: Course, choices: Choices
) -> None:
    """Keep what was read. Exercises that were read before and are not part of this reading stay what they are."""
    before = store.intake
    if before is not None:
        intake = _joined(before, intake)
    store.set_fact("intake", intake)
    store.set_fact("exported", store.fact("exported", dict[str, Exported], {}) | exported)
    asked = {"seed": choices.seed, "device": choices.device, "isolation": choices.isolation}
    store.set_fact("choices", asked)
    store.set_fact("course", str(course.root))
    known = {(one.student, one.exercise) for one in intake.hand_ins}
    gone = [
        (one.hand_in.student, one.hand_in.exercise)
        for one in store.standings()
        if (one.hand_in.student, one.hand_in.exercise) not in known
    ]
    store.drop_standings(gone)


def _joined(before: Intake, now: Intake) -> Intake:
    """Return what was read now, with what was read before of other exercises."""
    others = tuple(name for name in before.exercises if name not in now.exercises)
    if not others:
        return now
    students = {student.key: student for student in (*before.students, *now.students)}
    return msgspec.structs.replace(
        now,
        layout=", ".join(dict.fromkeys((*before.layout.split(", "), *now.layout.split(", ")))),
        exercises=(*others, *now.exercises),
        students=tuple(students[key] for key in sorted(students)),
        hand_ins=(*(one for one in before.hand_ins if one.exercise in others), *now.hand_ins),
        missing=(*(place for place in before.missing if place[1] in others), *now.missing),
    )


def _handed_in(intake: Intake, exercises: Sequence[Exercise]) -> tuple[Intake, tuple[Exercise, ...]]:
    """Return what was read without exercises that nobody has handed in: they were not asked for.

    Raises:
        UsageError: that would leave none.
    """
    there = {hand_in.exercise for hand_in in intake.hand_ins}
    if not there:
        cure = "`--dry-run` shows what was found; name the exercise where the files have other names: grade batch FOLDER exercise3."
        raise UsageError("nothing that was handed in counts for an exercise", where=f"read as {intake.layout}", cure=cure)
    kept = msgspec.structs.replace(
        intake,
        exercises=tuple(name for name in intake.exercises if name in there),
        missing=tuple(place for place in intake.missing if place[1] in there),
    )
    return kept, tuple(exercise for exercise in exercises if exercise.name in there)


def _preview(intake: Intake) -> None:
    from grader.intake.preview import print_intake
    from grader.render.as_text import make_console

    print_intake(intake, make_console(sys.stdout, os.environ))


# Grading, with a bar


def grade_plans(plans: Sequence[Plan], folder: BatchFolder, store: Store, lanes: Lanes) -> None:
    """Grade all that is asked for; each result is in the store and in its files before the next is looked at."""
    published, weights = set(store.published()), store.weights

    def written(kept: Kept, standings: Sequence[Standing]) -> None:
        shown = weigh(kept.result, weights.get(kept.result.exercise, {}))
        for standing in standings:
            student = standing.hand_in.student
            named = msgspec.structs.replace(shown, student=student)
            write_result(folder, student, named)
            if (student, kept.result.exercise) not in published:  # what they were told stays until the change is published
                write_student_report(folder, student, named)

    keeper = Keeper(store, written)
    try:
        with Counting(sum(len(plan.tasks) for plan in plans)) as counting:
            for plan in plans:
                for done in keeper.grade(plan, lanes):
                    counting.count(done, plan.exercise.name)
            for plan in plans:
                for done in keeper.retry(plan, lanes):
                    counting.again(done, plan.exercise.name)
    except KeyboardInterrupt:
        click.echo("stopped; nothing is lost: the same command goes on where this one was", err=True)
        raise


class Counting:
    """How far the batch is: a bar with rate and time left on a terminal, now and then a line elsewhere."""

    EVERY_S = 15.0

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began = self._told = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Counting:
        if self._total and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(compact=True),
                console=Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR"))),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("starting", total=self._total, rate="")
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._total:
            seconds = time.monotonic() - self._began
            click.echo(f"graded {self._done} of {self._total} in {seconds:,.1f} s{self._rate()}", err=True)

    def count(self, done: Done, exercise: str) -> None:
        """Count one that has ended."""
        self._done += 1
        if done.result is None:
            click.echo(f"{exercise}: {done.task.path} could not be graded: {done.problem[:500]}", err=True)
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, description=exercise, rate=self._rate())
        elif time.monotonic() - self._told >= self.EVERY_S:
            self._told = time.monotonic()
            click.echo(f"{self._done} of {self._total}{self._rate()}", err=True)

    def again(self, done: Done, exercise: str) -> None:
        """Tell of one that was graded again, alone."""
        if self._bar is not None:
            self._bar.update(self._task, description=f"{exercise}: timed out, once more alone")

    def _rate(self) -> str:
        seconds = time.monotonic() - self._began
        return f", {self._done / seconds:.1f} a second" if self._done and seconds > 1 else ""

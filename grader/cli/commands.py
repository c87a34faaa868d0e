"""All commands of `grade`, and `grade exercise3` as the default one."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click
from click_default_group import DefaultGroup

from grader.cli import options

EXITS = "Exit codes: 0 the pass mark is reached, 1 it is not, 2 wrong usage, 3 the grader could not grade."


@click.group(
    cls=DefaultGroup,
    default="exercise",
    default_if_no_args=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXITS,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda *given: _command("versions").print_versions(*given),
    help="Tell which grader, course and suites these are.",
)
def cli() -> None:
    """Grade exercises of a PyTorch course.

    \b
    grade exercise3                 grade your file in exercises/exercise3
    grade exercise3 my_file.py      grade a file, folder, zip or notebook
    grade watch exercise3           grade it again on each save
    grade list                      show the exercises
    """


@cli.command("exercise", hidden=True, epilog=EXITS)
@click.argument("name", metavar="EXERCISE")
@click.argument("submission", required=False, type=options.PATH)
@options.hints
@options.grading
def exercise(name: str, submission: Path | None, **choices: Any) -> int:
    """Grade one submission to EXERCISE, such as `grade exercise3 my_file.py`.

    SUBMISSION is a file under any name, a folder, a zip or a notebook; by default the exercise's own folder.
    """
    return int(_command("grading").grade_one(name, submission, **choices))


@cli.command("all", epilog=EXITS)
@click.argument("submissions", required=False, type=options.PATH)
@options.grading
def all_exercises(submissions: Path | None, **choices: Any) -> int:
    """Grade every exercise, such as `grade all my_course/exercises`.

    SUBMISSIONS is a folder with one folder (file, zip, notebook) an exercise; by default the course's own exercises.
    With --html and --json the path is a folder; --junit and --format write one file for all.
    """
    return int(_command("grading").grade_all(submissions, **choices))


@cli.command(epilog=EXITS)
@click.argument("submissions", type=options.PATH)
@click.argument("names", nargs=-1, metavar="[EXERCISE]...")
@click.option("--out", type=options.PATH, required=True, help="Keep and write everything in this folder; go on where it stopped.")
@click.option(
    "--layout",
    type=click.Choice(["auto", "folders", "flat", "canvas", "moodle", "blackboard", "clones"]),
    default="auto",
    show_default=True,
    help="Read the names of files and folders as this platform writes them.",
)
@click.option("--roster", type=options.PATH, help="Join names and ids from this CSV, and tell who handed in nothing.")
@click.option("--dry-run", is_flag=True, help="Show which file counts for whom and why; grade and write nothing.")
@click.option("-j", "--lanes", type=click.IntRange(1, 256), help="Grade this many at once; by default one a core.")
@click.option("--on", "cluster", metavar="ray|ray://...", help="Grade on a Ray cluster.")
@click.option(
    "--gpus-per-lane",
    type=click.FloatRange(0, min_open=True),
    help="Give each lane of a cluster this many GPUs, such as 0.25; by default one where there is a GPU.",
)
@click.option("--force", is_flag=True, help="Grade again what has a result already.")
@options.handing_back
@options.batching
def batch(submissions: Path, names: tuple[str, ...], **choices: Any) -> int:
    """Grade a class, such as `grade batch export.zip --out results`.

    SUBMISSIONS is what the learning platform exported: a zip, a folder of files, folders, zips or clones. Stopped at any moment,
    the same command goes on where it was; only what has changed is graded again.
    """
    return int(_command("batching").grade_batch(submissions, names, **choices))


@cli.command(epilog=EXITS)
@click.argument("folder", type=options.PATH, default=".")
@click.option("--points", "points", type=options.PATH, help="Apply the weights and bands of this file; nothing is run.")
@click.option("--write-points", type=options.PATH, help="Write the weights that hold now to this file, to be edited.")
@click.option("--suite-points", is_flag=True, help="Go back to the weights of the suites.")
@click.option(
    "--only", multiple=True, metavar="EXERCISE|CHECK", help="Run this exercise, or this check alone, again; may be repeated."
)
@click.option("-j", "--lanes", type=click.IntRange(1, 256), help="Grade this many at once; by default one a core.")
@options.handing_back
@options.course
@options.data_root
def regrade(folder: Path, **choices: Any) -> int:
    """Change what a batch is worth, such as `grade regrade results --points new.toml`.

    FOLDER is what `grade batch` wrote, by default the working directory. Every change is listed, old against new; `--publish`
    writes it to reports and grade files.
    """
    return int(_command("regrading").regrade(folder, **choices))


@cli.command(epilog=EXITS, context_settings={"ignore_unknown_options": True})
@click.argument("student")
@click.argument("exercise", metavar="EXERCISE")
@click.argument("points", metavar="+1|-0.5|=7|none")
@click.argument("reason", default="")
@click.option("--out", "folder", type=options.PATH, default=".", help="The folder of the batch; by default the working directory.")
@options.handing_back
@options.course
def override(student: str, exercise: str, points: str, reason: str, **choices: Any) -> int:
    """Decide about a grade by hand, such as `grade override ada exercise3 +1 "oral exam"`.

    +1 and -0.5 change what the checks and the late policy give, =7 replaces it, none takes all decisions back. It survives regrades.
    """
    return int(_command("regrading").override(student, exercise, points, reason, **choices))


@cli.command(epilog=EXITS)
@click.argument("name", metavar="EXERCISE")
@click.argument("submission", required=False, type=options.PATH)
@click.option("--poll", is_flag=True, help="Look at the files again and again: where saves go unnoticed.")
@options.watching
def watch(name: str, submission: Path | None, **choices: Any) -> int:
    """Grade again on each save, such as `grade watch exercise3 my_file.py`.

    Shows what was fixed and what was broken since the last save. With q it ends, with the exit code of the last result.
    """
    return int(_command("watching").watch_one(name, submission, **choices))


@cli.command("list")
@options.course
def list_exercises(course: Path | None) -> int:
    """List the exercises with their points, such as `grade list`."""
    return int(_command("listing").list_exercises(course))


@cli.command()
@options.course
@options.data_root
def doctor(course: Path | None, data_root: Path | None) -> int:
    """Tell what this machine can do and what to mend, such as `grade doctor`."""
    return int(_command("machine").doctor(course, data_root))


@cli.command()
@click.argument("dataset", type=click.Choice(["fashion-mnist"]))
@click.option(
    "--root", type=options.PATH, help="Lay the files below this folder; by default where `grade` looks for them."
)
@click.option("--from", "source", help="Take them from this mirror (URL) or folder.")
def data(dataset: str, root: Path | None, source: str | None) -> int:
    """Fetch a dataset once, such as `grade data fashion-mnist`."""
    return int(_command("machine").fetch_data(dataset, root, source))


@cli.command()
@click.argument("names", nargs=-1, metavar="[EXERCISE]...")
@click.option(
    "--seeds",
    type=click.IntRange(1, 1000),
    default=3,
    show_default=True,
    help="Grade each solution under this many seeds.",
)
@click.option(
    "--sample", type=click.IntRange(0), help="Try this many of the known mistakes, or mutants, of each, spread evenly."
)
@click.option("--mutants", is_flag=True, help="Mutate the solutions instead; show each mutant that loses no points.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1), default=2, show_default=True, help="Grade this many mutants side by side."
)
@options.course
@options.device
@options.data_root
def verify(names: tuple[str, ...], seeds: int, sample: int | None, mutants: bool, jobs: int, **choices: Any) -> int:
    """Prove the course, such as `grade verify exercise3`.

    Stubs earn nothing, solutions everything, every known mistake is caught by name, every concept is taught, totals are right,
    no file is stray.
    `grade verify exercise3 --mutants` changes one thing of the solution at a time, and the suites have to notice.
    """
    if mutants:
        return int(_command("proving").verify_mutants(names, sample, jobs, **choices))
    return int(_command("proving").verify(names, seeds, sample, **choices))


@cli.command()
@click.argument("folder", metavar="DIR", type=options.PATH)
@click.option("--exercise", "names", multiple=True, help="Compare this exercise only; may be given several times.")
@click.option(
    "--min",
    "minimum",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Show pairs where at least this fraction of one file's own code is in the other.",
)
@click.option("--top", type=click.IntRange(1), default=50, show_default=True, help="Show at most this many pairs each.")
@options.course
def similar(folder: Path, names: tuple[str, ...], minimum: float, top: int, course: Path | None) -> int:
    """Show submissions alike beyond what stub and class explain, such as `grade similar results`.

    DIR is a folder that `grade batch` wrote. Pages with both files side by side come into DIR/similar. They are evidence, not
    verdicts.
    """
    return int(_command("comparing").similar(folder, names, minimum, top, course))


@cli.command(epilog=EXITS)
@click.argument("folder", metavar="[DIR]", type=options.PATH, default=".")
@options.course
def start(folder: Path, course: Path | None) -> int:
    """Lay the exercises out to work on, such as `grade start`.

    DIR is where; by default the working directory. What you have edited stays as it is; run it again for new exercises.
    """
    return int(_command("starting").start(folder, course=course))


@cli.command(epilog=EXITS)
@click.argument("folder", metavar="DIR", type=options.PATH)
@click.option("--exercise", "names", multiple=True, help="Release this exercise only; may be given several times.")
@click.option("--zip", "zip_path", type=options.PATH, help="Write the copy as this zip archive as well.")
@click.option("--git", is_flag=True, help="Commit the copy, in a new repository of its own.")
@options.course
@options.device
@options.data_root
def release(folder: Path, names: tuple[str, ...], zip_path: Path | None, git: bool, **choices: Any) -> int:
    """Write the students' copy, such as `grade release students`.

    DIR is new, empty, or an earlier release, which is brought up to date. Nothing is written unless no text, code, number or data of
    solutions/ is in it and every stub earns 0; each place that gives something away is named. 1 says that there is one.
    """
    return int(_command("releasing").release_course(folder, names, zip_path, git, **choices))


@cli.command(epilog=EXITS)
@click.argument("new_name", metavar="EXERCISE")
@click.option("--title", help="Call it this; by default after what the example does.")
@click.option("--file", "file_name", help="Name the file that students edit.")
@options.course
def new(new_name: str, title: str | None, file_name: str | None, course: Path | None) -> int:
    """Lay out a new exercise to be rewritten, such as `grade new exercise14`.

    It comes as a small exercise that `grade verify` passes: task, stub, visible and hidden suite, solution, two known mistakes. In
    an empty folder a course begins.
    """
    return int(_command("creating").new_exercise(new_name, title, file_name, course=course, commands=tuple(cli.commands)))


@cli.command()
@click.argument("kind", type=click.Choice(["gradescope", "github", "gitlab", "docker", "apptainer"]))
@click.option("--exercise", "wanted", metavar="EXERCISE", help="Grade this there; gradescope, github and gitlab need it.")
@click.option("--out", type=options.PATH, required=True, help="Write this zip archive (gradescope), or below this folder.")
@click.option("--gpu", is_flag=True, help="Take torch with CUDA and machines with a GPU; by default torch for the CPU.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@options.course
def package(kind: str, wanted: str | None, out: Path, gpu: bool, force: bool, course: Path | None) -> int:
    """Write a ready-made set-up, such as `grade package gradescope --exercise exercise3 --out exercise3.zip`.

    gradescope is an autograder to upload; github and gitlab grade each push; docker and apptainer are images of the grader.
    """
    return int(_command("packing").package(kind, wanted, out=out, gpu=gpu, force=force, course=course))


def _command(module: str) -> Any:
    """Import the module of a command only now: `grade --help` must not wait for it."""
    return importlib.import_module(f"grader.cli.{module}")

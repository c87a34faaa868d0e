"""The set-ups themselves: which files each has, made from the templates beside this module.

Templates are files of other languages that hold `${{ }}`, `{{ }}` and `<<` of their own, so what is put in stands in `@{ }@`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader import __version__
from grader.course import Course
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.packaging import wheel
from grader.packaging.archives import File
from grader.packaging.one_exercise import course_files

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
DEFAULT_INDEX = "https://pypi.org/simple"
TEMPLATES = Path(__file__).resolve().parent / "templates"
# Names go into shell, YAML and paths, each with rules of its own for quotes; these need none anywhere.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Order:
    """What a set-up is made for.

    Attributes:
        exercise: None where the set-up is for all exercises of any course.
        gpu: torch with CUDA, and machines with a GPU.
    """

    course: Course | None
    exercise: Exercise | None
    gpu: bool

    @property
    def torch_index(self) -> str:
        """Where pip takes torch from."""
        return DEFAULT_INDEX if self.gpu else CPU_INDEX


def gradescope(order: Order) -> dict[str, File]:
    """Return what an autograder of Gradescope's is made of: the exercise with its secret folder, the grader, two scripts."""
    assert order.course is not None and order.exercise is not None
    files = {f"course/{path}": file for path, file in course_files(order.course, order.exercise).items()}
    files[wheel.NAME] = File(wheel.grader_wheel())
    for name in ("setup.sh", "run_autograder"):
        files[name] = File(_rendered(f"gradescope/{name}", order), executable=True)
    return files


def docker(order: Order) -> dict[str, File]:
    """Return an image of the grader without a course: what may read the image may not read solutions."""
    return {
        "Dockerfile": File(_rendered("docker/Dockerfile", order)),
        ".dockerignore": File(_rendered("docker/dockerignore", order)),
        wheel.NAME: File(wheel.grader_wheel()),
    }


def apptainer(order: Order) -> dict[str, File]:
    """Return the same image for clusters, where Apptainer is what there is."""
    return {"grade.def": File(_rendered("apptainer/grade.def", order)), wheel.NAME: File(wheel.grader_wheel())}


def gitlab(order: Order) -> dict[str, File]:
    """Return a pipeline that grades each push."""
    return {
        ".gitlab-ci.yml": File(_rendered("gitlab/gitlab-ci.yml", order)),
        f".gitlab/{wheel.NAME}": File(wheel.grader_wheel()),
    }


def github(order: Order) -> dict[str, File]:
    """Return a workflow that grades each push, with the action that it uses."""
    return {
        ".github/workflows/grade.yml": File(_rendered("github/grade.yml", order)),
        # As it is: an action has no values of ours, and the same file stands at the root of the grader's repository.
        ".github/actions/grade/action.yml": File((TEMPLATES / "github" / "action.yml").read_bytes()),
        f".github/actions/grade/{wheel.NAME}": File(wheel.grader_wheel()),
    }


SETUPS: Mapping[str, Callable[[Order], dict[str, File]]] = {
    "gradescope": gradescope,
    "docker": docker,
    "apptainer": apptainer,
    "gitlab": gitlab,
    "github": github,
}
FOR_ONE_EXERCISE = ("gradescope", "gitlab", "github")


def _check_names(exercise: Exercise) -> None:
    """Raise a UsageError where a name of the exercise cannot go into a script."""
    for name in (exercise.name, *exercise.datasets):
        if not _PLAIN_NAME.fullmatch(name):
            raise UsageError(
                f"the name {name!r} cannot go into the files of other programs",
                where=str(exercise.folder),
                cure="Use letters, digits, `.`, `_` and `-` only.",
            )


def _rendered(template: str, order: Order) -> bytes:
    if order.exercise is not None:
        _check_names(order.exercise)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # no HTML; `_check_names` says what may be put in
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        variable_start_string="@{",
        variable_end_string="}@",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    values = {
        "exercise": order.exercise.name if order.exercise else "",
        "file": order.exercise.file if order.exercise else "",
        "datasets": order.exercise.datasets if order.exercise else (),
        "has_solution": order.exercise is not None and order.exercise.solution is not None,
        "gpu": order.gpu,
        "torch_index": order.torch_index,
        "wheel": wheel.NAME,
        "version": __version__,
    }
    return environment.get_template(template).render(values).encode()

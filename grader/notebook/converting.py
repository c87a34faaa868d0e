"""From a notebook to Python source, in a process of its own: the text is foreign, and the parsers were not made for what is hostile."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Collection

import msgspec

from grader.engine.launch import boot_command, clean_environment
from grader.faults import GraderFault
from grader.notebook.cells import BrokenNotebook
from grader.notebook.process import READY

# Its processor time is limited; this is for a machine that has none to spare.
WAIT_S = 120.0
# A class is read twice, and a file that is watched again and again.
MOST_ANSWERS = 1_000


class Converted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the process answers: the source and notes, or why there is none."""

    source: str = ""
    notes: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    line: int = 0


_OUT_OF_THE_ORDINARY = Converted(
    message="the notebook cannot be read: it takes more time or memory than any notebook of a solution",
    hint="Clear all outputs, keep the cells of the solution, save it in Jupyter, and hand in the saved file.",
)
_answers: dict[bytes, Converted] = {}


def convert_notebook(text: str, wanted: Collection[str] = ()) -> tuple[str, tuple[str, ...]]:
    """Return the Python source of a notebook and notes on what was left out of it, as `notebook_source` does, which raises the same.

    Raises:
        BrokenNotebook: it is no notebook, none in Python, or one that cannot be read within reason.
        GraderFault: the process did not start.
    """
    question = json.dumps({"text": text, "wanted": sorted(wanted)}).encode()
    key = hashlib.sha256(question).digest()
    answer = _answers.get(key)
    if answer is None:
        answer = _ask(question)
        if len(_answers) >= MOST_ANSWERS:
            del _answers[next(iter(_answers))]
        _answers[key] = answer
    if answer.message:
        raise BrokenNotebook(answer.message, answer.hint, answer.line)
    return answer.source, answer.notes


def _ask(question: bytes) -> Converted:
    try:
        done = subprocess.run(
            boot_command("grader.notebook.process", ""),
            input=question,
            capture_output=True,
            env=clean_environment(),
            cwd="/",
            timeout=WAIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_started(str(error)) from error
    if done.returncode == 0:
        return msgspec.json.decode(done.stdout, type=Converted)
    if not done.stdout.startswith(READY):
        raise _not_started(done.stderr.decode("utf-8", "replace"))
    return _OUT_OF_THE_ORDINARY


def _not_started(said: str) -> GraderFault:
    return GraderFault("the process that reads notebooks did not get to work", where=said[-2_000:], cure="Run `grade doctor`.")

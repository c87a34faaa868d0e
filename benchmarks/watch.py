"""A saved file under `grade watch`, from the save to the complete result, against a cold `grade` and against `import torch` alone.

Two kinds of saves: with another comment, of which no check has to run again but one, and with another statement in one of the functions,
for each function. The command writes into a pipe, as a log. Between two saves there is the pause that a person makes; all take turns.
Then, of the function that took longest, the very first save after the command has shown its first result, when its lanes are new.
"""

from __future__ import annotations

import ast
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.pairs import seconds_of

ROOT = Path(__file__).parents[1]
EXERCISES = {
    "exercise1": "my_linear.py",
    "exercise2": "gather.py",
    "exercise3": "calculator.py",
    "exercise4": "logistic_regression.py",
    "exercise6": "checkpoint.py",
}
RUNS = 10
FIRST_RUNS = 5
PAUSE_S = 1.0
DONE = "; waiting"


def measure() -> str:
    """Measure it."""
    return "\n  ".join(["medians from the save to the result", *map(measure_exercise, EXERCISES)])


def measure_exercise(name: str) -> str:
    """Return the lines of one exercise."""
    solution = (ROOT / "solutions" / name / EXERCISES[name]).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / EXERCISES[name]
        file.write_text(solution, encoding="utf-8")
        cold_command = [sys.executable, "-m", "grader", name, str(file), "--course", str(ROOT), "--device", "cpu"]
        torch_command = [sys.executable, "-c", "import torch"]
        edits: dict[str, list[float]] = {}
        with watching(name, file) as watch:
            rows = []
            for run in range(RUNS):
                cold, bare = seconds_of(cold_command), seconds_of(torch_command)
                rows.append((save_and_wait(watch, file, f"{solution}\n# {run}\n"), cold, bare))
                for function, text in edited(solution, f"_run_{run} = 0"):
                    save_and_wait(watch, file, solution)  # else two functions would be edited at once
                    edits.setdefault(function, []).append(save_and_wait(watch, file, text))
                save_and_wait(watch, file, solution)
        slowest = max(edits, key=lambda function: statistics.median(edits[function]))
        first = statistics.median(first_save(name, file, solution, slowest) for _ in range(FIRST_RUNS))
    warm, cold, bare = (statistics.median(column) for column in zip(*rows))
    against_cold = statistics.median(row[0] / row[1] for row in rows)
    against_torch = statistics.median(row[0] / row[2] for row in rows)
    return "\n      ".join(
        [
            f"{name}: a comment {warm:.3f} s, cold {cold:.2f} s, import torch {bare:.2f} s; "
            f"ratio {against_cold:.2f} to cold, {against_torch:.2f} to import torch, over {RUNS} saves",
            *(f"an edit of {function}: {statistics.median(seconds):.3f} s" for function, seconds in edits.items()),
            f"an edit of {slowest} as the first one, {PAUSE_S:g} s after the first result: {first:.3f} s, over {FIRST_RUNS} starts",
        ]
    )


def first_save(name: str, file: Path, solution: str, function: str) -> float:
    """Return the seconds of the first save after the first result: an edit of one function."""
    file.write_text(solution, encoding="utf-8")
    with watching(name, file) as watch:
        return save_and_wait(watch, file, dict(edited(solution, "_run_first = 0"))[function])


def edited(source: str, statement: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each function and method of a file, and the file with one more statement before the last one of that function."""
    lines = source.splitlines()
    tree = ast.parse(source)
    functions = [(node.name, node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    for kind in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        functions += [(f"{kind.name}.{node.name}", node) for node in kind.body if isinstance(node, ast.FunctionDef)]
    for name, function in functions:
        last = function.body[-1]
        at = last.lineno - 1
        yield name, "\n".join([*lines[:at], " " * last.col_offset + statement, *lines[at:]]) + "\n"


@contextlib.contextmanager
def watching(name: str, file: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `grade watch` until the block ends; it has shown its first result."""
    command = [sys.executable, "-m", "grader", "watch", name, str(file), "--course", str(ROOT), "--device", "cpu"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        wait_for_result(process)
        yield process
    finally:
        process.terminate()
        process.communicate()


def save_and_wait(process: subprocess.Popen[str], file: Path, text: str) -> float:
    """Return the seconds from saving a file to the last line of its result."""
    time.sleep(PAUSE_S)
    began = time.perf_counter()
    file.write_text(text, encoding="utf-8")
    wait_for_result(process)
    return time.perf_counter() - began


def wait_for_result(process: subprocess.Popen[str]) -> None:
    """Read up to the line that ends a result."""
    assert process.stdout is not None
    for line in process.stdout:
        if DONE in line:
            return
    raise RuntimeError(f"`grade watch` ended with {process.wait()}")

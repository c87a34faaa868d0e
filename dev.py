#!/usr/bin/env python3
"""Sets up everything in .venv and runs the project: `python3 dev.py demo` grades, `python3 dev.py test` tests.

Needs nothing but Python 3.10 or newer with venv; installs what pyproject.toml names.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("GRADE_VENV", ROOT / ".venv"))
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "installed-from"
# (what it is, exercise, submission)
DEMO = (
    ("a right submission", "exercise3", "solutions/exercise3/calculator.py"),
    ("a wrong submission", "exercise1", "tests/submissions/transposed_weights.py"),
    ("a broken submission", "exercise3", "tests/submissions/does_not_import.py"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=("setup", "demo", "test", "lint", "verify", "mutants", "bench"))
    parser.add_argument("rest", nargs="*", help="arguments passed on to pytest, to the benchmark or to the mutants")
    parsed, more = parser.parse_known_args()
    rest = [*parsed.rest, *more]
    if sys.version_info < (3, 10):
        sys.exit(f"Python 3.10 or newer is needed; this is {sys.version.split()[0]}.")
    set_up()
    return {
        "setup": lambda: 0,
        "demo": demo,
        "test": lambda: test(rest),
        "lint": lint,
        "verify": verify,
        "mutants": lambda: mutants(rest),
        "bench": lambda: bench(rest),
    }[parsed.task]()


def set_up() -> None:
    """Make the virtual environment and install the package with its development tools, unless that is done already."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return
    if not (BIN / "python").exists():
        print(f"making {VENV}", flush=True)
        run([sys.executable, "-m", "venv", str(VENV)])
    print("installing torch and the rest (about 3 GB; a minute or more)", flush=True)
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "torch", "torchvision"])
    run([*pip, "--editable", f"{ROOT}[dev]"])
    STAMP.write_text(wanted)


def demo() -> int:
    """Grade a right, a wrong and a broken submission; the wrong one's report is written as a page."""
    reports = ROOT / "grade-reports"
    reports.mkdir(exist_ok=True)
    pages = []
    for words, exercise, submission in DEMO:
        print(f"\n--- {words}: grade {exercise} {submission}\n", flush=True)
        page = reports / f"{exercise}-{Path(submission).stem}.html"
        done = subprocess.run([str(BIN / "grade"), exercise, submission, "--html", str(page)], cwd=ROOT, check=False)
        if done.returncode not in (0, 1):
            return done.returncode
        pages.append(page)
    print("\nreports:")
    for page in pages:
        print(f"  {page}")
    return 0


def test(rest: list[str]) -> int:
    """Run linters, types, the tests, and the proof of the course (a part of it where it takes long; `verify` tries all)."""
    if rest:
        return pytest(rest)
    return lint() or pytest(["-n", "2"]) or verify(sample=True)


def lint() -> int:
    """Run ruff and mypy."""
    for command in (["ruff", "check", "."], ["mypy"]):
        code = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


def pytest(arguments: list[str]) -> int:
    """Run the tests of the grader."""
    return subprocess.run([str(BIN / "python"), "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


def verify(sample: bool = False) -> int:
    """Have the course prove itself, leaving out what needs data that are not here.

    Args:
        sample: try a part of the known mistakes, the fewer the more each costs (exercise5 trains), and a few mutants;
            `mutants` tries all.
    """
    heavy, of_others = {"exercise5": "3", "exercise6": "6"}, "9"
    names = provable_exercises()
    seeds = ["--seeds", "1"] if sample else []
    groups = [*([name] for name in names if name in heavy), [name for name in names if name not in heavy]]
    commands = [
        [str(BIN / "grade"), "verify", *group, *seeds, *(["--sample", heavy.get(group[0], of_others)] if sample else [])]
        for group in groups
    ]
    if sample:
        commands.append([str(BIN / "grade"), "verify", *groups[-1], "--mutants", "--sample", "6", "--jobs", "1"])

    def prove(command: list[str]) -> int:
        command = [*command, "--course", str(ROOT)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        print(done.stdout, end="", flush=True)  # at once, so that groups do not mix
        return done.returncode

    with ThreadPoolExecutor(max_workers=2) as pool:
        return max(pool.map(prove, commands))


def provable_exercises() -> list[str]:
    """Return the names of the exercises whose data are here, and say which is left out."""
    names = [path.parent.name for path in sorted((ROOT / "exercises").glob("*/exercise.toml"))]
    found = [
        str(BIN / "python"),
        "-c",
        "import os; from grader.datasets import find_fashion_mnist as f; exit(f(None, os.environ) is None)",
    ]
    if subprocess.run(found, cwd=ROOT, check=False).returncode:
        print("exercise5 is not verified: it needs FashionMNIST (set GRADE_DATA, or run `grade data fashion-mnist`)")
        names.remove("exercise5")
    return names


def mutants(rest: list[str]) -> int:
    """Show which mutants of the solutions the suites let live: minutes an exercise, hours for those that train."""
    named = any((ROOT / "exercises" / word).is_dir() for word in rest)
    names = [] if named else provable_exercises()
    command = [str(BIN / "grade"), "verify", *names, *rest, "--mutants", "--course", str(ROOT)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def bench(rest: list[str]) -> int:
    """Run the benchmarks."""
    return subprocess.run([str(BIN / "python"), "-m", "benchmarks", *rest], cwd=ROOT, check=False).returncode


def run(command: list[str]) -> None:
    """Run a command, ending the program where it fails."""
    if shutil.which(command[0]) is None:
        sys.exit(f"{command[0]} is not there")
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code:
        sys.exit(f"this failed with exit code {code}: {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())

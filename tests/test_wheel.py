"""The package as users get it: a wheel that brings the course, and tells what it is."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this repository and installed into a folder of its own, apart from the repository."""
    if importlib.util.find_spec("hatchling") is None or importlib.util.find_spec("pip") is None:
        pytest.skip("hatchling or pip is not installed here")
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    built = [*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run(built, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("grade-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


def grade(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRADE_")}
    return subprocess.run(
        [sys.executable, "-c", "from grader.cli import main; main()", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_brings_the_course_and_tells_its_versions(installed: Path, tmp_path: Path) -> None:
    told = grade(installed, tmp_path, "--version")

    assert told.returncode == 0, told.stderr
    assert str(installed) in told.stdout  # not the repository that it was built from
    assert told.stdout.startswith("grade ") and "exercise1" in told.stdout and "(visible and hidden)" in told.stdout


def test_the_installed_command_grades(installed: Path, tmp_path: Path) -> None:
    solution = ROOT / "solutions" / "exercise3" / "calculator.py"

    graded = grade(installed, tmp_path, "exercise3", str(solution), "--quiet", "--device", "cpu")

    assert graded.returncode == 0, graded.stderr
    assert graded.stdout.startswith("exercise3: 10 of 10")


def test_a_student_starts_from_an_empty_folder_and_ends_with_a_report(installed: Path, tmp_path: Path) -> None:
    started = grade(installed, tmp_path, "start")
    stub = tmp_path / "exercises" / "exercise3" / "calculator.py"
    stub.write_bytes((ROOT / "solutions" / "exercise3" / "calculator.py").read_bytes())

    graded = grade(installed, tmp_path, "exercise3", "--html", "report.html", "--device", "cpu")

    assert started.returncode == 0, started.stderr
    assert not (tmp_path / "solutions").exists()
    assert graded.returncode == 0, graded.stderr
    assert "hidden checks" in graded.stdout  # those that the instructor runs besides
    assert "<h1" in (tmp_path / "report.html").read_text(encoding="utf-8")

"""`grade exercise1 FILE` against `python -c "import torch"` with the same interpreter: the aim is at most 1.6."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.pairs import ratio

ROOT = Path(__file__).parents[1]
RUNS = 9


def measure() -> str:
    """Measure it."""
    solution = str(ROOT / "solutions" / "exercise1" / "my_linear.py")
    grade = [sys.executable, "-m", "grader", "exercise1", solution, "--course", str(ROOT)]
    return ratio(grade, [sys.executable, "-c", "import torch"], RUNS)

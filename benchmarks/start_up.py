"""`grade --help` and `grade list` against an interpreter that does nothing: the aim is an answer within 0.3 s."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.pairs import ratio

ROOT = Path(__file__).parents[1]
RUNS = 9


def measure() -> str:
    """Measure both."""
    nothing = [sys.executable, "-c", "pass"]
    shown = ratio([sys.executable, "-m", "grader", "--help"], nothing, RUNS)
    listed = ratio([sys.executable, "-m", "grader", "list", "--course", str(ROOT)], nothing, RUNS)
    return f"help {shown}; list {listed}"

"""exercise5's reference, 3 epochs of the real images under `grade`, against the bare loop over tensors in memory: at most 1.3.

What is compared is the training call alone: in the worker, as the accuracy check makes it, and in a plain process that holds the
same decoded, normalised tensors, with the same number of threads, the same batches and the same optimizer.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from grader.datasets import find_fashion_mnist

ROOT = Path(__file__).parents[1]
RUNS = 3
EPOCHS = 3


def measure() -> str:
    """Measure it, in pairs."""
    root = find_fashion_mnist(None, os.environ, course=ROOT)
    if root is None:
        return "not measured: FashionMNIST is not at hand (grade data fashion-mnist)"
    pairs = [(_under_grade(root), _bare(root)) for _ in range(RUNS)]
    graded, bare = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(one / other for one, other in pairs)
    return f"{graded:.1f} s under grade, {bare:.1f} s bare, ratio {ratio:.2f} over {RUNS} pairs, {EPOCHS} epochs"


def _under_grade(root: Path) -> float:
    return _run("under_grade", root)


def _bare(root: Path) -> float:
    return _run("bare", root)


def _run(kind: str, root: Path) -> float:
    command = [sys.executable, "-m", f"benchmarks.cnn_{kind}", str(root), str(EPOCHS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])

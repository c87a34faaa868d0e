"""Two commands in turn, A B A B ..., and the ratio pair by pair: the machine's speed drifts, the ratio does not."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Sequence


def seconds_of(command: Sequence[str], good: Sequence[int] = (0,)) -> float:
    """Return the wall time of a command that has to end with one of the exit codes `good`."""
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    took = time.perf_counter() - began
    if done.returncode not in good:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return took


def ratio(one: Sequence[str], other: Sequence[str], runs: int) -> str:
    """Run both commands `runs` times in turn, after a warm-up, and return medians and the median ratio in words."""
    seconds_of(one), seconds_of(other)
    pairs = [(seconds_of(one), seconds_of(other)) for _ in range(runs)]
    ratios = sorted(first / second for first, second in pairs)
    first, second = (statistics.median(column) for column in zip(*pairs))
    return (
        f"{first:.2f} s against {second:.2f} s, ratio {statistics.median(ratios):.2f} "
        f"[{ratios[0]:.2f} to {ratios[-1]:.2f}] over {runs} pairs"
    )

"""Which core a lane is put on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.engine import cores
from grader.engine.cores import Cores

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of cores")


def stat(*idle: int) -> str:
    """Return what /proc/stat says of cores that have been idle so long."""
    rows = [f"cpu{core} 100 0 100 {ticks} 0 0 0 0 0 0" for core, ticks in enumerate(idle)]
    return "\n".join(("cpu 9 9 9 9 9 9 9 9 9 9", *rows, "intr 12 0")) + "\n"


def test_lanes_go_to_cores_of_their_own_and_to_the_idlest_first(tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / "stat"
    monkeypatch.setattr(cores, "_STAT", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    file.write_text(stat(1000, 5000, 100))
    mine = Cores()
    file.write_text(stat(1010, 5050, 190))  # idle since: 10, 50, 90

    taken = [mine.take() for _ in range(3)]
    mine.give_back(1)

    assert taken == [2, 1, 0]
    assert mine.take() == 1


def test_without_what_the_kernel_tells_any_core_will_do(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(cores, "_STAT", tmp_path / "missing")

    assert Cores().take() in os.sched_getaffinity(0)

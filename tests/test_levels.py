"""Levels of isolation on machines that lack something: what is reached there, and what the lack is called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import write_course

from grader.sandbox import kernel, landlock

if not kernel.is_supported() or landlock.abi() < 6:
    pytest.skip("plays poorer machines on one that has Landlock of ABI 6 (Linux 6.12)", allow_module_level=True)

# Runs a command on a machine that refuses some system calls, as a container's filter would.
POORER = """
import errno, os, sys
from grader.sandbox import kernel, seccomp
from grader.sandbox.seccomp import Instruction
refused, code, command = sys.argv[1].split(","), int(sys.argv[2]), sys.argv[3:]
steps = [Instruction(0x20, 0)]
for name in refused:
    steps += [Instruction(0x15, kernel.number_of(name), 0, 1), Instruction(0x06, 0x00050000 | code)]
kernel.gain_no_privileges()
seccomp.load(seccomp.assemble([*steps, Instruction(0x06, 0x7FFF0000)]))
os.execv(command[0], command)
"""
EPERM, ENOSYS = 1, 38
MOUNTS = "unshare,mount,pivot_root,open_tree,move_mount,mount_setattr"
MACHINES = {
    "a container as Docker makes it": (MOUNTS, EPERM, "landlock", "namespaces are refused"),
    "mounts refused": ("mount,open_tree,move_mount", EPERM, "landlock", "a file system of its own cannot be made"),
    "no Landlock, as in gVisor": ("landlock_create_ruleset", ENOSYS, "landlock", "the kernel has no Landlock"),
    "no namespaces, no Landlock": (f"{MOUNTS},landlock_create_ruleset", ENOSYS, "filtered", "the kernel has no Landlock"),
    "no filters, no Landlock": (f"{MOUNTS},landlock_create_ruleset,seccomp", ENOSYS, "none", "seccomp filters"),
}


def grade(folder: Path, refused: str, code: int, *options: str) -> subprocess.CompletedProcess[str]:
    """Grade a right submission on a machine that refuses these calls."""
    root = write_course(folder / "course", hidden="@pytest.mark.points(1)\ndef test_it(student):\n    assert student.double(2) == 4\n")
    work = folder / "work.py"
    work.write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    command = [sys.executable, "-m", "grader", "tiny", str(work), "--course", str(root), "--device", "cpu", "--json", "-", *options]
    return subprocess.run(
        [sys.executable, "-c", POORER, refused, str(code), *command],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("refused", "code", "level", "lack"), MACHINES.values(), ids=MACHINES)
def test_the_best_level_is_found_by_trying(tmp_path: Path, refused: str, code: int, level: str, lack: str) -> None:
    done = grade(tmp_path, refused, code)

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["environment"]["isolation"], result["points"]) == (level, 1)


@pytest.mark.parametrize(("refused", "code", "level", "lack"), MACHINES.values(), ids=MACHINES)
def test_a_better_level_is_refused_with_the_lack_and_the_cure(
    tmp_path: Path, refused: str, code: int, level: str, lack: str
) -> None:
    done = grade(tmp_path, refused, code, "--isolation", "full")

    assert (done.returncode, done.stdout) == (3, "")
    assert lack in done.stderr
    assert f"--isolation {level}" in done.stderr
    assert "Traceback" not in done.stderr

"""A folder for a course on a machine that is not to keep it: private, and removed even when its process is killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.cluster.parcels import Brief, lay_files
from grader.digests import suite_sha256
from grader.exercise import Exercise
from grader.exercise_file import read_exercise
from grader.faults import GraderFault

# Waits until the other end of its standard input is closed, which happens however the process there ends. Forked twice, with a
# session of its own: Ray kills the children and the process group of a worker that it ends.
_REMOVER = """
import os, shutil, sys
if os.fork():
    os._exit(0)
os.setsid()
sys.stdin.buffer.read()
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""


class CourseFolder:
    """A course in a folder of mode 0700, one exercise at a time."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="grade-course-")).resolve()
        self._remover = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _REMOVER, str(self.root)],
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._remover.wait()

    def lay(self, brief: Brief) -> Exercise:
        """Lay down an exercise in place of the one before it, and return it.

        Raises:
            GraderFault: what arrived is not what was sent.
        """
        for name in ("exercises", "solutions"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        lay_files(brief.files, self.root)
        exercise = read_exercise(self.root, brief.exercise)
        if suite_sha256(exercise) != brief.suite_sha256:
            raise GraderFault(f"the files of {brief.exercise} arrived other than they were sent")
        return exercise

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.root, ignore_errors=True)
        assert self._remover.stdin is not None
        self._remover.stdin.close()

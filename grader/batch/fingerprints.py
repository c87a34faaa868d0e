"""What a result depends on: the submission's bytes, the suite, the seed, the device, torch and the grader itself."""

from __future__ import annotations

import functools
from importlib import metadata
from pathlib import Path

from grader.digests import digest
from grader.sandbox.places import COURSE_FOLDER
from grader.terms import Terms


def fingerprint_of(sha256: str, terms: Terms) -> str:
    """Return the name under which the result of a submission is kept: the same name, the same result.

    Args:
        sha256: of the submission's files.
        terms: what it is graded under.
    """
    job = terms.job
    parts = {
        "submission": sha256,
        "exercise": job.exercise,
        "suite": terms.suite_sha256,
        "suites": ",".join(suite.kind for suite in job.suites),
        "limits": f"{job.check_seconds} {job.total_seconds} {job.memory_bytes} {job.output_bytes} {job.threads}",
        "seed": str(job.seed),
        "device": job.device,
        "torch": _torch_version(),
        "grader": grader_sha256(),
    }
    return digest((name, value.encode()) for name, value in parts.items())


@functools.cache
def _torch_version() -> str:
    return metadata.version("torch")


@functools.cache
def grader_sha256() -> str:
    """Return the digest of the grader's own code, the same wherever it is installed: the course that a wheel brings along is none of it."""
    root = Path(__file__).parents[1]
    files = {path.relative_to(root): path for path in root.rglob("*.py")}
    own = {name: path for name, path in files.items() if name.parts[0] != COURSE_FOLDER and "__pycache__" not in name.parts}
    return digest((name.as_posix(), path.read_bytes()) for name, path in own.items())

"""The exit codes of `grade`."""

from __future__ import annotations

import enum


class Exit(enum.IntEnum):
    """How a command ended."""

    PASSED = 0
    NOT_PASSED = 1
    USAGE = 2
    GRADER_FAULT = 3

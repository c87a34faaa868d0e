"""What the student's code raised, as data for the judge. Nothing of the exception object itself crosses the border."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import Any

from grader.worker.attempts import Attempts
from grader.worker.objects import type_names
from grader.worker.student_file import StudentFiles

LONGEST_MESSAGE = 2_000
MOST_FRAMES = 30


def describe(error: BaseException, files: StudentFiles | None, attempts: Attempts | None) -> dict[str, Any]:
    """Return type, bases, message, the frames of the student's own files (innermost last), and what the walls refused."""
    frames = _student_frames(error.__traceback__, files)
    report: dict[str, Any] = {
        "mro": type_names(type(error)),
        "message": _message_of(error)[:LONGEST_MESSAGE],
        "frames": frames[-MOST_FRAMES:],
        "innermost": _innermost_is_students(error.__traceback__, files),
        "not_implemented": _is_not_implemented(error, frames, files),
    }
    if isinstance(error, SyntaxError):
        report["syntax"] = {
            "file": str(error.filename),
            "line": error.lineno or 0,
            "column": error.offset or 0,
            "message": str(error.msg),
        }
    if isinstance(error, ImportError):
        report["missing"] = str(error.name or "")
    refused = attempts.refused(error) if attempts is not None else None
    if refused is not None:
        report["refused"] = list(refused)
    if isinstance(error, SystemExit):
        report["message"] = f"exit code {error.code!r}"[:200]
    return report


def _message_of(error: BaseException) -> str:
    text = str(error)
    if isinstance(error, (NameError, AttributeError, ImportError)):
        # traceback adds "Did you mean: ...?", which str() does not.
        lines = list(traceback.TracebackException(type(error), error, error.__traceback__).format_exception_only())
        said = lines[-1].strip().split(": ", 1)
        text = said[1] if len(said) == 2 else text
    return text


def _student_frames(trace: TracebackType | None, files: StudentFiles | None) -> list[dict[str, Any]]:
    names = files.names if files else frozenset()
    # Not traceback.extract_tb, which reads the lines of all files, ours among them.
    return [
        {"file": frame.f_code.co_filename, "line": line or 0, "function": frame.f_code.co_name}
        for frame, line in traceback.walk_tb(trace)
        if frame.f_code.co_filename in names
    ]


def _innermost_is_students(trace: TracebackType | None, files: StudentFiles | None) -> bool:
    if files is None or trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename in files.names


def _is_not_implemented(error: BaseException, frames: list[dict[str, Any]], files: StudentFiles | None) -> bool:
    """Say whether this is a stub speaking: `raise NotImplementedError`, or a module whose forward was never written."""
    if not isinstance(error, NotImplementedError) or files is None:
        return False
    if 'is missing the required "forward" function' in str(error):
        return True
    if not frames or not _innermost_is_students(error.__traceback__, files):
        return False
    return files.is_raise(frames[-1]["line"], frames[-1]["file"])

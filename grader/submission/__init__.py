"""Submissions: the student's file out of whatever was handed in, a file, a folder, a zip archive or a notebook.

Two faults are kept apart. What is wrong with the student's file itself (its encoding, its size) is a `SourceFault`
that the report shows; what the caller named wrongly (no such path, two candidates, a broken archive) is a UsageError.
"""

from grader.submission.reading import Submission, read_submission
from grader.submission.text import SourceFault

__all__ = ["SourceFault", "Submission", "read_submission"]

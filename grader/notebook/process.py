"""The process that reads a notebook: one question, walls, one answer. It imports little, for each notebook waits for it."""

from __future__ import annotations

import json
import sys
from typing import NoReturn

from grader.notebook.cells import BrokenNotebook
from grader.notebook.source import notebook_source
from grader.sandbox.sealing import seal

MEMORY_BYTES = 2 * 2**30
PROCESSOR_S = 20
READY = b"\n"  # what comes after it may be the notebook's doing; JSON may begin with white space


def main() -> NoReturn:
    """Be the process: read the question, put up the walls, answer."""
    question = json.load(sys.stdin.buffer)
    notebook_source('{"cells": [{"cell_type": "code", "source": "x = 1"}]}')  # whatever it imports late has to be there before the walls
    seal(MEMORY_BYTES, PROCESSOR_S)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    try:
        source, notes = notebook_source(question["text"], question["wanted"])
        answer: dict[str, object] = {"source": source, "notes": notes}
    except BrokenNotebook as broken:
        answer = {"message": broken.message, "hint": broken.hint, "line": broken.line}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()
    sys.exit(0)

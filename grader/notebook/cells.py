"""From a notebook's JSON to the source of its code cells.

The JSON is read directly: the libraries for it take longer to import than a whole grading run lasts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_CODE_CHARS = 1_000_000
_OTHER_LANGUAGES = frozenset(
    {
        "r", "julia", "javascript", "typescript", "scala", "java", "matlab", "octave", "ruby", "go", "rust", "bash",
        "sql", "c", "c++", "c++11", "c++14", "c++17", "c#", "f#",
    }
)
_SAVE_AGAIN = "Open it in Jupyter, run all cells, save it, and hand in the saved file."


class BrokenNotebook(Exception):
    """The file is no notebook that can be read; `message` and `hint` are for its student, `line` is 0 or a line."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line


def code_cells(text: str) -> list[str]:
    """Return the source of every code cell."""
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        merged = re.search(r"^<<<<<<< ", text, re.MULTILINE)
        message = "holds the marks of a merge conflict" if merged else f"cannot be read from line {error.lineno} on"
        hint = "Resolve the conflict, then save it in Jupyter again." if merged else _SAVE_AGAIN
        raise BrokenNotebook(f"the notebook {message}", hint, error.lineno) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise BrokenNotebook("the notebook cannot be read: its JSON is out of the ordinary", _SAVE_AGAIN) from error
    cells = _cells_of(notebook)
    language = _language(notebook)
    if language in _OTHER_LANGUAGES:
        raise BrokenNotebook(f"the notebook is written in {language}, not in Python", "Hand in a Python notebook.")
    sources = [_source_of(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    if not any(source.strip() for source in sources):
        raise BrokenNotebook("the notebook holds no code", "Is this the right file? Save the notebook, then try again.")
    if sum(map(len, sources)) > MAX_CODE_CHARS:
        raise BrokenNotebook("the notebook holds more than 1 MB of code", "Data belongs into files of its own.")
    return sources


def _cells_of(notebook: Any) -> list[Any]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):  # the format before 2015
        sheets = notebook.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        found = [sheet["cells"] for sheet in sheets if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)]
        cells = [cell for sheet_cells in found for cell in sheet_cells] if found else None
    if not isinstance(cells, list):
        raise BrokenNotebook("the file is not a notebook: it has no cells", _SAVE_AGAIN)
    return cells


def _language(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for section, key in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(section) if isinstance(metadata, dict) else None
        name = part.get(key) if isinstance(part, dict) else None
        if isinstance(name, str) and name:
            return name.lower()
    return "python"


def _source_of(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        source = ""
    # JSON can write halves of characters that no file can hold.
    whole = source.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\r", "\n")

"""Whole outputs, kept under tests/golden/. With GRADE_GOLDEN=write they are written anew, to be read in the diff."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str) -> None:
    """Compare `text` with what is kept under this name."""
    path = GOLDEN / name
    if os.environ.get("GRADE_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), f"{path} differs; GRADE_GOLDEN=write writes it anew"

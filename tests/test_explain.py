"""What an exception of the student's code is told as: in its own words, without those that lead astray."""

from __future__ import annotations

import io

import pytest
import torch

from grader.judge.errors import Failure
from grader.judge.explain import explain
from grader.judge.sources import Sources

SOURCES = Sources("checkpoint.py", "checkpoint", {"checkpoint.py": "def load():\n    pass\n"})


def words_of(error: BaseException) -> str:
    kind = type(error)
    types = tuple(f"{base.__module__}.{base.__qualname__}" for base in kind.__mro__)
    return explain(Failure(types=types, message=str(error)), SOURCES).message


def test_a_file_with_a_module_in_it_is_told_without_the_ways_to_open_it_all_the_same() -> None:
    file = io.BytesIO()
    torch.save(torch.nn.Linear(2, 2), file)
    file.seek(0)
    with pytest.raises(Exception, match="Weights only load failed") as caught:
        torch.load(file, weights_only=True)

    words = words_of(caught.value)

    assert words.startswith("UnpicklingError: Weights only load failed: ")
    assert "torch.nn.modules.linear.Linear" in words
    for astray in ("set to `False`", "weights_only=False", "add_safe_globals", "\x1b", "two options"):
        assert astray not in words


def test_another_failure_of_a_file_keeps_its_words() -> None:
    message = "Weights only load failed, and for a reason that torch words otherwise one day"

    assert words_of(RuntimeError(message)) == f"RuntimeError: {message}"


def test_colours_of_a_terminal_are_no_words() -> None:
    assert words_of(ValueError("a \x1b[1;31mbad\x1b[0m value")) == "ValueError: a bad value"

"""The numbers of system calls against the kernel's own headers, where a machine has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.sandbox.kernel import LAST_KNOWN, NUMBERS

X86 = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
GENERIC = Path("/usr/include/asm-generic/unistd.h")  # the table of aarch64


def numbers_in(header: Path) -> dict[str, int]:
    """Return name -> number of a header of the kernel."""
    if not header.is_file():
        pytest.skip(f"{header} is not here: it comes with the headers of the kernel (linux-libc-dev)")
    text = header.read_text(encoding="utf-8")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)
    return {name: int(number) for name, number in found}


@pytest.mark.parametrize(("column", "header"), [(0, X86), (1, GENERIC)], ids=["x86-64", "aarch64"])
def test_every_number_is_the_kernels(column: int, header: Path) -> None:
    known = numbers_in(header)

    wrong = {
        name: (pair[column], known[name]) for name, pair in NUMBERS.items() if name in known and pair[column] != known[name]
    }

    assert wrong == {}
    # Calls that are newer than the headers, or are spelt otherwise there, cannot be compared.
    assert sum(name in known for name in NUMBERS) > 0.85 * len(NUMBERS)


def test_nothing_named_lies_beyond_the_last_known_call() -> None:
    assert all(number <= LAST_KNOWN for pair in NUMBERS.values() for number in pair if number is not None)

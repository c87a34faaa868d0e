"""Fingerprints: a number for each run of `LENGTH` symbols, what of them stub and class explain, and which pairs share the rest.

A student's file has few hundred symbols, so every run counts and none has to be left out to save time.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from grader.similar.tokens import Token

LENGTH = 12
Prints = npt.NDArray[np.uint64]
_BASE = np.uint64(0x9E3779B97F4A7C15)
_COLUMNS = 4096


def fingerprints(tokens: Sequence[Token]) -> Prints:
    """Return one number for each run of `LENGTH` symbols, by where it begins: the same in every process."""
    codes = np.array([_code(token.symbol) for token in tokens], dtype=np.uint64)
    count = max(len(codes) - LENGTH + 1, 0)
    total = np.zeros(count, dtype=np.uint64)
    for offset in range(LENGTH):
        total = total * _BASE + codes[offset : offset + count]  # modulo 2**64
    return total


@functools.lru_cache(maxsize=100_000)
def _code(symbol: str) -> int:
    digest = hashlib.blake2b(symbol.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def common_prints(every: Sequence[Prints], limit: int) -> Prints:
    """Return the fingerprints that more than `limit` of the files have."""
    if not every:
        return np.zeros(0, dtype=np.uint64)
    values, counts = np.unique(np.concatenate([np.unique(one) for one in every]), return_counts=True)
    return values[counts > limit]


def explained_symbols(prints: Prints, known: Prints, count: int) -> npt.NDArray[np.bool_]:
    """Return of each of `count` symbols whether it lies in a run that is in `known`."""
    explained = np.zeros(count, dtype=bool)
    for start in np.flatnonzero(np.isin(prints, known)):
        explained[start : start + LENGTH] = True
    return explained


def sharing_pairs(every: Sequence[Prints], least: int) -> Iterator[tuple[int, int, int]]:
    """Yield (i, j, shared) with i < j for the files that share at least `least` distinct fingerprints.

    One product of a matrix, in slices, counts them all: a thousand files take seconds.
    """
    files = [np.unique(one) for one in every]
    values, counts = np.unique(np.concatenate(files), return_counts=True) if files else (np.zeros(0), np.zeros(0))
    values = values[counts > 1]
    shared = np.zeros((len(files), len(files)), dtype=np.float32)
    for first in range(0, len(values), _COLUMNS):
        part = values[first : first + _COLUMNS]
        holds = np.stack([np.isin(part, one, assume_unique=True) for one in files]).astype(np.float32)
        shared += holds @ holds.T
    for i, j in np.argwhere(np.triu(shared >= least, k=1)):
        yield int(i), int(j), int(shared[i, j])

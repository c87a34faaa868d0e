"""Fuzz everything that reads what a worker sends: `python tests/fuzz/read_frames.py -max_total_time=60`.

Needs atheris, which has wheels for some Pythons only. Coverage of `grader.wire` and `grader.judge` guides it; it starts from
the frames of an honest worker, written into a temporary folder. A finding ends it with a traceback and leaves the input as
`crash-...` in the working folder: `python tests/fuzz/read_frames.py crash-...` plays it again.

Every input is a conversation: the bytes that a worker sends after its greeting. What the suite gets must be a value, an error of
the student's or the end of the check; all other exceptions are faults of the judge. An input that begins with `R` has its lengths
set right before it is sent, since chance alone would hardly find them, and is changed field by field half of the time.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

CORPUS = "GRADE_FUZZ_CORPUS"
SECONDS_AN_INPUT = 30  # the end of the process counts as one too, and a busy machine takes its time for it
MEMORY_MB = 3_000
LONGEST_INPUT = 20_000
WORDS = (
    b"$",
    b"tensor",
    b"held",
    b"changed",
    b"graph",
    b"leaves",
    b"outputs",
    b"callback",
    b"NaN",
    b"1e999",
    b"\\ud800",
)
# Between the parts of an input of the repaired kind: header, payload, header, payload, ...
BORDER = b"\x00|\x00"


def fuzz(corpus: Path) -> None:
    """Fuzz with the options of libFuzzer that are given on the command line; never returns."""
    import atheris

    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    warnings.simplefilter("ignore")
    import torch  # before the hook: torch itself is not what is measured

    torch.set_num_threads(1)
    with atheris.instrument_imports(include=["grader.wire", "grader.judge"]):
        from played_worker import HONEST, changed, frame, outcome_of

    def play(data: bytes) -> None:
        outcome_of(b"".join(frame(*pair) for pair in pairs_of(data)) if data[:1] == b"R" else data)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        generator = random.Random(seed)
        if data[:1] != b"R" or generator.random() < 0.5:
            return atheris.Mutate(data, most)
        pairs = pairs_of(data)
        number = generator.randrange(len(pairs))
        header, payload = pairs[number]
        try:
            pairs[number] = json.dumps(changed(json.loads(header), generator)).encode(), payload
        except (ValueError, RecursionError):
            return atheris.Mutate(data, most)
        return repaired(pairs)[:most]

    for number, frames in enumerate(HONEST.values()):
        (corpus / f"frames-{number}").write_bytes(b"".join(frame(*pair) for pair in frames))
        pairs = [(json.dumps(header).encode(), payload) for header, payload in frames]
        (corpus / f"repaired-{number}").write_bytes(repaired(pairs))
    options = [f"-timeout={SECONDS_AN_INPUT}", f"-rss_limit_mb={MEMORY_MB}", f"-max_len={LONGEST_INPUT}"]
    if all(word.startswith("-") for word in sys.argv[1:]):
        options += [f"-dict={dictionary(corpus)}", str(corpus)]
    atheris.Setup([sys.argv[0], *sys.argv[1:], *options], play, custom_mutator=mutate)
    atheris.Fuzz()


def pairs_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers and payloads of an input of the repaired kind."""
    parts = data[1:].split(BORDER)
    parts += [b""] * (len(parts) % 2)
    return list(zip(parts[::2], parts[1::2], strict=True))


def repaired(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Return the input of the repaired kind with these headers and payloads."""
    return b"R" + BORDER.join(part for pair in pairs for part in pair)


def dictionary(folder: Path) -> Path:
    """Write the words that the protocol knows, in the way of libFuzzer."""
    path = folder.with_name(f"{folder.name}.words")
    path.write_text("".join('"{}"\n'.format("".join(f"\\x{byte:02x}" for byte in word)) for word in WORDS))
    return path


def main() -> int:
    """Fuzz in a process of its own: libFuzzer ends its process without giving Python a chance to tidy up."""
    with tempfile.TemporaryDirectory(prefix="grade-fuzz-") as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        command = [sys.executable, __file__, *sys.argv[1:]]
        return subprocess.run(command, env=os.environ | {CORPUS: str(corpus)}, check=False).returncode


if __name__ == "__main__":
    if CORPUS in os.environ:
        fuzz(Path(os.environ[CORPUS]))
    sys.exit(main())

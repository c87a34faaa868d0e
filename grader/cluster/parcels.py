"""What travels between the head of a batch and its lanes on other machines: records of ours as bytes, never pickled objects."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, Union

import msgspec

from grader.exercise import Exercise
from grader.faults import GraderFault, UsageError
from grader.records import Record, Result
from grader.submission import Submission
from grader.terms import Choices, Terms

T = TypeVar("T")
# Of an exercise's folders, what no run reads.
_NOT_SHIPPED = ("mistakes", "__pycache__")


class Setup(Record, frozen=True, kw_only=True):
    """What all gradings of a batch share: the head's choices, and the code that has to be the same on every node.

    Attributes:
        data_root: where the head was told to look for datasets; used on a node that has this folder.
    """

    device: str
    seed: int
    suites: str
    isolation: str
    most: str
    data_root: str
    grader_sha256: str
    torch: str


class Brief(Record, frozen=True, kw_only=True):
    """An exercise for a machine that does not have the course.

    Attributes:
        root: the course's folder on the head, which is where an instructor will look for what a result names.
        files: path below that folder -> content.
        suite_sha256: what the digest of the files has to come to on the node.
        threads: of torch; decided on the head, since the same exercise has to be the same everywhere.
    """

    exercise: str
    root: str
    files: dict[str, bytes]
    suite_sha256: str
    imports: tuple[str, ...]
    threads: int
    only: tuple[str, ...]


class Ready(Record, frozen=True, kw_only=True, tag_field="answer", tag="ready"):
    """A lane waits for work."""

    node: str


class Graded(Record, frozen=True, kw_only=True, tag_field="answer", tag="graded"):
    """A submission was graded."""

    result: Result


class Faulty(Record, frozen=True, kw_only=True, tag_field="answer", tag="faulty"):
    """A submission could not be graded, which another try may mend."""

    node: str
    problem: str


class Unfit(Record, frozen=True, kw_only=True, tag_field="answer", tag="unfit"):
    """A node lacks what every grading of this kind needs: the same grader, a dataset, a GPU, a level of isolation."""

    node: str
    cause: str
    where: str = ""
    cure: str = ""

    @staticmethod
    def because_of(fault: GraderFault | UsageError, node: str) -> Unfit:
        """Return what a fault says of a node."""
        return Unfit(node=node, cause=fault.cause, where=fault.where[-2000:], cure=fault.cure)


Answer = Union[Ready, Graded, Faulty, Unfit]


def encode(parcel: Any) -> bytes:
    """Return a parcel, or a submission, as bytes."""
    return msgspec.msgpack.encode(parcel, enc_hook=str)


def decode(data: bytes, kind: type[T]) -> T:
    """Return what `encode` made bytes of."""
    return msgspec.msgpack.decode(data, type=kind, dec_hook=lambda wanted, plain: wanted(plain))


def decode_answer(data: bytes) -> Answer:
    """Return what a lane answered; raises msgspec.MsgspecError where it is no answer."""
    answer: Answer = msgspec.msgpack.decode(data, type=Answer)  # type: ignore[arg-type]
    return answer


def setup_of(choices: Choices, grader_sha256: str, torch: str) -> Setup:
    """Return what the lanes have to know of the caller's choices; the device is decided already."""
    return Setup(
        device=choices.device,
        seed=choices.seed,
        suites=choices.suites,
        isolation=choices.isolation,
        most=choices.most.value,
        data_root=str(choices.data_root.absolute()) if choices.data_root else "",
        grader_sha256=grader_sha256,
        torch=torch,
    )


def brief_of(exercise: Exercise, terms: Terms) -> Brief:
    """Return an exercise with all its files, public and secret, but for its known mistakes."""
    return Brief(
        exercise=exercise.name,
        root=str(exercise.folder.parents[1]),
        files=dict(_files_of(exercise)),
        suite_sha256=terms.suite_sha256,
        imports=terms.imports,
        threads=terms.job.threads,
        only=terms.job.only,
    )


def sheet_of(submission: Submission) -> bytes:
    """Return a submission as bytes, without its place on the head's disk."""
    return encode(dataclasses.replace(submission, path=Path()))


def lay_files(files: dict[str, bytes], root: Path) -> None:
    """Write the files of a course below a folder, for nobody else to read.

    Raises:
        GraderFault: a name leads out of the folder.
    """
    for name, content in files.items():
        parts = PurePosixPath(name).parts
        if not parts or parts[0] not in ("exercises", "solutions") or ".." in parts:
            raise GraderFault("a file of the course has a name that leads elsewhere", where=name)
        path = root.joinpath(*parts)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content)


def _files_of(exercise: Exercise) -> Iterator[tuple[str, bytes]]:
    for kind, folder in (("exercises", exercise.folder), ("solutions", exercise.secret_folder)):
        if folder is None:
            continue
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and not set(_NOT_SHIPPED) & set(inner.parts):
                yield PurePosixPath(kind, exercise.name, *inner.parts).as_posix(), path.read_bytes()

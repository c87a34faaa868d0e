"""Makes a students' copy: lays the public files out aside, proves that they give nothing away, and then puts them in place."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.release.lock import LOCK_NAME, read_lock
from grader.release.public import is_cache
from grader.release.repository import check_git, commit_all
from grader.release.searching import Leak, search_folder
from grader.release.secrets import read_secrets
from grader.release.students_copy import Copy, student_copy
from grader.run import Grader, Progress
from grader.submission import read_submission
from grader.verify import stub_problems

# The same bytes in, the same archive out.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Released:
    """What became of a release.

    Attributes:
        leaks: why it was not written; empty where it was.
        left_out: files of the exercises' folders that are not public by contract.
        binary: files of which only the bytes were looked at.
        kept: files of the folder that are not of an earlier release; they were looked at as well.
        files: how many files were laid out.
    """

    leaks: tuple[Leak, ...]
    left_out: tuple[str, ...]
    binary: tuple[str, ...]
    kept: tuple[str, ...]
    files: int


def release(
    course: Course,
    exercises: Sequence[Exercise],
    folder: Path,
    grader: Grader,
    *,
    zip_path: Path | None = None,
    git: bool = False,
    progress: Progress = lambda started: None,
) -> Released:
    """Write a students' copy to `folder` where it is proven to give nothing away; otherwise change nothing.

    A folder that holds an earlier release is brought up to date: files of other origin and its git repository stay, and
    are proven as well.

    Args:
        grader: grades the stubs.
        zip_path: where to write the copy as an archive as well, without a repository.
        git: commit the copy, in a new repository where the folder has none.
        progress: told of each check of a stub as it begins.

    Raises:
        UsageError: the folder is not free, the solutions are not at hand, or something cannot be read or written.
    """
    folder = folder.expanduser().resolve()
    if git:
        check_git()
    _check_secrets_are_here(course, exercises)
    kept = _kept_files(folder)
    copy = student_copy(exercises, "release")
    clash = sorted(set(kept) & set(copy.files))
    if clash:
        raise UsageError(
            f"{clash[0]} would be overwritten, and is not of an earlier release",
            where=str(folder),
            cure="Move it away, or release into another folder.",
        )
    with _stage(folder) as stage:
        try:
            _fill(stage, copy, kept, folder)
        except OSError as error:
            cure = "Check the disk, and that you may read what is there."
            raise UsageError(f"cannot be copied: {error.strerror or error}", where=str(error.filename or folder), cure=cure) from error
        found = search_folder(stage, read_secrets(course))
        leaks = (*found.leaks, *_stub_leaks(exercises, stage, grader, progress))
        if not leaks:
            _finish(stage, folder, copy, kept, zip_path, git)
    return Released(leaks, copy.left_out, found.binary, tuple(kept), len(copy.files))


def _check_secrets_are_here(course: Course, exercises: Sequence[Exercise]) -> None:
    """Nothing can be proven about secrets that are not at hand."""
    for exercise in exercises:
        if exercise.hidden_suite is None and exercise.hidden_checks:
            raise UsageError(
                f"the hidden suite of {exercise.name} is not here, so nothing shows that the copy is free of it",
                where=str(course.root / "solutions" / exercise.name),
                cure="Release from the whole course, with solutions/.",
            )


def _kept_files(folder: Path) -> list[str]:
    """Return what is in the folder and not of an earlier release; a UsageError where it is no place for a release."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise UsageError("this is a file", where=str(folder), cure="Name a folder.")
    lock = read_lock(folder)
    if lock is None or lock.made_by != "release":
        if any(folder.iterdir()):
            cure = "Name a folder that is empty, new, or holds an earlier release."
            raise UsageError(f"the folder is not empty, and no earlier release (it has no {LOCK_NAME} of one)", where=str(folder), cure=cure)
        return []
    ours = {*lock.files, LOCK_NAME}
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() or path.is_symlink())
    names = [path.relative_to(folder) for path in paths]
    environment = next((name.parent for name in names if name.name == "pyvenv.cfg"), None)
    if environment is not None:
        cure = "Move it elsewhere: what lies in the folder becomes part of the release."
        raise UsageError("this is a virtual environment", where=str(folder / environment), cure=cure)
    return [name.as_posix() for name in names if name.as_posix() not in ours and not any(map(is_cache, name.parts))]


@contextlib.contextmanager
def _stage(folder: Path) -> Iterator[Path]:
    """Give a new folder beside `folder`, so that it can take its place in one step; it is gone afterwards."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        cure = "Name a folder in a place that you may write to."
        raise UsageError(f"the folder cannot be made: {error.strerror}", where=str(folder), cure=cure) from error
    try:
        stage.chmod(0o755)
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _fill(stage: Path, copy: Copy, kept: Sequence[str], folder: Path) -> None:
    for name, content in copy.files.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_bytes(content)
    for name in kept:
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, stage / name, follow_symlinks=False)
    repository = folder / ".git"
    if repository.is_dir():
        shutil.copytree(repository, stage / ".git", symlinks=True)
    elif repository.exists():  # of a submodule or a second working tree
        shutil.copy2(repository, stage / ".git")


def _stub_leaks(exercises: Sequence[Exercise], stage: Path, grader: Grader, progress: Progress) -> Iterator[Leak]:
    """Yield what the stubs of the copy earn, with all suites."""
    for exercise in exercises:
        copied = dataclasses.replace(exercise, folder=stage / "exercises" / exercise.name)
        result = grader.grade(copied, read_submission(copied.stub, copied), progress)
        place = f"exercises/{exercise.name}/{exercise.file}"
        yield from (Leak(place, f"the stub is more than a stub: {problem}") for problem in stub_problems(result))


def _finish(stage: Path, folder: Path, copy: Copy, kept: Sequence[str], zip_path: Path | None, git: bool) -> None:
    if git:
        commit_all(stage, "Lay out the exercises" if not (stage / ".git").exists() else "Bring the exercises up to date")
    if zip_path is not None:
        _write_zip(zip_path.expanduser(), {name: (stage / name).read_bytes() for name in (*copy.files, *kept)}, folder.name)
    _put_in_place(stage, folder)


def _write_zip(path: Path, files: dict[str, bytes], root: str) -> None:
    from grader.render.write import write_bytes

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"{root}/{name}", _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    try:
        write_bytes(path, packed.getvalue())
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        cure = "Name a file in a folder that exists and that you may write to."
        raise UsageError(f"the archive cannot be written: {reason}", where=str(path), cure=cure) from error


def _put_in_place(stage: Path, folder: Path) -> None:
    """Have the finished copy take the place of what was there; whoever looks finds the one or the other."""
    earlier = stage.with_name(f"{stage.name}-earlier")
    try:
        if folder.exists():
            folder.rename(earlier)
        try:
            stage.rename(folder)
        except OSError:
            if earlier.exists():
                earlier.rename(folder)
            raise
    except OSError as error:
        cure = "Release into a folder of its own, which no other program holds."
        raise UsageError(f"the copy cannot be put in place: {error.strerror}", where=str(folder), cure=cure) from error
    shutil.rmtree(earlier, ignore_errors=True)


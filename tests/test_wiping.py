"""Emptying folders that hostile code has filled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.engine.wiping import empty, remove


def deep(folder: Path) -> None:
    """Make folders in each other, deeper than any path can name."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(3_000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def wide(folder: Path) -> None:
    """Make many files and folders."""
    for number in range(1_000):
        (folder / f"folder{number}").mkdir()
        (folder / f"folder{number}" / "file").write_text("x")


def closed(folder: Path) -> None:
    """Take every right away from folders that hold something."""
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "file").write_text("x")
    for path in (folder / "a" / "b", folder / "a"):
        path.chmod(0)


def odd(folder: Path) -> None:
    """Make pipes, dangling links and names that are no text."""
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    os.close(os.open(os.fsencode(folder) + b"/\xff\n", os.O_CREAT | os.O_WRONLY))


@pytest.mark.parametrize("fill", [deep, wide, closed, odd])
def test_everything_goes(tmp_path: Path, fill: object) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    assert callable(fill)
    fill(folder)

    empty(str(folder))

    assert os.listdir(folder) == []
    remove(str(folder))
    assert not folder.exists()


def test_links_are_removed_and_never_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("kept")
    folder = tmp_path / "scratch"
    (folder / "below").mkdir(parents=True)
    (folder / "link").symlink_to(kept)
    (folder / "below" / "link").symlink_to(kept)
    (folder / "below" / "file").symlink_to(kept / "file")

    remove(str(folder))

    assert (kept / "file").read_text() == "kept"
    assert not folder.exists()


def test_a_folder_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    remove(str(tmp_path / "nothing"))

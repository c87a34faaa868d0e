"""File systems on which the kernel does not tell of every change are known by the table of mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.mounts import is_told_of_changes

LINE = "{number} 22 0:25 / {point} rw,relatime shared:5 - {kind} source rw\n"


def table(*mounts: tuple[str, str]) -> str:
    return "".join(LINE.format(number=30 + i, point=point, kind=kind) for i, (point, kind) in enumerate(mounts))


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "f2fs"])
def test_local_disks_tell_of_changes(tmp_path: Path, kind: str) -> None:
    assert is_told_of_changes(tmp_path, table(("/", kind)))


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.grpcfuse", "vboxsf", "prl_fs", "virtiofs", "drvfs", "fakeowner"]
)
def test_disks_that_others_write_to_do_not(tmp_path: Path, kind: str) -> None:
    assert not is_told_of_changes(tmp_path, table(("/", "ext4"), (str(tmp_path.resolve()), kind)))


def test_the_nearest_mount_counts_and_the_last_of_two_on_one_point(tmp_path: Path) -> None:
    near = str(tmp_path.resolve())

    assert is_told_of_changes(tmp_path, table(("/", "nfs"), (near, "nfs"), (near, "ext4")))
    assert is_told_of_changes(tmp_path, table((f"{near[:-1]}", "nfs"), ("/", "ext4")))


def test_a_mount_point_with_a_space_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "my course"
    folder.mkdir()
    point = str(folder.resolve()).replace(" ", "\\040")

    assert not is_told_of_changes(folder, table(("/", "ext4"), (point, "cifs")))

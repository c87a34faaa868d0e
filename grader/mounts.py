"""Whether the kernel tells of changes in a folder: it does not where others write to the same disk without its knowledge."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
# Network, and what a virtual machine, a container or WSL lends of its host: the writer may be another kernel.
_SHARED = re.compile(
    r"nfs|nfs4|cifs|smb3?|smbfs|ncpfs|afs|ceph|glusterfs|lustre|gpfs|beegfs|orangefs|pvfs2|davfs|9p|virtiofs|vboxsf|vmhgfs|prl_?fs|drvfs"
    r"|fuse|fuseblk|fuse\..*|fakeowner|grpcfuse|osxfs|acfs"
)


def is_told_of_changes(folder: Path, mounts: str | None = None) -> bool:
    """Say whether watching `folder` needs no polling.

    Args:
        folder: an existing folder.
        mounts: the text of /proc/self/mountinfo (proc_pid_mountinfo(5)); by default that of this machine.
    """
    if mounts is None:
        if not sys.platform.startswith("linux"):
            return True  # FSEvents; network volumes are looked at now and then besides
        try:
            mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return False
    return not _SHARED.fullmatch(_type_of(os.path.realpath(folder), mounts))


def _type_of(path: str, mounts: str) -> str:
    """Return the type of the file system that `path` lies on; empty where none is found."""
    found, longest = "", -1
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        words = fields.split(" ")
        if len(words) < 5 or not rest:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), words[4])
        inside = point == "/" or path == point or path.startswith(f"{point}/")
        # Of two mounts on one point, the later one lies on top.
        if inside and len(point) >= longest:
            found, longest = rest.split(" ")[0], len(point)
    return found

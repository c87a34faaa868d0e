"""What this machine's kernel has for walls, feature by feature: found by trying each in a throw-away process, never by its version."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from grader.engine.settling import enter_namespaces, in_child
from grader.isolation import LaneNeeds
from grader.sandbox import identity, kernel, landlock, namespaces, seccomp
from grader.sandbox.entering import ABI_WITH_SCOPES
from grader.sandbox.places import places_for


@dataclass(frozen=True)
class Feature:
    """One feature of the kernel.

    Attributes:
        name: what it is called.
        works: whether it works here.
        found: what was found, in words.
        cure: how to get it where it does not work; else empty.
    """

    name: str
    works: bool
    found: str
    cure: str = ""


def try_features() -> Iterator[Feature]:
    """Try each; the process has to be single-threaded, since it forks."""
    if not kernel.is_supported():
        cure = "Grade in a Linux container or virtual machine (x86-64 or aarch64); on Windows in WSL2."
        yield Feature("walls", False, f"none on {os.uname().sysname} {kernel.machine()}", cure)
        return
    yield _landlock()
    yield _seccomp()
    yield from _namespaces()
    if os.getuid() == 0:
        yield _spare_user()


def _landlock() -> Feature:
    version = landlock.abi()
    if version == 0:
        cure = "Use Linux 6.12 or newer with `landlock` in the boot parameter lsm=; inside Docker, a newer Docker and host."
        return Feature("Landlock", False, "not there, or switched off: files cannot be closed to student code", cure)
    if version < ABI_WITH_SCOPES:
        return Feature("Landlock", False, f"ABI {version}: closes files, not signals", "Use Linux 6.12 or newer.")
    said = in_child(lambda: landlock.enforce(landlock.ruleset([], version), version))
    if said:
        return Feature("Landlock", False, f"ABI {version}, but refused ({said})", "Is this a container that forbids it?")
    return Feature("Landlock", True, f"ABI {version}: closes files, TCP, and signals to others")


def _seccomp() -> Feature:
    def load() -> None:
        kernel.gain_no_privileges()
        seccomp.load(seccomp.assemble(seccomp.program([])))

    said = in_child(load)
    if said:
        return Feature("seccomp", False, f"filters are refused ({said})", "Is this a container that forbids them?")
    return Feature("seccomp", True, "closes sockets, programs and the kernel's wide doors")


def _namespaces() -> Iterator[Feature]:
    said = in_child(namespaces.leave)
    if said:
        found, _, cure = said.partition(": ")
        yield Feature("namespaces", False, found, cure)
        return
    yield Feature("namespaces", True, "processes, network and IPC of its own")
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        said = in_child(lambda: enter_namespaces(LaneNeeds(folder), lambda: None))
    if said:
        found, _, cure = said.partition("; ")
        yield Feature("own root", False, found, cure or "Run outside a container, or let the container mount.")
    else:
        yield Feature("own root", True, "a file system in memory that holds Python and nothing of yours")


def _spare_user() -> Feature:
    spare = identity.spare_user()
    places = [place.path for place in places_for(LaneNeeds(tempfile.gettempdir())).disk]
    if spare is None or not identity.can_run_python(spare, places):
        cure = "Level full shows it to them all the same. For the others, install Python and grade where everybody may read, not below /root."
        return Feature("spare user", False, "student code would run as root (without its rights): Python is not readable by others", cure)
    return Feature("spare user", True, f"student code runs as user {spare}, whom nothing belongs to")

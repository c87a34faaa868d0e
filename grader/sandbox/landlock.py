"""Landlock: this process and its children open what the rules name, and nothing else.

Structures and access bits: Linux `include/uapi/linux/landlock.h`. Bits that the running kernel's ABI does not know are left out.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from dataclasses import dataclass

from grader.sandbox import kernel

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE = 1 << 4, 1 << 5
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
FILE_BITS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV  # those that a rule on a single file may carry
_HANDLED_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
BIND_TCP, CONNECT_TCP = 1, 2
SCOPE_ABSTRACT_UNIX, SCOPE_SIGNAL = 1, 2
CREATE_VERSION = 1
RULE_PATH_BENEATH = 1
LOG_SAME_EXEC_OFF = 1 << 0
LATEST_USED = 7

READ = READ_FILE | READ_DIR
READ_AND_RUN = READ | EXECUTE
SCRATCH = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | MAKE_FIFO | REFER
DEVICE = READ_FILE | WRITE_FILE | IOCTL_DEV


@dataclass(frozen=True)
class Place:
    """A file or folder and what may be done there and below it (access bits)."""

    path: str
    access: int


class _RulesetAttr(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneathAttr(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """Return the ABI that the kernel offers; 0 where it has no Landlock or has it switched off."""
    try:
        return kernel.call("landlock_create_ruleset", None, 0, CREATE_VERSION)
    except OSError:
        return 0


def ruleset(places: Iterable[Place], version: int) -> int:
    """Return the descriptor of a ruleset: nothing may be opened but `places`, and no TCP port or outside process be reached.

    Args:
        places: what may be opened; paths that do not exist are passed over.
        version: the ABI, from `abi()`; what it does not know is left out.

    Raises:
        OSError: the kernel refused.
    """
    handled = _HANDLED_BY_ABI[min(version, 5)]
    attributes = _RulesetAttr(
        fs=handled,
        net=BIND_TCP | CONNECT_TCP if version >= 4 else 0,
        scoped=SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL if version >= 6 else 0,
    )
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = kernel.call("landlock_create_ruleset", ctypes.byref(attributes), size, 0)
    for place in places:
        allow(rules, place, version)
    return rules


def allow(rules: int, place: Place, version: int) -> None:
    """Add a place to a ruleset."""
    try:
        opened = os.open(place.path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        access = place.access if os.path.isdir(place.path) else place.access & FILE_BITS
        attributes = _PathBeneathAttr(allowed=access & _HANDLED_BY_ABI[min(version, 5)], parent=opened)
        if attributes.allowed:
            kernel.call("landlock_add_rule", rules, RULE_PATH_BENEATH, ctypes.byref(attributes), 0)
    finally:
        os.close(opened)


def enforce(rules: int, version: int) -> None:
    """Bind this process and all its later children to a ruleset.

    Raises:
        OSError: the kernel refused.
    """
    kernel.gain_no_privileges()
    kernel.call("landlock_restrict_self", rules, LOG_SAME_EXEC_OFF if version >= 7 else 0)


def fence_signals() -> None:
    """Have no signal of this process or its later children reach anybody else (ABI 6); files stay as they are.

    Raises:
        OSError: the kernel refused.
    """
    attributes = _RulesetAttr(fs=0, net=0, scoped=SCOPE_SIGNAL)
    rules = kernel.call("landlock_create_ruleset", ctypes.byref(attributes), 24, 0)
    try:
        enforce(rules, 6)
    finally:
        os.close(rules)

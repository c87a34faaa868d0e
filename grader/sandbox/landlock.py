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
class Rule:
    """What may be done at a path and below it."""

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


def restrict(rules: Iterable[Rule], version: int) -> None:
    """Bind this process and all its later children to `rules`; paths that do not exist are passed over.

    Args:
        rules: what may be reached.
        version: the ABI, from `abi()`.

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
    ruleset = kernel.call("landlock_create_ruleset", ctypes.byref(attributes), size, 0)
    try:
        for rule in rules:
            _add(ruleset, rule, handled)
        kernel.gain_no_privileges()
        kernel.call("landlock_restrict_self", ruleset, LOG_SAME_EXEC_OFF if version >= 7 else 0)
    finally:
        os.close(ruleset)


def _add(ruleset: int, rule: Rule, handled: int) -> None:
    try:
        place = os.open(rule.path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        access = rule.access if os.path.isdir(rule.path) else rule.access & FILE_BITS
        attributes = _PathBeneathAttr(allowed=access & handled, parent=place)
        if attributes.allowed:
            kernel.call("landlock_add_rule", ruleset, RULE_PATH_BENEATH, ctypes.byref(attributes), 0)
    finally:
        os.close(place)

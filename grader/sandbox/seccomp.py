"""The system calls that a worker may not make, as a classic BPF program.

A deny list with errnos: an allow list for Python, OpenMP and CUDA has some 300 entries and rots. ENOSYS stands for calls that
libraries try and do without (io_uring, clone3), EPERM or EACCES for what nobody should try. Whatever is newer than the tables does not exist.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.sandbox import kernel

ABSENT = [
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "userfaultfd",
    "keyctl",
    "add_key",
    "request_key",
    "memfd_secret",
    "kcmp",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "process_madvise",
    "process_mrelease",
    "clone3",
    "vmsplice",
    # Watching reaches every folder by its name, whatever else is closed.
    "inotify_init",
    "inotify_init1",
]
FORBIDDEN = [
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "mount",
    "umount2",
    "move_mount",
    "open_tree",
    "open_tree_attr",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "setns",
    "unshare",
    "chroot",
    "pivot_root",
    "bpf",
    "perf_event_open",
    "open_by_handle_at",
    "name_to_handle_at",
    "fanotify_init",
    "fanotify_mark",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "swapon",
    "swapoff",
    "quotactl",
    "quotactl_fd",
    "acct",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "clock_adjtime",
    "iopl",
    "ioperm",
    "modify_ldt",
    "set_mempolicy",
    "set_mempolicy_home_node",
    "mbind",
    "migrate_pages",
    "move_pages",
    "shmget",
    "shmat",
    "shmctl",
    "shmdt",
    "semget",
    "semop",
    "semctl",
    "semtimedop",
    "msgget",
    "msgsnd",
    "msgrcv",
    "msgctl",
    "mq_open",
    "mq_unlink",
    "setpriority",
    "ioprio_set",
    "sched_setscheduler",
    "sched_setattr",
    "sched_setparam",
    "sethostname",
    "setdomainname",
    "syslog",
    "vhangup",
]
OUTSIDE = ["socket", "connect", "bind", "listen", "accept", "accept4", "execve", "execveat"]
SIGNALLING = ["kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"]
NEW_NAMESPACE = 0x7E020000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
# Ways to have the kernel signal somebody when a descriptor is ready.
FIOSETOWN, SIOCSPGRP = 0x8901, 0x8902
F_SETOWN, F_SETSIG, F_SETOWN_EX = 8, 10, 15
SEALED_OPTIONS = (1, 4, 36)  # PDEATHSIG, DUMPABLE, CHILD_SUBREAPER
SOCK_TYPE_MASK, SOCK_STREAM, SOCK_SEQPACKET = 0xF, 1, 5
X32_BIT = 0x40000000

_LD, _JEQ, _JGE, _JSET, _AND, _RET = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER, _ARCH = 0, 4
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_SET_MODE_FILTER, _TSYNC = 1, 1
_STEP = struct.Struct("HBBI")  # struct sock_filter


@dataclass(frozen=True)
class Instruction:
    """One instruction of classic BPF; jumps are relative."""

    code: int
    operand: int
    if_true: int = 0
    if_false: int = 0


def program(protected: Sequence[int], *, only_self: bool = False, allow_memfd: bool = False) -> list[Instruction]:
    """Return the filter.

    Args:
        protected: process ids that no signal may be sent to (nor to their groups).
        only_self: whether signals may be sent to this process alone: for kernels where nothing else keeps them inside. Processes that it
            starts cannot be ended by it then.
        allow_memfd: whether files in memory without a name may be made. No limit and no watch sees what is written into one.
    """
    parts = [
        Instruction(_LD, _ARCH),
        Instruction(_JEQ, kernel.AUDIT_ARCH[kernel.machine()], 1, 0),
        Instruction(_RET, _KILL),
        Instruction(_LD, _NUMBER),
        *_deny_if(Instruction(_JGE, X32_BIT), errno.ENOSYS),
        *_deny_if(Instruction(_JGE, kernel.LAST_KNOWN + 1), errno.ENOSYS),
    ]
    absent = ABSENT if allow_memfd else [*ABSENT, "memfd_create"]
    for names, code in ((absent, errno.ENOSYS), (FORBIDDEN, errno.EPERM), (OUTSIDE, errno.EACCES)):
        for number in _numbers(names):
            parts += _deny_if(Instruction(_JEQ, number), code)
    parts += _by_argument()
    for name in SIGNALLING:
        parts += _only_for(name, _signals_to_self() if only_self else _signals_but_to(protected))
    return [*parts, Instruction(_RET, _ALLOW)]


def assemble(instructions: Sequence[Instruction]) -> bytes:
    """Return a filter as the kernel reads it."""
    return b"".join(_STEP.pack(one.code, one.if_true, one.if_false, one.operand & 0xFFFFFFFF) for one in instructions)


def load(code: bytes) -> None:
    """Load a filter into every thread of this process; `no_new_privs` must be set.

    Raises:
        OSError: the kernel refused.
    """
    buffer = ctypes.create_string_buffer(code, len(code))
    fprog = struct.pack("HxxxxxxP", len(code) // _STEP.size, ctypes.addressof(buffer))
    kernel.call("seccomp", _SET_MODE_FILTER, _TSYNC, fprog)


def _numbers(names: Iterable[str]) -> list[int]:
    return [number for name in names if (number := kernel.number_of(name)) is not None]


def _deny_if(test: Instruction, code: int) -> list[Instruction]:
    return [Instruction(test.code, test.operand, 0, 1), Instruction(_RET, _ERRNO | code)]


def _argument(index: int, high: bool = False) -> Instruction:
    return Instruction(_LD, 16 + 8 * index + (4 if high else 0))


def _only_for(name: str, body: list[Instruction]) -> list[Instruction]:
    """Run `body` for one system call; afterwards the accumulator holds the call's number again."""
    number = kernel.number_of(name)
    if number is None:
        return []
    body = [*body, Instruction(_LD, _NUMBER)]
    return [Instruction(_JEQ, number, 0, len(body)), *body]


def _signals_but_to(protected: Sequence[int]) -> list[Instruction]:
    targets = [-1, *(pid for one in protected for pid in (one, -one))]
    denied = [step for pid in targets for step in _deny_if(Instruction(_JEQ, pid & 0xFFFFFFFF), errno.EPERM)]
    return [_argument(0), *denied]


def _signals_to_self() -> list[Instruction]:
    targets = [0, os.getpid(), -os.getpid()]
    allowed = [Instruction(_JEQ, pid & 0xFFFFFFFF, len(targets) - at, 0) for at, pid in enumerate(targets)]
    return [_argument(0), *allowed, Instruction(_RET, _ERRNO | errno.EPERM)]


def _by_argument() -> list[Instruction]:
    deny = Instruction(_RET, _ERRNO | errno.EPERM)
    parts = _only_for("clone", [_argument(0), Instruction(_JSET, NEW_NAMESPACE, 0, 1), deny])
    for name in ("prlimit64", "sched_setaffinity"):  # pid 0 is the caller itself
        parts += _only_for(name, [_argument(0), Instruction(_JEQ, 0, 1, 0), deny])
    for name, position, values in (
        ("ioctl", 1, (TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP)),
        ("fcntl", 1, (F_SETOWN, F_SETSIG, F_SETOWN_EX)),
        ("prctl", 0, SEALED_OPTIONS),
    ):
        denied = [step for value in values for step in (Instruction(_JEQ, value, 0, 1), deny)]
        parts += _only_for(name, [_argument(position), *denied])
    # Datagram pairs could send to the address of any socket of the machine; streams cannot.
    pair = [
        _argument(1),
        Instruction(_AND, SOCK_TYPE_MASK),
        Instruction(_JEQ, SOCK_STREAM, 2, 0),
        Instruction(_JEQ, SOCK_SEQPACKET, 1, 0),
        Instruction(_RET, _ERRNO | errno.EACCES),
    ]
    return parts + _only_for("socketpair", pair)

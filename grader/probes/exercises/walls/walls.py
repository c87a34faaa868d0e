"""Played by `grade doctor`: a hostile submission, harmless where it succeeds. Each attack returns what it got hold of; nothing is best."""

import contextlib
import ctypes
import gc
import os
import pathlib
import platform
import resource
import signal
import socket
import subprocess
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
MOST_CHILDREN = 300


def got(*attempts):
    """Return the results of those attempts that raise nothing and return something."""
    found = []
    for attempt in attempts:
        with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
            value = attempt()
            if value not in (None, False, -1):
                found.append(repr(value)[:100])
    return found


def call(x86, arm, *arguments):
    """Make a system call by number; None where it fails."""
    result = libc.syscall(x86 if X86 else arm, *arguments)
    return None if result < 0 else result


def fork_bomb():
    for _ in range(MOST_CHILDREN):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    return ["as many processes as it liked"]


def thread_bomb():
    with contextlib.suppress(RuntimeError, MemoryError):
        for _ in range(20_000):
            threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
        return ["as many threads as it liked"]
    return []


def orphan():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)


def kill_everybody():
    return got(lambda: os.kill(-1, 0) or "everybody")


def kill_parent():
    parent = os.getppid()

    def kill_group():
        group = os.getpgid(parent)  # 0 where it lies outside of this namespace, and would then mean our own
        return group not in (0, os.getpgrp()) and (os.killpg(group, 0) or "its group")

    return got(lambda: os.kill(parent, 0) or "parent", kill_group)


def kill_neighbour(neighbour):
    return got(lambda: os.kill(neighbour, 0) or "another process of the grader")


def limit_others(neighbour):
    targets = (os.getppid(), neighbour)
    return got(
        *(lambda pid=pid: resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in targets),
        *(lambda pid=pid: os.sched_setaffinity(pid, os.sched_getaffinity(0)) or "affinity" for pid in targets),
        *(lambda pid=pid: os.setpriority(os.PRIO_PROCESS, pid, 5) or "priority" for pid in targets),
    )


def trace(pid):
    if libc.ptrace(16, pid, 0, 0) != 0:  # PTRACE_ATTACH
        return None
    os.waitpid(pid, 0x40000000)
    libc.ptrace(17, pid, 0, 0)  # PTRACE_DETACH: it goes on
    return "traced"


def trace_others(neighbour):
    found = []
    for pid in (os.getppid(), neighbour):
        found += got(lambda pid=pid: trace(pid), lambda pid=pid: call(434, 434, pid, 0))
    return found


def look_into_others(neighbour):
    names = ("environ", "maps", "mem", "cmdline")
    return got(
        *(
            lambda pid=pid, name=name: open(f"/proc/{pid}/{name}", "rb").read(1)
            for pid in (os.getppid(), neighbour)
            for name in names[:3]
        )
    )


def read(path):
    return got(lambda: open(path, "rb").read(10), lambda: os.listdir(os.path.dirname(path)))


def look(path):
    return got(lambda: os.stat(path).st_size)


def write(path):
    return got(lambda: open(path, "w").close() or "a file beside the suite")


def find_in_memory(prefix):
    return [
        value
        for kept in gc.get_objects()
        if type(kept) is dict
        for value in list(kept.values())
        if type(value) is str and value.startswith(prefix) and len(value) > len(prefix)
    ]


def use_descriptors():
    return got(*(lambda number=number: os.fstat(number).st_mode for number in range(5, 200)))


def open_sockets():
    families = ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG", "AF_BLUETOOTH")
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW)
    known = [getattr(socket, family) for family in families if hasattr(socket, family)]
    return got(*(lambda f=family, k=kind: socket.socket(f, k) for family in known for kind in kinds))


def ask_for_names():
    return got(lambda: socket.getaddrinfo("example.com", 80))


def send_datagrams():
    return got(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))


def start_programs():
    return got(
        lambda: subprocess.run(["/bin/true"], check=True),
        lambda: os.system("true") == 0,
        lambda: os.posix_spawn("/bin/true", ["true"], {}),
    )


def ask_the_kernel():
    return got(
        lambda: call(272, 97, 0x10000000),  # unshare(CLONE_NEWUSER)
        lambda: call(425, 425, 1, ctypes.create_string_buffer(200)),  # io_uring_setup
        lambda: call(321, 280, 0, ctypes.create_string_buffer(200), 100),  # bpf
        lambda: call(323, 282, 0),  # userfaultfd
        lambda: call(298, 241, ctypes.create_string_buffer(200), 0, -1, -1, 0),  # perf_event_open
        lambda: call(250, 219, 0, -3, 1),  # keyctl
        lambda: call(165, 40, None, None, None, 0, None),  # mount
    )


def ask_in_another_tongue():
    return got(lambda: call(0x40000000 | 39, 0x40000000 | 39), lambda: call(4_000, 4_000))


def take_memory():
    with contextlib.suppress(MemoryError):
        return [len(bytearray(8 * 2**30))]
    return []


def own_secrets():
    known = ("SECRET", "TOKEN", "GRADE_", "SSH_", "AWS_", "PASSWORD")
    names = [name for name in os.environ if name.startswith(known)]
    with contextlib.suppress(OSError):
        inherited = pathlib.Path("/proc/self/environ").read_bytes().decode().split("\0")
        names += [part for part in inherited if part.startswith(known)]
    return names


def stop_the_clock():
    return got(lambda: signal.pthread_kill(0, 0) if False else None, lambda: call(227, 112, 0, ctypes.create_string_buffer(16)))

"""What the walls have to hold, each at the level at which they do so first (mark `needs_level`, read by `grade doctor`)."""

import contextlib
import os

import pytest

from grader.judge.errors import StudentError
from grader.judge.outcomes import CheckStopped

SECRET = "grade-secret-" + os.urandom(8).hex()
NEIGHBOUR = os.getpid()  # this judge: of the same user, and outside


@contextlib.contextmanager
def held():
    """Pass where the attack is refused or ends the worker, fail where it returns anything."""
    found = []
    try:
        yield found
    except (StudentError, CheckStopped):
        return
    assert not any(found), f"got hold of: {found}"


def attack(*, title, level):
    def make(function):
        function.__doc__ = f"{level}: {title}"
        return pytest.mark.points(1)(function)

    return make


@attack(level="none", title="secrets in its own memory")
def test_memory(student):
    with held() as found:
        found += student.find_in_memory("grade-secret-")


@attack(level="none", title="secrets in its own environment")
def test_environment(student):
    with held() as found:
        found += student.own_secrets()


@attack(level="none", title="inherited descriptors")
def test_descriptors(student):
    with held() as found:
        found += student.use_descriptors()


@attack(level="filtered", title="the kernel's wide doors (namespaces, io_uring, bpf, tracing)")
def test_kernel(student):
    with held() as found:
        found += student.ask_the_kernel()


@attack(level="filtered", title="system calls of another kind, or newer than this grader")
def test_other_calls(student):
    with held() as found:
        found += student.ask_in_another_tongue()


@attack(level="filtered", title="network sockets of every family")
def test_sockets(student):
    with held() as found:
        found += student.open_sockets()


@attack(level="filtered", title="names of the network")
def test_names(student):
    with held() as found:
        found += student.ask_for_names()


@attack(level="filtered", title="datagrams to sockets of other programs")
def test_datagrams(student):
    with held() as found:
        found += student.send_datagrams()


@attack(level="filtered", title="starting programs")
def test_programs(student):
    with held() as found:
        found += student.start_programs()


@attack(level="filtered", title="signals to everybody")
def test_kill_everybody(student):
    with held() as found:
        found += student.kill_everybody()


@attack(level="filtered", title="signals to the process that started it")
def test_kill_parent(student):
    with held() as found:
        found += student.kill_parent()


@attack(level="filtered", title="signals to other processes")
def test_kill_neighbour(student):
    with held() as found:
        found += student.kill_neighbour(NEIGHBOUR)


@attack(level="filtered", title="limits, priority and processors of others")
def test_limits(student):
    with held() as found:
        found += student.limit_others(NEIGHBOUR)


@attack(level="filtered", title="tracing others")
def test_tracing(student):
    with held() as found:
        found += student.trace_others(NEIGHBOUR)


@attack(level="filtered", title="memory and environment of others")
def test_looking_into_others(student):
    with held() as found:
        found += student.look_into_others(NEIGHBOUR)


@attack(level="filtered", title="setting the clock")
def test_clock(student):
    with held() as found:
        found += student.stop_the_clock()


@attack(level="landlock-old", title="reading the suite")
def test_reading_the_suite(student):
    with held() as found:
        found += student.read(__file__)


@attack(level="landlock-old", title="reading the user's files")
def test_reading_files(student):
    with held() as found:
        found += student.read("/etc/hostname") + student.read(os.path.expanduser("~/.ssh/known_hosts"))


@attack(level="landlock-old", title="writing beside the suite, as a forged result")
def test_forging(student):
    with held() as found:
        found += student.write(os.path.join(os.path.dirname(__file__), "forged.json"))


@attack(level="full", title="the names and sizes of files that it cannot read")
def test_looking_at_files(student):
    with held() as found:
        found += student.look(__file__)


@attack(level="none", title="a process that outlives its parents")
def test_orphan(student):
    student.orphan()


@attack(level="none", title="8 GB of memory")
def test_memory_limit(student):
    with held() as found:
        found += student.take_memory()


@attack(level="none", title="threads without number")
def test_threads(student):
    with held() as found:
        found += student.thread_bomb()


@attack(level="none", title="processes without number")
def test_processes(student):
    with held() as found:
        found += student.fork_bomb()

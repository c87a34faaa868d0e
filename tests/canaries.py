"""What attacks reach for: secret files, servers and a process, which have to be untouched afterwards.

Nothing here answers or reads by itself: a connection or datagram that an attack brings about waits in its queue until it is looked for.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pty
import resource
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from conftest import descendants, is_running, kill

# A secret is this and hexadecimal digits; attacks get it reversed, so that a search of their memory does not find their own copy.
PREFIX = "SeCrEt-"
PATIENCE_S = 10.0


def new_secret() -> str:
    """Return a text that is nowhere else."""
    return PREFIX + secrets.token_hex(16)


class Canaries:
    """Everything within reach of an attack that nobody may touch.

    Args:
        folder: an empty folder for files and sockets.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = {name: new_secret() for name in ("file", "suite", "solution", "other", "environment", "earlier")}
        self.marker = f"grade-attack-{secrets.token_hex(4)}"
        self.file = folder / "canary.txt"
        self.other = folder / "other student" / "work.py"
        self.results = folder / "results.json"
        self.other.parent.mkdir()
        self._write_files()
        self._open_servers()
        self._terminal, self._terminal_name = _terminal()
        self.process = self._start_process()
        self._process_state = self._state_of_process()

    def _write_files(self) -> None:
        texts = {
            self.file: f"{self.secrets['file']}\n",
            self.other: f"# {self.secrets['other']}\ndef attack(places):\n    return 0\n",
            self.results: '{"points": 0}\n',
        }
        for path, text in texts.items():
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.unlink(missing_ok=True)
                path.write_text(text, encoding="utf-8")

    def _open_servers(self) -> None:
        self.servers: dict[str, socket.socket] = {}
        self.abstract = f"\0{self.marker}"
        for name, family, kind, address in (
            ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            ("stream", socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "stream")),
            ("datagram", socket.AF_UNIX, socket.SOCK_DGRAM, str(self.folder / "datagram")),
            ("abstract", socket.AF_UNIX, socket.SOCK_STREAM, self.abstract),
            ("abstract datagram", socket.AF_UNIX, socket.SOCK_DGRAM, self.abstract + "-datagram"),
        ):
            server = socket.socket(family, kind)
            server.bind(address)
            if kind == socket.SOCK_STREAM:
                server.listen(16)
            server.setblocking(False)
            self.servers[name] = server

    def _start_process(self) -> subprocess.Popen[bytes]:
        environment = {"CANARY": self.secrets["environment"], "PATH": os.environ.get("PATH", os.defpath)}
        return subprocess.Popen(["sleep", "3600"], env=environment, start_new_session=True)

    def places(self) -> dict[str, Any]:
        """Return what an attack is told of them."""
        return {
            "canary_file": str(self.file),
            "canary_folder": str(self.folder),
            "other_submission": str(self.other),
            "results": str(self.results),
            "tcp_port": self.servers["tcp"].getsockname()[1],
            "udp_port": self.servers["udp"].getsockname()[1],
            "unix_stream": str(self.folder / "stream"),
            "unix_datagram": str(self.folder / "datagram"),
            "abstract": self.marker,
            "abstract_datagram": f"{self.marker}-datagram",
            "canary_pid": self.process.pid,
            "terminal": self._terminal_name,
            "marker": self.marker,
            "prefix_reversed": PREFIX[::-1],
            "front": os.getpid(),
            "home": os.path.expanduser("~"),
            "grader": str(Path(__file__).parents[1]),
        }

    def harm(self) -> list[str]:
        """Return what an attack did to them, in words, and set it right again."""
        found = []
        for path in (self.file, self.other, self.results):
            before = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
            self._write_files()
            if hashlib.sha256(path.read_bytes()).hexdigest() != before:
                found.append(f"{path.name} was changed or removed")
        found += [f"the {name} server was reached" for name, server in self.servers.items() if _was_reached(server)]
        if _has_input(self._terminal):
            found.append("something was typed into the terminal")
        if self._state_of_process() != self._process_state:
            found.append("the process was touched")
            self._end_process()
            self.process = self._start_process()
            self._process_state = self._state_of_process()
        names = {path.name for path in self.folder.iterdir()}
        for name in names - {"canary.txt", "other student", "results.json", "stream", "datagram"}:
            found.append(f"{name} was laid beside the secret files")
            (self.folder / name).unlink()
        return found

    def leaked(self, text: str) -> list[str]:
        """Return the names of the secrets that a text holds."""
        return [f"the secret of the {name} is in a report" for name, secret in self.secrets.items() if secret in text]

    def close(self) -> None:
        """End what was started."""
        for server in self.servers.values():
            server.close()
        for end in self._terminal:
            os.close(end)
        self._end_process()

    def _end_process(self) -> None:
        self.process.kill()
        self.process.wait()

    def _state_of_process(self) -> tuple[object, ...]:
        pid = self.process.pid
        try:
            return (
                is_running(pid) and "T" not in _status(pid),
                [resource.prlimit(pid, which) for which in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE, resource.RLIMIT_CPU)],
                os.getpriority(os.PRIO_PROCESS, pid),
                os.sched_getaffinity(pid),
                os.sched_getscheduler(pid),
            )
        except OSError:
            return (False,)


def _status(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _terminal() -> tuple[tuple[int, int], str]:
    """Return the two ends of a terminal that is nobody's, and its name."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    os.set_blocking(theirs, False)
    return (ours, theirs), os.ttyname(theirs)


def _has_input(terminal: tuple[int, int]) -> bool:
    """Say whether something came to either end: written to the terminal, or typed into it."""
    seen = False
    for end in terminal:
        with contextlib.suppress(BlockingIOError):
            seen = bool(os.read(end, 1000)) or seen
    return seen


def _was_reached(server: socket.socket) -> bool:
    reached = False
    try:
        while True:
            if server.type == socket.SOCK_STREAM:
                server.accept()[0].close()
            else:
                server.recv(100)
            reached = True
    except BlockingIOError:
        return reached


class Surroundings:
    """What has to look the same before and after: processes, files, mounts, descriptors.

    Args:
        zygote: the process below which all of a run lives.
        temporary: the folder in which scratch folders are made.
        course: the folder of the course.
        marker: part of the name of whatever an attack makes or starts.
    """

    def __init__(self, zygote: int, temporary: Path, course: Path, marker: str) -> None:
        self._zygote = zygote
        self._temporary = temporary
        self._course = course
        self._marker = marker
        self._command = _command_of(zygote)
        self._strangers = {pid: _command_of(pid) for pid in _processes()}
        # A run that has just ended may still be cleaning up; after it there is nothing of it.
        self._before = self._seen() | {"processes": [], "temporary files": []}

    def harm(self) -> list[str]:
        """Return what is different, in words, after a while of waiting for it to settle."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            after = self._seen()
            if after == self._before:
                return []
            time.sleep(0.02)
        found = [
            f"{what} left or gone: {sorted(map(str, set(self._before[what]) ^ set(after[what])))[:5]}"
            for what in after
            if after[what] != self._before[what]
        ]
        self._remove_leftovers()
        return found

    def _remove_leftovers(self) -> None:
        """End and delete what one attack has left, so that the next is not blamed for it."""
        for pid in self._seen()["processes"]:
            kill(pid)
        marked = [path for path in self._seen()["files"] if self._marker in path]
        for path in (*(str(self._temporary / name) for name in os.listdir(self._temporary)), *marked):
            # Not shutil.rmtree, which fails on folders that are nested a thousand deep.
            subprocess.run(["rm", "-rf", path], check=False)

    def _seen(self) -> dict[str, list[Any]]:
        # Another process of the tests may use shared memory at the same time; alone, whatever lies there is the attack's.
        alone = "PYTEST_XDIST_WORKER" not in os.environ
        return {
            "processes": [*descendants(self._zygote), *self._marked_processes()],
            "temporary files": sorted(os.listdir(self._temporary)),
            "files": [
                f"{folder}/{name}"
                for folder in ("/dev/shm", "/tmp", tempfile.gettempdir(), os.getcwd(), os.path.expanduser("~"))
                for name in _names(folder)
                if self._marker in name or (alone and folder == "/dev/shm")
            ],
            "course files": [
                (str(path), hashlib.sha256(path.read_bytes()).hexdigest())
                for path in sorted(self._course.rglob("*"))
                if path.is_file()
            ],
            "mounts": [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()],
            "descriptors": [len(os.listdir("/proc/self/fd"))],
        }

    def _marked_processes(self) -> list[int]:
        """Return processes of this run wherever they hang now: by the command line of the zygote, or by the marker."""
        found = []
        for pid in _processes():
            command = _command_of(pid)
            same = command == self._command and pid != self._zygote and is_running(pid)
            if same or (self._marker in command and self._strangers.get(pid) != command):
                found.append(pid)
        return sorted(set(found) - set(descendants(self._zygote)))


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


__all__ = ["PREFIX", "Canaries", "Surroundings", "new_secret"]
assert sys.platform == "linux", "imported by tests that skip elsewhere"

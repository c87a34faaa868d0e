"""A terminal as keys and a screen: single keys without Enter, and its settings put back however the command ends."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, TextIO

CLEAR = "\x1b[H\x1b[2J"
UP_AND_ERASE = "\r\x1b[1A\x1b[J"


def is_screen(stream_in: TextIO, stream_out: TextIO) -> bool:
    """Say whether there are a keyboard and a screen that can be cleared."""
    return stream_in.isatty() and stream_out.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "")


class Keyboard:
    """Reads single keys from a terminal, in a thread of its own, while its block runs.

    Args:
        pressed: takes each key.
    """

    def __init__(self, pressed: Callable[[str], None]) -> None:
        self._pressed = pressed
        self._terminal = sys.stdin.fileno()
        self._before: list[Any] = termios.tcgetattr(self._terminal)
        self._waker, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._read, name="keyboard", daemon=True)

    def __enter__(self) -> Keyboard:
        self.take()
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.give_back()
        os.close(self._wake)
        self._thread.join()
        os.close(self._waker)

    def take(self) -> None:
        """Have keys arrive one by one, and not shown."""
        with contextlib.suppress(termios.error):  # the terminal is gone, or another program's for now
            tty.setcbreak(self._terminal, termios.TCSANOW)

    def give_back(self) -> None:
        """Put the terminal back to how it was."""
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._terminal, termios.TCSANOW, self._before)

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._terminal, self._waker], [], [])
            if self._waker in ready:
                return
            try:
                key = os.read(self._terminal, 32)
            except OSError:  # the terminal has gone; a signal tells of that as well
                return
            if not key:
                return
            self._pressed(key.decode("utf-8", "replace"))


@contextlib.contextmanager
def handling(handlers: dict[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    """Have signals call functions while the block runs."""

    def handler_of(function: Callable[[], None]) -> Callable[[int, FrameType | None], None]:
        return lambda number, frame: function()

    before = {number: signal.signal(number, handler_of(function)) for number, function in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def suspend(keyboard: Keyboard) -> None:
    """Stop this process as Ctrl-Z does, with the terminal as it was; returns when it goes on."""
    keyboard.give_back()
    before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, before)
    keyboard.take()

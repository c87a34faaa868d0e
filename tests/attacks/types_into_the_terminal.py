r"""
row = 35
aim = "types a command into the instructor's terminal"
stopped_by = "a session without a terminal, Landlock, and the filter of system calls"
verdict = ["failed", "refused"]
message = 'denied|not permitted|No such|Inappropriate|tried to'
[open_at]
filtered = "it can open what the user can open, the terminal too; typing is not possible, writing is"
none = "there is no wall"
"""

import fcntl
import os
import termios

from tools import double, first_that_works


def attack(places):
    return first_that_works(
        *(lambda fd=fd: fcntl.ioctl(fd, termios.TIOCSTI, b"#") for fd in (0, 1, 2)),
        lambda: typed(places["terminal"]),
    )


def typed(path):
    terminal = os.open(path, os.O_RDWR)
    try:
        fcntl.ioctl(terminal, termios.TIOCSTI, b"#")
    except OSError:
        os.write(terminal, b"#")
    return "typed"

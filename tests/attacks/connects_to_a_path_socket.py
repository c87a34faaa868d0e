r"""
row = 30
starred = true
aim = "connects to a socket file, as those of Docker, systemd and D-Bus are"
stopped_by = "the filter of system calls, and a file system of its own"
verdict = ["refused", "failed"]
message = 'network connection|denied|tried to'
[open_at]
none = "there is no wall"
"""

import socket

from tools import double


def attack(places):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(places["unix_stream"])
    return "connected"

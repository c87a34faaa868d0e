r"""
row = 28
starred = true
aim = "connects to a server on the same machine by TCP"
stopped_by = "the filter of system calls, Landlock, and a network of its own"
verdict = ["refused"]
message = 'network connection'
[open_at]
none = "there is no wall"
"""

import socket

from tools import double


def attack(places):
    connection = socket.create_connection(("127.0.0.1", places["tcp_port"]), timeout=2)
    connection.sendall(b"secret")
    return "connected"

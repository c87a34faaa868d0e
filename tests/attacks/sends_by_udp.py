r"""
row = 28
starred = true
aim = "sends a datagram to a server on the same machine by UDP"
stopped_by = "the filter of system calls, and a network of its own"
verdict = ["refused"]
message = 'network connection'
[open_at]
none = "there is no wall"
"""

import socket

from tools import double


def attack(places):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"secret", ("127.0.0.1", places["udp_port"]))
    return "sent"

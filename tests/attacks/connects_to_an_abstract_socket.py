r"""
row = 31
starred = true
aim = "connects to a socket that has a name but no file"
stopped_by = "the filter of system calls, Landlock, and a network of its own"
verdict = ["refused", "failed"]
message = 'network connection|denied|tried to'
[open_at]
none = "there is no wall"
"""

import socket

from tools import double, first_that_works


def attack(places):
    return first_that_works(lambda: stream(places), lambda: datagram(places))


def stream(places):
    socket.socket(socket.AF_UNIX).connect(f"\0{places['abstract']}")
    return "connected"


def datagram(places):
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", f"\0{places['abstract_datagram']}")
    return "sent"

r"""
row = 28
aim = "turns a pair of sockets that it may have into one that listens, or connects it elsewhere"
stopped_by = "the filter of system calls"
verdict = ["failed", "refused"]
message = 'denied|not permitted|network connection|tried to'
[open_at]
none = "there is no wall"
"""

import socket

from tools import double, first_that_works


def attack(places):
    one, other = socket.socketpair()
    return first_that_works(
        lambda: one.bind(f"\0{places['marker']}-mine"),
        lambda: one.listen(),
        lambda: one.connect(places["unix_stream"]),
        lambda: other.connect(f"\0{places['abstract']}"),
        lambda: one.accept(),
    )

r"""
row = 30
starred = true
aim = "sends a datagram to a socket file from a pair of sockets, which it needs no `socket` call for"
stopped_by = "the filter of system calls, which allows no pairs of datagram sockets"
verdict = ["failed", "refused"]
message = 'denied|not permitted|network connection|not supported|already connected|tried to'
[open_at]
none = "there is no wall"
"""

import socket

from tools import double, first_that_works


def attack(places):
    kinds = (socket.SOCK_DGRAM, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
    targets = (places["unix_datagram"], f"\0{places['abstract_datagram']}")
    return first_that_works(*(lambda k=k, t=t: send(k, t) for k in kinds for t in targets))


def send(kind, target):
    one, other = socket.socketpair(socket.AF_UNIX, kind)
    one.sendto(b"secret", target)
    other.setblocking(False)
    try:
        other.recv(10)
    except BlockingIOError:
        return "sent"
    raise PermissionError("Permission denied: it went to the other end of the pair")

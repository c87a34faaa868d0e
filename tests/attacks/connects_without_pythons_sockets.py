r"""
row = 28
starred = true
aim = "asks the kernel for sockets by number: TCP, UDP, IPv6, raw, packet, netlink, vsock, crypto, Bluetooth"
stopped_by = "the filter of system calls, which knows no harmless kind of socket"
verdict = ["failed", "refused"]
message = 'denied|not permitted|network connection|tried to'
[open_at]
none = "there is no wall"
"""

from tools import double, first_that_works, syscall

IPV4, IPV6, NETLINK, PACKET, CRYPTO, VSOCK, BLUETOOTH, UNIX = 2, 10, 16, 17, 38, 40, 31, 1
STREAM, DATAGRAM, RAW, SEQPACKET, CLOSE_ON_EXEC = 1, 2, 3, 5, 0o2000000


def attack(places):
    families = (IPV4, IPV6, NETLINK, PACKET, CRYPTO, VSOCK, BLUETOOTH, UNIX)
    kinds = (STREAM, DATAGRAM, RAW, SEQPACKET, STREAM | CLOSE_ON_EXEC)
    return first_that_works(*(lambda f=f, k=k: syscall("socket", f, k, 0) for f in families for k in kinds))

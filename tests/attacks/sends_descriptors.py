r"""
row = 58
aim = "sends open files along with its answer, until the judge has no room for more"
stopped_by = "a reader that takes bytes only"
verdict = ["failed"]
message = 'protocol error|not twice the number'
ordinary = false
"""

import json
import os
import socket
import struct

from tools import double, number_of_request


def attack(places):
    channel = socket.socket(fileno=os.dup(3))
    text = json.dumps({"n": number_of_request(), "ok": 0, "changed": [], "held": [], "tensors": []}).encode()
    files = [os.open("/dev/null", os.O_RDONLY) for _ in range(100)]
    socket.send_fds(channel, [struct.pack(">4sIQ", b"GRD1", len(text), 0) + text], files)
    return 0

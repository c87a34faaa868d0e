r"""
row = 56
aim = "sends its answer a byte at a time, so that every single wait is short"
stopped_by = "a clock for the whole of a call"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import json
import os
import struct
import time

from tools import double, number_of_request


def attack(places):
    text = json.dumps({"n": number_of_request(), "ok": 0, "changed": [], "held": [], "tensors": []}).encode()
    for byte in struct.pack(">4sIQ", b"GRD1", len(text), 0) + text:
        os.write(3, bytes([byte]))
        time.sleep(0.1)
    return 0

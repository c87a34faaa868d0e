r"""
row = 71
aim = "downloads a data set"
stopped_by = "the filter of system calls, and a hint"
verdict = ["refused", "failed"]
message = 'no network while grading'
[open_at]
none = "there is no wall"
"""

import urllib.request

from tools import double


def attack(places):
    return urllib.request.urlopen(f"http://127.0.0.1:{places['tcp_port']}/", timeout=1).read()

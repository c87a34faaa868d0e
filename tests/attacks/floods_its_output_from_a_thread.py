r"""
row = 41
aim = "returns its result and goes on printing from a thread"
stopped_by = "the judge, which reads along and ends it at the limit"
verdict = ["passed", "failed"]
message = ''
earns = true
ordinary = false
"""

import threading

from tools import double


def attack(places):
    threading.Thread(target=lambda: [print("x" * 10_000) for _ in range(50_000)], daemon=True).start()
    return 2 * places["number"]

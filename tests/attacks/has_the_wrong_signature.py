r"""
row = 70
aim = "takes other arguments than the task names"
stopped_by = "a message that says so"
verdict = ["failed"]
message = 'Compare the signature'
"""

from tools import double


def attack():
    return 0

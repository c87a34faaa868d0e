r"""
row = 43
aim = "hands the judge tensors to keep, a few at a time, with each question that it asks back"
stopped_by = "a limit of what a worker may have the judge keep"
verdict = ["failed", "out_of_memory", "crashed"]
message = 'not twice the number|ended the process|protocol error|more memory|more than the \d+ [GM]B|too large'
limits = { seconds = 60 }
check = '''
def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20

# 256 MB may be kept, and each byte lies in the judge up to four times: as it came, as a tensor, as a twin, as a shadow.
before = resident_mb()
try:
    student.attack(places, lambda: 0)
finally:
    grown = resident_mb() - before
    assert grown < 1100, f"the judge grew by {grown} MB"
assert False, "this is not twice the number"
'''
"""

from tools import double, write_frame

FRAMES, EACH = 8, 100 * 2**20


def attack(places, function):
    payload = bytes(EACH)
    for number in range(FRAMES):
        write_frame(
            {
                "callback": {"call": function.number},
                "args": [],
                "kwargs": {"$": "dict", "v": []},
                "held": [{"h": 10**6 + number, "i": 0, "device": "cpu", "param": False, "rg": False}],
                "changed": [],
                "tensors": [{"dtype": "uint8", "shape": [EACH]}],
            },
            payload,
        )
    return 0

r"""
row = 51
aim = "reports changes of the suite's own tensors that were never passed to it"
stopped_by = "the judge, which knows what it passed"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, number_of_request, write_frame


def attack(places):
    changed = [{"id": number, "i": 0} for number in range(50)]
    table = [{"dtype": "uint8", "shape": [1]}]
    write_frame({"n": number_of_request(), "ok": 0, "changed": changed, "held": [], "tensors": table}, b"x")
    return 0

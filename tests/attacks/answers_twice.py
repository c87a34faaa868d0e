r"""
row = 51
aim = "reads the number of the request out of the worker's memory and answers twice"
stopped_by = "the judge: the first answer is a wrong one, and the second belongs to no request"
verdict = ["failed"]
message = 'not twice the number|protocol error'
ordinary = false
"""

from tools import double, number_of_request, write_frame


def attack(places):
    for answer in ("passed", 2 * places["number"]):
        write_frame({"n": number_of_request(), "ok": answer, "changed": [], "held": [], "tensors": []})
    return 0

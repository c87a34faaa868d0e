r"""
row = 47
aim = "returns an object that equals everything, where a number is asked for"
stopped_by = "a suite that asks for the type first"
verdict = ["failed"]
message = 'not twice the number: an object'
"""

from tools import double


class Yes:
    def __eq__(self, other):
        return True

    def __bool__(self):
        return True


def attack(places):
    return Yes()

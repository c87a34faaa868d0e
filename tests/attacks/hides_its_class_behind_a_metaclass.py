r"""
row = 48
aim = "returns an object whose class fails when it is asked for its name"
stopped_by = "the worker, where this is an error like any other"
verdict = ["failed", "crashed"]
message = '.'
ordinary = false
"""

from tools import double


class Meta(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)


class Odd(metaclass=Meta):
    pass


def attack(places):
    return object.__new__(Odd)

r"""
row = 48
aim = "returns subclasses of int, list, dict and str whose methods lie"
stopped_by = "the encoder, which knows exact types only"
verdict = ["failed"]
message = 'not twice the number'
ordinary = false
"""

import os

from tools import double


class Number(int):
    def __eq__(self, other):
        return True

    def __repr__(self):
        os._exit(0)


class Many(list):
    def __iter__(self):
        return iter(int, 1)

    def __len__(self):
        return -1


class Meta(type):
    def mro(cls):
        return [cls, object]

    def __getattribute__(cls, name):
        raise RuntimeError(name)

    @property
    def __module__(cls):
        raise RuntimeError


class Odd(metaclass=Meta):
    pass


def attack(places):
    try:
        Odd()
    except RuntimeError:
        pass
    return Number(0)

r"""
row = 48
aim = "returns an object whose every special method lies, hangs or harms"
stopped_by = "the encoder, which asks an object for nothing, and a grader that unpickles nothing"
verdict = ["failed"]
message = 'not twice the number: an object'
"""

import os

from tools import double


class Hostile:
    __class__ = int

    def __getattr__(self, name):
        raise RuntimeError(f"no {name} here")

    def __repr__(self):
        os._exit(0)

    __str__ = __reduce__ = __getstate__ = __copy__ = __index__ = __int__ = __hash__ = __eq__ = __iter__ = __repr__

    def __len__(self):
        return 2**62

    def __del__(self):
        os._exit(0)


KEPT = Hostile()


def attack(places):
    return KEPT

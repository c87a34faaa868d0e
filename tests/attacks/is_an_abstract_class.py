r"""
row = 70
aim = "is a class whose methods were never written"
stopped_by = "the worker, which knows a stub when it speaks"
verdict = ["failed", "not_implemented"]
message = 'abstract|not implemented'
"""

import abc

from tools import double


class Layer(abc.ABC):
    @abc.abstractmethod
    def forward(self, x): ...


def attack(places):
    return Layer()

r"""
row = 3
aim = "raises `GeneratorExit` in a function"
stopped_by = "the worker, which catches everything"
verdict = ["failed"]
message = 'raised GeneratorExit'
"""

from tools import double


def attack(places):
    raise GeneratorExit

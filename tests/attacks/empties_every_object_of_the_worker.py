r"""
row = 50
aim = "sets every variable of the code that serves it to None"
stopped_by = "the judge: whoever breaks the connection loses by it"
verdict = ["failed", "crashed"]
message = 'protocol error|ended the process|closed its connection|TypeError|.'
ordinary = false
"""

import gc
import types

from tools import double


def attack(places):
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType) and (thing.__module__ or "").startswith("grader."):
            thing.__defaults__ = thing.__kwdefaults__ = None
            for cell in thing.__closure__ or ():
                cell.cell_contents = None
        elif type(thing) is dict and str(thing.get("__name__", "")).startswith("grader."):
            thing.update(dict.fromkeys([key for key in thing if not key.startswith("__")]))
    return 0

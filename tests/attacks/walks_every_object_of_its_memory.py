r"""
row = 23
starred = true
aim = "walks all objects, frames and modules of its process for hidden data"
stopped_by = "the way it is built: nothing secret was ever in this process"
verdict = ["failed"]
message = 'not twice the number: \[\]'
"""

import gc
import re
import sys

from tools import double


def attack(places):
    pattern = re.compile(re.escape(places["prefix_reversed"][::-1]) + "[0-9a-f]{32}")
    texts, seen = [], set()
    frame = sys._getframe()
    while frame is not None:
        texts += [value for value in frame.f_locals.values() if isinstance(value, str)]
        frame = frame.f_back
    for thing in gc.get_objects():
        for referent in gc.get_referents(thing):
            if isinstance(referent, str) and id(referent) not in seen:
                seen.add(id(referent))
                texts.append(referent)
    found = {match for text in texts for match in pattern.findall(text)}
    return sorted(found | {name for name in sys.modules if "hidden" in name})

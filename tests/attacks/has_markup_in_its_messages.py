r"""
row = 62
aim = "puts markup, scripts, terminal commands and reversed text into messages and output"
stopped_by = "reports that escape what they show, each in its own way"
verdict = ["failed"]
message = 'RuntimeError'
"""

from tools import double


class Markup(Exception):
    pass


def attack(places):
    text = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'`[x](javascript:alert(1))</pre>\x1b[31m\u202e{{7*7}}'
    print(text)
    raise RuntimeError(text)

r"""
row = 68
aim = "imports itself"
stopped_by = "Python, which says so"
verdict = ["failed"]
message = "cannot import name 'double'"
"""

from work import double

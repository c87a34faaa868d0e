r"""
row = 68
aim = "imports a neighbour as if it were in a package"
stopped_by = "Python, which says so"
verdict = ["failed"]
message = 'ImportError'
"""

from . import helper

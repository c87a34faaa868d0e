r"""
row = 1
aim = "calls `sys.exit(0)` while it is imported"
stopped_by = "the worker, which takes it for an error like any other"
verdict = ["failed"]
message = 'called sys\.exit\(\)'
"""

import sys

sys.exit(0)

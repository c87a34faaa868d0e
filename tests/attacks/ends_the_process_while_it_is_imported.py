r"""
row = 2
aim = "ends its process with exit code 0 while it is imported"
stopped_by = "the judge: a process that ends is no success, whatever its exit code"
verdict = ["crashed"]
message = 'ended the process with exit code 0'
"""

import os

os._exit(0)

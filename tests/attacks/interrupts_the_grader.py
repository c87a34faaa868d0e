r"""
row = 3
aim = "raises `KeyboardInterrupt` while it is imported, as if the instructor had pressed Ctrl-C"
stopped_by = "the worker, which catches everything"
verdict = ["failed"]
message = 'raised KeyboardInterrupt'
"""

raise KeyboardInterrupt

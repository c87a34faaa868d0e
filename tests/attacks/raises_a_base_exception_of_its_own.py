r"""
row = 3
aim = "raises an exception that is no `Exception` while it is imported"
stopped_by = "the worker, which catches everything"
verdict = ["failed"]
message = 'raised Stop'
"""

class Stop(BaseException):
    pass


raise Stop

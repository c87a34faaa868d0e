r"""
row = 66
aim = "has a constant that would fill the memory"
stopped_by = "a limit of memory"
verdict = ["out_of_memory"]
message = 'more memory|more than the \d+ [GM]B'
"""

x = [0] * 10**10

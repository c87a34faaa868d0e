r"""
row = 70
aim = "defines nothing of what the task names"
stopped_by = "a message that says which name is missing"
verdict = ["failed"]
message = 'defines no `attack`'
ordinary = false
"""

"""Nothing."""

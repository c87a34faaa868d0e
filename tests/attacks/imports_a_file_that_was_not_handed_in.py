r"""
row = 68
aim = "imports a file that was not handed in"
stopped_by = "a message that names it"
verdict = ["failed"]
message = "No module named 'my_layers'.*handed in"
"""

import my_layers

r"""
row = 69
aim = "is a notebook with shell commands, magics and cells that end the process"
stopped_by = "a reader that takes definitions out of it and executes nothing"
verdict = ["failed"]
message = 'not twice the number'
"""

import json

CELLS = (
    "!touch /tmp/evil\n%run evil.py\n%%bash\nrm -rf evil\n",
    "from tools import double\ndef attack(places):\n    return 0\n",
    "import os; os._exit(0)\n",
    "get_ipython().system('true')\nraise SystemExit\n",
)


def make(folder):
    path = folder / "work.ipynb"
    cells = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None} for text in CELLS]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path

"""What can come upon a module outside torch, told from the text: never "no" where the answer is yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import check_of, told

from grader.records import Result, Verdict
from grader.worker.observe import Observer
from grader.worker.reach import can_reach
from grader.worker.student_file import StudentFiles

OWN = frozenset({"helper"})
CANNOT = {
    "nothing but torch": "import torch\nfrom torch import nn\n\ndef f(x):\n    return nn.functional.relu(x)\n",
    "the plain standard library": "from __future__ import annotations\nimport math, itertools\nfrom collections import abc\n",
    "a star of torch": "from torch import *\n",
    "a helper of one's own": "import helper\nfrom helper import *\nfrom . import helper\n",
    "words that hold the letters": "import torch\n\ndef f(input, snp, unpack):\n    return input.npu, snp, unpack\n",
    "a program": "import torch\n# This code runs as a package, too.\nif __name__ == '__main__':\n    print(torch.ones(2))\n",
    "a class": "class A:\n    def __init__(self):\n        super().__init__()\n",
}
CAN = {
    "an import": "import numpy\n",
    "an alias": "import numpy as n\n",
    "a part": "from numpy.linalg import norm\n",
    "what torch holds": "import torch\n\ndef f(x):\n    return torch.storage.np.sort(x)\n",
    "a longer name": "import torch\n\ndef f(x):\n    return torch.utils._np_tools.sort(x)\n",
    "the method of a tensor": "def f(x):\n    return x.numpy().sort()\n",
    "the protocol of arrays": "def f(x):\n    return x.__array__().sort()\n",
    "another library": "import scipy\n",
    "another library's names": "from pylab import sort\n",
    "a star of a part of torch": "from torch.testing._internal.common_utils import *\n",
    "its own program by name": "import __main__\n",
    "the import system": "import importlib\n",
    "import by its function": "f = __import__('nu' + 'mpy')\n",
    "loaded modules": "from sys import modules\n",
    "a lookup by text": "import torch\nf = getattr(torch, 'n' + 'p')\n",
    "another lookup by text": "from operator import attrgetter\n",
    "a dictionary of names": "import torch\nf = vars(torch.storage)\n",
    "an attribute that holds names": "import torch\nf = torch.load.__globals__\n",
    "all classes": "f = object.__subclasses__()\n",
    "evaluated text": "f = eval('1')\n",
    "a pickle": "import torch\nf = torch.load('f.pt', weights_only=False)\n",
    "other letters": "import torch\nf = torch.storage.ｎｐ\n",
    "no Python": "def f(:\n",
}


@pytest.mark.parametrize("name", CANNOT)
def test_plain_torch_cannot_reach_numpy(name: str) -> None:
    assert not can_reach(CANNOT[name], "numpy", OWN)


@pytest.mark.parametrize("name", CAN)
def test_whatever_might_is_taken_to_reach_numpy(name: str) -> None:
    assert can_reach(CAN[name], "numpy", OWN)


def test_looking_at_a_text_says_nothing_of_its_escapes(recwarn: pytest.WarningsRecorder) -> None:
    assert not can_reach("import torch\nPATTERN = '\\d'\n", "numpy", OWN)

    assert not list(recwarn)


@pytest.mark.parametrize("name", CANNOT)
def test_a_module_of_which_nothing_is_known_can_be_anywhere(name: str) -> None:
    assert can_reach(CANNOT[name], "scipy", OWN)


def test_the_reference_of_exercise_2_is_not_profiled_and_a_helper_with_numpy_is() -> None:
    source = Path(__file__).parents[1].joinpath("solutions/exercise2/gather.py").read_text(encoding="utf-8")
    alone = StudentFiles("gather.py", "gather", source, {})
    helped = StudentFiles("gather.py", "gather", source, {"helper.py": "import numpy\n"})

    assert not _profiles(alone)
    assert _profiles(helped)


def _profiles(files: StudentFiles) -> bool:
    observer = Observer(files, ["numpy"], training=False)
    observer.close()
    return observer.profiles


RULED = """
@pytest.mark.forbid("numpy")
@pytest.mark.points(1)
def test_largest(student):
    assert_tensor(student.largest(torch.tensor([1.0, 3.0])), torch.tensor(3.0))
"""


def test_numpy_in_a_helper_file_is_seen(grade: Callable[..., Result]) -> None:
    source = "import torch\nimport helper\n\ndef largest(x):\n    return torch.tensor(helper.largest(x.tolist()))\n"
    helper = "import numpy as np\n\ndef largest(values):\n    return float(np.asarray(values, dtype='float32').max())\n"

    check = check_of(grade(source, RULED, given={"helper.py": helper}), "test_largest")

    assert check.verdict is Verdict.REFUSED, told(check)
    assert check.where.startswith("helper.py:")

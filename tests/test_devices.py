"""Does code follow the device of what it is given? Tried without a GPU."""

from __future__ import annotations

import pytest
import torch

from grader.suite.xray import misplaced

HEAD = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(3, 4))
        self.table = torch.randn(4)

    def forward(self, x):
"""


def fault_of(bench, body):
    opened = bench(HEAD + "\n".join("        " + line for line in body.splitlines()))
    net = opened.student.Net()
    return misplaced(opened.remote, net, torch.randn(2, 3), module=net)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return x @ self.w + self.table", id="a plain tensor of the module"),
        pytest.param("return x @ self.w + torch.zeros(4)", id="made without device"),
        pytest.param("out = torch.zeros(2, 4)\nfor i in range(2):\n    out[i] = x[i] @ self.w\nreturn out", id="a result made on the CPU"),
        pytest.param("return (x @ self.w).cpu()", id="moved to the CPU"),
        pytest.param("return x.to('cpu') @ self.w.to('cpu')", id="computed on the CPU"),
    ],
)
def test_what_stays_on_the_cpu_is_found_without_a_gpu(bench, body):
    fault = fault_of(bench, body)

    assert fault is not None
    assert "GPU" in fault.what


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return x @ self.w", id="plain"),
        pytest.param("return x @ self.w + torch.zeros(4, device=x.device)", id="made where x is"),
        pytest.param("return x @ self.w + torch.tensor(2.0)", id="a number of the CPU"),
        pytest.param("return (x.cpu() @ self.w.cpu()).to(x.device)", id="there and back"),
        pytest.param("return x @ self.w + self.table.to(x)", id="moved to x"),
        pytest.param("if x.sum() > 0:\n    return x @ self.w + 0 * self.table.to(x)\nreturn x @ self.w", id="looks at values"),
        pytest.param("return (x @ self.w)[torch.tensor([1, 0])]", id="an index of the CPU"),
    ],
)
def test_what_follows_the_device_or_cannot_be_tried_is_not_accused(bench, body):
    assert fault_of(bench, body) is None

"""`remote.trace()`: where the student's code cuts the autograd graph, by observation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.judge.traces import Place, Trace, read_trace
from grader.wire.frames import FrameError

HEAD = """
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * 2
    @staticmethod
    def backward(ctx, grad): return grad * 2

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(3, 4))
        self.b = nn.Parameter(torch.randn(4))

    def forward(self, x):
"""
LINE = HEAD.count("\n") + 1  # of the first line of a body


def trace_of(bench: Callable[..., Any], body: str) -> Trace:
    opened = bench(HEAD + "\n".join("        " + line for line in body.splitlines()))
    net = opened.student.Net()
    x = torch.randn(2, 3, requires_grad=True)
    with opened.remote.trace(net) as trace:
        net(x)
    return trace


@pytest.mark.parametrize(
    ("body", "name", "operation", "line"),
    [
        pytest.param("return x @ self.w.detach() + self.b", "w", "detach", 0, id="detach"),
        pytest.param("return x @ self.w.data + self.b", "w", "data", 0, id="data"),
        pytest.param("w = torch.tensor(self.w)\nreturn x @ w + self.b", "w", "tensor", 0, id="torch.tensor"),
        pytest.param("y = x @ self.w\nwith torch.no_grad():\n    y = y + self.b\nreturn y", "b", "no_grad", 2, id="no_grad"),
        pytest.param("y = x @ self.w\ny = y.detach().requires_grad_()\nreturn y", "w", "detach", 1, id="a new leaf"),
        pytest.param("y = x @ self.w + self.b\nreturn y.argmax(1)", "x", "argmax", 1, id="argmax"),
        pytest.param("y = x @ self.w\nout = torch.zeros(2, 4)\nout[0] = y[0].detach()\nreturn out", "w", "detach", 2, id="into a buffer"),
        pytest.param("y = x @ self.w\nreturn F.one_hot(y.round().long().abs() % 4).float()", "w", "long", 1, id="whole numbers"),
    ],
)
def test_the_operation_that_cuts_the_graph_is_named_with_its_line(bench, body, name, operation, line):
    trace = trace_of(bench, body)

    fate = trace.fates[name]
    assert (fate.state, fate.operation, fate.place) == ("cut", operation, Place("work.py", LINE + line))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return x @ self.w + self.b", id="plain"),
        pytest.param("print(self.w.detach().mean().item())\nreturn x @ self.w + self.b", id="detached for a look"),
        pytest.param("out = torch.zeros(2, 4)\nfor i in range(2):\n    out[i] = x[i] @ self.w + self.b\nreturn out", id="rows"),
        pytest.param("y = x @ self.w\ny += self.b\nreturn y", id="in place"),
        pytest.param("return torch.stack([F.linear(row, self.w.T, self.b) for row in x.unbind()])", id="stack"),
        pytest.param("y = torch.empty(2, 4)\ny.copy_(x @ self.w)\ny[:, 0].add_(self.b[0])\ny[:, 1:] += self.b[1:]\nreturn y", id="views"),
    ],
)
def test_a_path_that_is_whole_is_alive(bench, body):
    trace = trace_of(bench, body)

    assert {name: fate.state for name, fate in trace.fates.items()} == {"w": "alive", "b": "alive", "x": "alive"}
    assert trace.is_complete


def test_values_that_leave_torch_are_seen_where_they_leave(bench):
    trace = trace_of(bench, "y = x.detach().numpy() @ self.w.detach().numpy()\nreturn torch.from_numpy(y) + self.b")

    assert (trace.fates["w"].state, trace.fates["w"].place) == ("left", Place("work.py", LINE))
    assert trace.fates["b"].state == "alive"


def test_what_is_not_used_and_what_does_not_reach_the_result_are_told_apart(bench):
    trace = trace_of(bench, "y = x @ self.w\nz = y * 2\nreturn x.sum(1)")

    assert trace.fates["b"].state == "unused"
    assert trace.fates["w"].state == "used"


def test_a_parameter_that_is_made_on_the_way_is_noticed(bench):
    trace = trace_of(bench, "w = nn.Parameter(torch.randn(3, 4))\nreturn x @ w + self.b")

    assert trace.foreign == Place("work.py", LINE + 1)


def test_a_custom_function_makes_the_trace_incomplete(bench):
    trace = trace_of(bench, "return Double.apply(x @ self.w) + self.b")

    assert not trace.is_complete


@pytest.mark.parametrize(
    "report",
    [
        None,
        [],
        [[["w", "alive", "", "", 0]], 1, None],
        [[["w", "sure", "", "", 0]], True, None],
        [[["w", "cut", "detach", "work.py", "1"]], True, None],
        [[["w", "cut", "detach", "work.py", 0]], True, None],
        [[["w" * 1000, "alive", "", "", 0]], True, None],
        [[["w", "alive", "", ""]], True, None],
        [[], True, ["work.py"]],
    ],
)
def test_a_malformed_report_is_refused(report):
    with pytest.raises(FrameError):
        read_trace(report)

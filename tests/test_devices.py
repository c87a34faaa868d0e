"""Does code follow the device of what it is given? Tried without a GPU."""

from __future__ import annotations

import pytest
import torch

from grader.suite.xray import misplaced, misplaced_state

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
    return misplaced(opened.remote, opened.student, "Net", torch.randn(2, 3), build=())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return x @ self.w + self.table", id="a plain tensor of the module"),
        pytest.param("return x @ self.w + torch.zeros(4)", id="made without device"),
        pytest.param("out = torch.zeros(2, 4)\nfor i in range(2):\n    out[i] = x[i] @ self.w\nreturn out", id="a result made on the CPU"),
        pytest.param("return (x @ self.w).cpu()", id="moved to the CPU"),
        pytest.param("return x.to('cpu') @ self.w.to('cpu')", id="computed on the CPU"),
        pytest.param("total = torch.zeros(4)\nfor row in x:\n    total = total + row @ self.w\nreturn total", id="a sum that begins on the CPU"),
        pytest.param("import numpy\nreturn torch.tensor(x.detach().numpy() @ self.w.detach().numpy())", id="NumPy"),
        pytest.param("return torch.stack([torch.tensor([v.item() for v in row @ self.w]) for row in x])", id="numbers taken out"),
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
        pytest.param("b = self.table.to(x.device, x.dtype)\nreturn torch.addmm(b, x, self.w)", id="moved to x.device"),
        pytest.param("out = x.new_zeros(2, 4)\nout[:] = x @ self.w\nreturn out", id="new_zeros"),
        pytest.param("out = torch.empty(2, 4, device=x.device)\nfor i in range(2):\n    out[i] = x[i] @ self.w\nreturn out", id="filled"),
        pytest.param("with torch.device(x.device):\n    b = torch.zeros(4)\nreturn x @ self.w + b", id="a device context"),
        pytest.param("return torch.einsum('ij,jk->ik', x, self.w) * torch.ones_like(self.w[0])", id="einsum"),
        pytest.param("d = 'cuda' if x.is_cuda else 'cpu'\nreturn x @ self.w + torch.zeros(4, device=d)", id="asks is_cuda"),
        pytest.param("print(x, repr(self.w), f'{x.sum():.2f}', x.tolist(), x.detach().numpy(force=True))\nreturn x @ self.w", id="printed"),
        pytest.param("print(x.mean(0), self.w.shape, len(x), x.dtype)\nreturn x @ self.w", id="looked at"),
        pytest.param("if x.sum() > 0:\n    return x @ self.w + 0 * self.table.to(x)\nreturn x @ self.w", id="looks at values"),
        pytest.param("return (x @ self.w)[torch.tensor([1, 0])]", id="an index of the CPU"),
    ],
)
def test_what_follows_the_device_or_cannot_be_tried_is_not_accused(bench, body):
    assert fault_of(bench, body) is None


LOADERS = """
import torch

def save(net, path): torch.save(net.state_dict(), path)
def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)
def load_moved_first(net, path, device="cpu"):
    net = net.to(torch.device(device))
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return net
def load_not_moved(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net
def save_from_the_cpu(net, path): torch.save(net.cpu().state_dict(), path)
def save_copies(net, path): torch.save({name: value.cpu() for name, value in net.state_dict().items()}, path)
def save_all(path, net, optimizer): torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict()}, path)
def load_all(path, net, optimizer, device="cpu"):
    found = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(found["net"])
    net.to(device)
    optimizer.load_state_dict(found["optimizer"])
def optimizer_first(path, net, optimizer, device="cpu"):
    found = torch.load(path, map_location="cpu", weights_only=True)
    net.load_state_dict(found["net"])
    optimizer.load_state_dict(found["optimizer"])
    net.to(device)
"""


def test_where_a_net_ends_is_seen_without_a_gpu(bench):
    opened = bench(LOADERS)
    remote, student = opened.remote, opened.student
    path = str(remote.scratch / "net.pt")
    student.save(remote.torch.nn.BatchNorm1d(3), path)
    for loader, words in (("load", ""), ("load_moved_first", ""), ("load_not_moved", "does not move the net")):
        net = remote.torch.nn.BatchNorm1d(3)

        fault = misplaced_state(remote, student, loader, net, path, "cuda", net=net)

        assert words in (fault.what if fault else ""), loader
        assert bool(fault) == bool(words), loader
    for saver, words in (("save", ""), ("save_copies", ""), ("save_from_the_cpu", "moves the net to the CPU")):
        net = remote.torch.nn.BatchNorm1d(3)

        fault = misplaced_state(remote, student, saver, net, path, net=net, starts_on_gpu=True)

        assert words in (fault.what if fault else ""), saver
        assert bool(fault) == bool(words), saver


def test_where_an_optimizer_ends_is_seen_without_a_gpu(bench):
    opened = bench(LOADERS)
    remote, student = opened.remote, opened.student
    path = str(remote.scratch / "all.pt")

    def stepped():
        net = remote.torch.nn.Linear(3, 2)
        optimizer = remote.torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        net(torch.ones(1, 3)).sum().backward()
        optimizer.step()
        return net, optimizer

    student.save_all(path, *stepped())
    for loader, key in (("load_all", ""), ("optimizer_first", "optimizer")):
        net, optimizer = stepped()

        fault = misplaced_state(remote, student, loader, path, net, optimizer, "cuda", net=net, optimizer=optimizer)

        assert (fault.key if fault else "") == key, loader


ASKING = """
import torch
from torch import nn

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(3, 4{made}))
        self.chosen = "cuda" if torch.cuda.is_available() else "cpu"

    def forward(self, x):
        return {body}

def load(net, path, device="cpu"):
    {load}
"""


def chosen_by(bench, body="x @ self.w", made="", load="return net.to(device)"):
    opened = bench(ASKING.format(body=body, made=made, load=load))
    net = opened.remote.torch.nn.Linear(2, 2)
    return [
        misplaced(opened.remote, opened.student, "Net", torch.randn(2, 3), build=()),
        misplaced_state(opened.remote, opened.student, "load", net, "net.pt", "cuda", net=net),
    ]


@pytest.mark.parametrize(
    ("body", "made"),
    [
        pytest.param("x.to(DEVICE) @ self.w", "", id="a constant of the file"),
        pytest.param("x.to(DEVICE) @ self.w", ", device=DEVICE", id="parameters made there"),
        pytest.param("x.to(self.chosen) @ self.w", "", id="an attribute of the module"),
        pytest.param("(x @ self.w).to('cuda' if torch.cuda.is_available() else 'cpu')", "", id="asked in the call"),
        pytest.param("x @ self.w + torch.zeros(4, device=DEVICE)", "", id="a new tensor"),
    ],
)
def test_a_device_that_the_code_chooses_is_found_without_a_gpu(bench, body, made):
    layer, loaded = chosen_by(bench, body, made)

    assert layer is not None and "on a machine with a GPU" in layer.what
    assert loaded is None


def test_a_device_that_is_chosen_in_place_of_the_one_asked_for_is_found(bench):
    layer, loaded = chosen_by(bench, load="return net.to(DEVICE)")

    assert layer is None
    assert loaded is not None and loaded.key == "chosen"


@pytest.mark.parametrize(
    ("body", "made", "load"),
    [
        pytest.param("x @ self.w", "", "return net.to(device)", id="asked and never used"),
        pytest.param("x @ self.w", ", device=DEVICE", "return net.to(device)", id="only made there: .to() moves it"),
        pytest.param("x.to(self.w.device) @ self.w", "", "return net.to(device if torch.cuda.is_available() else 'cpu')", id="a way out where there is none"),
        pytest.param("x @ self.w + torch.zeros(4, device=x.device)", "", "print(DEVICE, torch.cuda.device_count()); return net.to(device)", id="printed"),
    ],
)
def test_who_asks_for_a_gpu_and_follows_the_input_is_not_accused(bench, body, made, load):
    assert chosen_by(bench, body, made, load) == [None, None]

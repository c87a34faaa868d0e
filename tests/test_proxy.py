"""What author.md promises of `student` and `remote`: objects of the worker behave as local ones, gradients included."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
import torch

from grader.judge.errors import StudentError
from grader.judge.outcomes import AnswerRefused, NotImplementedYet, WorkerCrashed, WorkerTimedOut
from grader.judge.proxy import Proxy
from grader.suite import is_a, type_name

LAYERS = '''
import collections
import contextlib
import numpy as np
import torch
from torch import nn

EPOCHS = 3


class Linear(nn.Module):
    """x @ weights + bias."""

    def __init__(self, rows, columns, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(rows, columns))
        self.bias = nn.Parameter(torch.randn(columns)) if bias else None
        self.register_buffer("calls", torch.tensor(0))
        self.frozen = nn.Parameter(torch.ones(2), requires_grad=False)
        self.kept = None

    def forward(self, x):
        self.calls += 1
        result = x @ self.weights
        return result if self.bias is None else result + self.bias

    def plus(self, *, amount=1):
        return amount + 1


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict({"first": Linear(4, 3), "second": Linear(3, 2)})
        self.drop = nn.Dropout(0.5)
        self.norm = nn.BatchNorm1d(2)

    def forward(self, x):
        return self.norm(self.layers["second"](torch.tanh(self.layers["first"](self.drop(x)))))


def same(x):
    return x


def square(x):
    return x * x


def cubes(x, y):
    return x ** 3 * y, "words", {"sum": x + y, "count": 2}, [x.detach(), None]


def add_in_place(x):
    x.add_(1)


def apply(function, *args):
    return function(*args)


def count_down(start):
    while start:
        yield start
        start -= 1


def total(items):
    return sum(items)


def train(net, loader, lr=0.1):
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    losses = []
    for x, y in loader:
        optimizer.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


class Counter:
    made = 0

    def __init__(self):
        type(self).made += 1
        self.items = {"a": 1}
        self.open = False

    def __len__(self): return 7
    def __getitem__(self, key): return self.items[key]
    def __setitem__(self, key, value): self.items[key] = value
    def __delitem__(self, key): del self.items[key]
    def __contains__(self, key): return key in self.items
    def __bool__(self): return False
    def __eq__(self, other): return isinstance(other, Counter)
    def __hash__(self): return 1
    def __float__(self): return 2.5
    def __int__(self): return 2
    def __repr__(self): return "<counter>"
    def __str__(self): return "counter"
    def __enter__(self): self.open = True; return self
    def __exit__(self, *exception): self.open = False


Point = collections.namedtuple("Point", "x y")


def raises(kind):
    raise kind("words of mine")


def stub():
    raise NotImplementedError


class Strange(Exception):
    pass


def strange():
    raise Strange("odd")


def leave():
    raise SystemExit(3)


def random_numbers():
    import random
    return torch.rand(2).tolist(), random.random(), float(np.random.rand())
'''


@pytest.fixture
def layers(bench: Any) -> Any:
    """The bench of the source above."""
    return bench(LAYERS)


@pytest.fixture
def student(layers: Any) -> Any:
    """Its module."""
    return layers.student


# Objects


def test_constants_functions_and_methods_behave_as_local_ones(student: Any) -> None:
    layer = student.Linear(4, 3)

    assert student.EPOCHS == 3
    assert student.same("x") == "x"
    assert layer.plus(amount=5) == 6
    assert layer.training is True


NETS = "import torch\n\ndef make():\n    return torch.nn.Sequential(torch.nn.Linear(2, 3))\n\ndef six(*args):\n    return 6\n"


def test_a_method_of_one_of_torchs_own_classes_is_not_asked_for(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    net = bench(NETS).student.make()
    session, asked = net._grade_session, []
    apply = session.apply
    monkeypatch.setattr(session, "apply", lambda name, *args: (asked.append((name, *args[1:])), apply(name, *args))[1])

    assert set(net.state_dict()) == {"0.weight", "0.bias"}
    assert net.eval() is net and net.training is False
    assert asked == [("getattr", "training")]


def test_what_the_suite_puts_in_the_place_of_a_method_is_what_is_there(bench: Any) -> None:
    student = bench(NETS).student
    net = student.make()

    net.forward = student.six
    net.eval = 5

    assert net(torch.ones(1, 2)) == 6 and net.forward(1) == 6
    assert net.eval == 5
    assert student.make().eval() is not None


def test_attributes_can_be_set_and_deleted(student: Any) -> None:
    layer = student.Linear(4, 3)

    layer.kept = [1, {"a": 2}]
    assert layer.kept == [1, {"a": 2}]
    del layer.kept

    assert not hasattr(layer, "kept")
    with pytest.raises(AttributeError, match="kept"):
        layer.kept


def test_a_container_protocol_is_passed_on(student: Any) -> None:
    counter = student.Counter()

    counter["b"] = 2
    del counter["a"]

    assert (len(counter), bool(counter), float(counter), int(counter)) == (7, False, 2.5, 2)
    assert counter["b"] == 2 and "b" in counter and "a" not in counter
    assert (repr(counter), str(counter)) == ("<counter>", "counter")
    assert "items" in dir(counter)
    with pytest.raises(KeyError):
        counter["a"]


def test_the_same_object_is_the_same_proxy(student: Any) -> None:
    net = student.Net()

    assert net.layers["first"] is net.layers.first
    assert student.Net is student.Net
    assert net == net and net.layers.first != net.layers.second
    assert len({net.layers.first, net.layers.first, net.layers.second}) == 2
    assert student.same(net) is net


def test_equality_is_the_objects_own(student: Any) -> None:
    assert student.Counter() == student.Counter()


def test_types_are_told_across_the_border(student: Any) -> None:
    net = student.Net()

    assert is_a(net.layers, torch.nn.ModuleDict) and is_a(net.layers, torch.nn.Module)
    assert not is_a(net.layers, torch.nn.ModuleList)
    assert type_name(net.layers) == "torch.nn.modules.container.ModuleDict"
    assert is_a([], list) and type_name(3) == "int"


def test_generators_are_iterated_item_by_item(student: Any) -> None:
    numbers = student.count_down(3)

    assert next(numbers) == 3
    assert list(numbers) == [2, 1]
    with pytest.raises(StopIteration):
        next(numbers)


def test_a_context_manager_of_the_student_is_entered_and_left(student: Any) -> None:
    counter = student.Counter()

    with counter as entered:
        assert entered is counter and counter.open is True

    assert counter.open is False


def test_a_named_tuple_can_be_unpacked(student: Any) -> None:
    point = student.Point(1, torch.ones(2))

    x, y = point

    assert x == 1 and point.x == 1 and torch.equal(y, torch.ones(2))


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 3, 2**70, 1.5, "text", (1, [2]), {"a": (1,)}, {1, 2}, torch.float64, torch.device("cpu")),
        *(torch.Size([2]), slice(1, 2), b"bytes", 1j, np.float32(2), ...),
    ],
    ids=repr,
)
def test_a_plain_value_goes_and_comes_as_it_is(student: Any, value: Any) -> None:
    returned = student.same(value)

    assert type(returned) is type(value)
    assert returned == value


@pytest.mark.parametrize(
    "tensor",
    [
        *(
            torch.randn(2, 3),
            torch.randn(2, dtype=torch.float64),
            torch.arange(3),
            torch.tensor([True]),
            torch.tensor(1.5),
        ),
        *(torch.randn(2, dtype=torch.bfloat16), torch.randn(2, dtype=torch.complex64), torch.zeros(0, 3)),
        *(torch.randn(3, 4).T, torch.arange(3.0).expand(2, 3), torch.randn(2, dtype=torch.complex64).conj()),
    ],
    ids=lambda tensor: f"{tensor.dtype} {tuple(tensor.shape)} {tensor.stride()}",
)
def test_a_tensor_of_any_kind_goes_and_comes(student: Any, tensor: torch.Tensor) -> None:
    assert student.same(tensor) is tensor
    assert torch.equal(student.square(tensor), tensor * tensor)


def test_a_stride_survives_the_way_to_the_student(layers: Any) -> None:
    transposed, expanded = torch.randn(3, 4).T, torch.arange(3.0).expand(2, 3)

    is_contiguous = layers.remote.torch.Tensor.is_contiguous

    assert is_contiguous(transposed) is False
    assert is_contiguous(expanded) is False
    assert layers.remote.torch.Tensor.stride(expanded) == (0, 1)


def test_a_numpy_array_goes_and_comes(student: Any) -> None:
    array = np.arange(6, dtype="float32").reshape(2, 3)

    assert np.array_equal(student.square(array), array * array)
    assert student.square(array).dtype == np.float32


COUNTED = """
class Thing:
    alive = 0

    def __init__(self):
        Thing.alive += 1

    def __del__(self):
        Thing.alive -= 1
"""


def test_a_thousand_proxies_are_released(bench: Any) -> None:
    student = bench(COUNTED).student
    kept = student.Thing()

    for _ in range(1_000):
        student.Thing()
    gc.collect()
    student.Thing  # each request carries the news of what was let go before

    assert student.Thing.alive == 1
    assert kept is not None


def test_an_object_of_another_worker_is_refused_in_words(layers: Any) -> None:
    other = layers.fresh_remote()

    with pytest.raises(TypeError, match="lives in another worker"):
        other.student.same(layers.student.Counter())


def test_a_proxy_cannot_be_copied_here(student: Any) -> None:
    import copy

    with pytest.raises(TypeError, match=r"remote\.copy\.deepcopy"):
        copy.deepcopy(student.Net())


def test_a_module_of_the_suite_is_refused_in_words(student: Any) -> None:
    with pytest.raises(Exception, match="build it in the worker"):
        student.same(torch.nn.Linear(2, 2))


# Exceptions


@pytest.mark.parametrize(
    "kind", [KeyError, ValueError, RuntimeError, IndexError, TypeError, ZeroDivisionError, OSError]
)
def test_an_exception_has_its_own_type(student: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="words of mine") as caught:
        student.raises(kind)

    assert isinstance(caught.value, StudentError)
    assert caught.value.failure.frames[-1].file == "work.py"


def test_an_exception_of_the_students_own_is_a_student_error(student: Any) -> None:
    with pytest.raises(StudentError, match="odd") as caught:
        student.strange()

    assert caught.value.failure.type_name == "Strange"
    assert isinstance(caught.value, Exception)


def test_an_exception_of_torch_has_its_base(student: Any) -> None:
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        student.Linear(4, 3)(torch.ones(2, 5))


def test_the_stub_is_never_caught(student: Any) -> None:
    with pytest.raises(NotImplementedYet), pytest.raises(NotImplementedError):
        student.stub()


def test_a_not_implemented_error_of_torch_is_an_ordinary_error(layers: Any) -> None:
    with pytest.raises(RuntimeError):
        layers.remote.torch.Tensor.sort(torch.randn(2, dtype=torch.complex64))


def test_leaving_the_program_is_an_error_of_the_call(student: Any) -> None:
    with pytest.raises(StudentError) as caught:
        student.leave()

    assert caught.value.failure.type_name == "SystemExit"
    assert student.EPOCHS == 3


def test_stop_iteration_of_the_student_does_not_end_a_loop_silently(bench: Any) -> None:
    student = bench("def first(items):\n    return next(iter(items))\n").student

    with pytest.raises(StopIteration):
        student.first([])


# Parameters


def test_a_parameter_comes_back_as_one_and_stays_the_same_object(student: Any) -> None:
    layer = student.Linear(4, 3)

    weights = layer.weights

    assert isinstance(weights, torch.nn.Parameter) and weights.requires_grad and weights.grad is None
    assert layer.weights is weights
    assert dict(layer.named_parameters())["weights"] is weights
    assert next(iter(layer.parameters())) is weights
    assert layer.frozen.requires_grad is False
    assert student.Linear(4, 3, bias=False).bias is None


def test_a_buffer_comes_back_as_a_copy(student: Any) -> None:
    layer = student.Linear(4, 3)
    calls = layer.calls

    layer(torch.ones(1, 4))
    calls += 10

    assert layer.calls == 1


def test_values_written_in_the_suite_reach_the_worker(student: Any) -> None:
    layer = student.Linear(4, 3)

    with torch.no_grad():
        layer.weights.fill_(1)
        layer.bias.zero_()

    assert torch.equal(layer(torch.ones(1, 4)), torch.full((1, 3), 4.0))


def test_assigned_values_reach_the_worker(student: Any) -> None:
    layer = student.Linear(4, 3)

    layer.weights = torch.nn.Parameter(torch.zeros(4, 3))
    layer.calls = torch.tensor(41)
    layer(torch.ones(1, 4))

    assert torch.equal(layer.weights, torch.zeros(4, 3)) and layer.weights.requires_grad
    assert layer.calls == 42


def test_values_and_flags_follow_what_the_worker_does(student: Any) -> None:
    layer = student.Linear(4, 3)
    weights = layer.weights
    before = weights.detach().clone()

    student.train(layer, [(torch.ones(2, 4), torch.zeros(2, 3))])
    layer.requires_grad_(False)

    assert not torch.equal(weights, before)
    assert weights.grad is not None
    assert weights.requires_grad is False


def test_a_dtype_change_follows(student: Any) -> None:
    layer = student.Linear(4, 3)
    weights = layer.weights

    layer.double()

    assert weights.dtype is torch.float64
    assert layer(torch.ones(1, 4, dtype=torch.float64)).dtype is torch.float64


# Gradients


def test_backward_reaches_inputs_and_parameters(student: Any) -> None:
    layer = student.Linear(4, 3)
    x = torch.randn(5, 4, requires_grad=True)

    (layer(x) * torch.arange(3.0)).sum().backward()

    upstream = torch.arange(3.0).expand(5, 3)
    torch.testing.assert_close(x.grad, upstream @ layer.weights.T)
    torch.testing.assert_close(layer.weights.grad, x.detach().T @ upstream)
    torch.testing.assert_close(layer.bias.grad, upstream.sum(0))
    assert layer.frozen.grad is None


def test_a_gradient_of_the_suite_is_seen_by_the_student(layers: Any) -> None:
    layer = layers.student.Linear(4, 3)

    layer(torch.ones(1, 4)).sum().backward()

    assert torch.equal(layers.remote.torch.clone(layer.weights.grad), torch.ones(4, 3))
    assert layers.student.apply(layers.remote.builtins.getattr, layer.bias, "grad").tolist() == [1, 1, 1]


def test_gradients_accumulate_and_can_be_cleared_on_either_side(student: Any) -> None:
    layer = student.Linear(4, 3)
    x = torch.ones(1, 4)

    layer(x).sum().backward()
    layer(x).sum().backward()
    assert torch.equal(layer.bias.grad, torch.full((3,), 2.0))

    layer.bias.grad = None
    layer(x).sum().backward()
    assert torch.equal(layer.bias.grad, torch.ones(3))

    layer.zero_grad()
    assert layer.bias.grad is None and layer.weights.grad is None


def test_autograd_grad_gives_what_is_asked_for(student: Any) -> None:
    layer = student.Linear(4, 3)
    x = torch.randn(2, 4, requires_grad=True)

    dx, dw = torch.autograd.grad(layer(x).sum(), [x, layer.weights])

    torch.testing.assert_close(dx, layer.weights.sum(1).expand(2, 4))
    torch.testing.assert_close(dw, x.detach().sum(0)[:, None].expand(4, 3))
    assert x.grad is None and layer.weights.grad is None


def test_an_unused_input_has_no_gradient(student: Any) -> None:
    x, unused = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)

    grads = torch.autograd.grad(student.square(x).sum(), [x, unused], allow_unused=True)

    assert torch.equal(grads[0], torch.full((2,), 2.0)) and grads[1] is None


@pytest.mark.parametrize(
    "check", [torch.autograd.gradcheck, torch.autograd.gradgradcheck], ids=lambda check: check.__name__
)
def test_gradcheck_works_for_inputs_and_parameters(student: Any, check: Any) -> None:
    layer = student.Linear(2, 3).double()
    x = torch.randn(2, 2, dtype=torch.float64, requires_grad=True)

    assert check(lambda x, weights: student.square(layer(x)), (x, layer.weights))


def test_a_second_derivative_is_right(student: Any) -> None:
    x = torch.tensor([2.0, -1.0], requires_grad=True)

    first = torch.autograd.grad(student.cubes(x, torch.ones(2))[0].sum(), x, create_graph=True)[0]
    second = torch.autograd.grad(first.sum(), x)[0]

    torch.testing.assert_close(second, 6 * x.detach())


def test_several_calls_make_one_graph(student: Any) -> None:
    first, second = student.Linear(4, 3), student.Linear(3, 2)
    x = torch.randn(5, 4, requires_grad=True)

    second(torch.tanh(first(x))).sum().backward()

    hidden = torch.tanh(x.detach() @ first.weights + first.bias).detach()
    torch.testing.assert_close(second.weights.grad, hidden.sum(0)[:, None].expand(3, 2))
    inner = (1 - hidden**2) * second.weights.detach().sum(1)
    torch.testing.assert_close(first.weights.grad, x.detach().T @ inner)
    torch.testing.assert_close(x.grad, inner @ first.weights.detach().T)


def test_tensors_with_and_without_a_graph_come_back_together(student: Any) -> None:
    x, y = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0, 4.0])

    product, words, table, rest = student.cubes(x, y)
    (product.sum() + table["sum"].sum()).backward()

    assert words == "words" and table["count"] == 2 and rest[1] is None
    assert not rest[0].requires_grad
    torch.testing.assert_close(x.grad, 3 * x.detach() ** 2 * y + 1)


def test_a_second_backward_needs_retain_graph(student: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    result = student.square(x).sum()

    result.backward(retain_graph=True)
    result.backward()

    assert torch.equal(x.grad, torch.full((2,), 4.0))
    with pytest.raises(RuntimeError, match="second time"):
        result.backward()


def test_each_output_of_a_call_has_its_own_backward(bench: Any) -> None:
    student = bench("def f(x, y):\n    return x ** 2, (x * y).sum()\n").student
    x, y = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0, 4.0], requires_grad=True)

    squares, product = student.f(x, y)
    squares.sum().backward()
    product.backward()

    assert x.grad is not None and x.grad.tolist() == [5, 8]
    assert y.grad is not None and y.grad.tolist() == [1, 2]


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.complex64], ids=str)
def test_gradients_keep_the_dtype(student: Any, dtype: torch.dtype) -> None:
    x = torch.tensor([1.0, 2.0], dtype=dtype, requires_grad=True)

    student.square(x).abs().sum().backward()

    assert x.grad is not None and x.grad.dtype is dtype
    assert x.grad.abs().float().tolist() == [2, 4]


def test_a_result_that_was_cut_off_requires_no_grad(bench: Any) -> None:
    student = bench("def cut(x):\n    return (x * 2).detach()\n").student

    assert student.cut(torch.ones(2, requires_grad=True)).requires_grad is False


def test_no_grad_in_the_suite_holds_in_the_worker(student: Any) -> None:
    layer = student.Linear(4, 3)

    with torch.no_grad():
        assert layer(torch.ones(1, 4)).requires_grad is False
    assert layer(torch.ones(1, 4)).requires_grad is True


def test_what_the_student_changes_in_place_is_changed_in_the_suite(student: Any) -> None:
    x, view = torch.zeros(3), torch.zeros(4, 2)

    student.add_in_place(x)
    student.add_in_place(view.T)

    assert torch.equal(x, torch.ones(3)) and torch.equal(view, torch.ones(4, 2))


def test_a_backward_of_the_student_fills_the_suites_tensor(bench: Any) -> None:
    student = bench("def learn(x):\n    (x * x).sum().backward()\n").student
    x = torch.tensor([3.0], requires_grad=True)

    student.learn(x)

    assert x.grad is not None and x.grad.tolist() == [6]


# Optimizers, modes, state


def test_an_optimizer_of_the_suite_trains_the_students_net(student: Any) -> None:
    layer = student.Linear(4, 3)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
    x = torch.ones(1, 4)
    before = layer(x).detach()

    optimizer.zero_grad()
    layer(x).sum().backward()
    optimizer.step()

    torch.testing.assert_close(layer(x).detach(), before - 0.5 * 5)


def test_an_optimizer_of_the_worker_sees_the_gradients_of_the_suite(layers: Any) -> None:
    layer = layers.student.Linear(4, 3)
    optimizer = layers.remote.torch.optim.SGD(layer.parameters(), lr=0.5)
    bias = layer.bias.detach().clone()

    layer(torch.ones(1, 4)).sum().backward()
    optimizer.step()

    torch.testing.assert_close(layer.bias.detach(), bias - 0.5)


def test_train_and_eval_modes_work(student: Any) -> None:
    net = student.Net()
    x = torch.randn(8, 4)

    net.eval()
    assert net.training is False and torch.equal(net(x), net(x))
    net.train()

    assert net.drop.training is True
    assert not torch.equal(net(x), net(x))


def test_a_state_dict_can_be_read_and_loaded(student: Any) -> None:
    one, other = student.Net(), student.Net()

    state = one.state_dict()
    other.load_state_dict(state)

    assert "layers.first.weights" in state and isinstance(state["layers.first.weights"], torch.Tensor)
    assert torch.equal(other.layers.first.weights, one.layers.first.weights)
    assert one.layers.first.weights is not other.layers.first.weights
    with pytest.raises(RuntimeError, match="Missing key"):
        other.load_state_dict({})


def test_a_loader_of_the_worker_is_a_real_one(layers: Any) -> None:
    x, y = torch.randn(10, 4), torch.randn(10, 3)
    loader = layers.remote.loader(x, y, batch_size=4)

    batches = [tuple(batch) for batch in loader]
    losses = layers.student.train(layers.student.Linear(4, 3), loader)

    assert len(loader) == 3 and len(loader.dataset) == 10 and len(losses) == 3
    assert is_a(loader, torch.utils.data.DataLoader)
    assert torch.equal(torch.cat([batch[0] for batch in batches]), x)


@pytest.mark.parametrize("kind", ["generator", "DataLoader", "list", "range"])
def test_an_iterable_of_the_suite_is_iterated_by_the_student(student: Any, kind: str) -> None:
    pairs = [(torch.ones(2, 4), torch.zeros(2, 3))] * 3
    iterable: Any = {
        "generator": (pair for pair in pairs),
        "DataLoader": torch.utils.data.DataLoader(
            torch.utils.data.TensorDataset(torch.ones(6, 4), torch.zeros(6, 3)), batch_size=2
        ),
        "list": pairs,
        "range": range(3),
    }[kind]

    if kind == "range":
        assert student.total(iterable) == 3
    else:
        assert len(student.train(student.Linear(4, 3), iterable)) == 3


def test_an_endless_generator_gives_only_what_is_asked_for(bench: Any) -> None:
    student = bench("def first_two(items):\n    items = iter(items)\n    return [next(items), next(items)]\n").student
    asked = []

    def endless() -> Any:
        while True:
            asked.append(1)
            yield len(asked)

    assert student.first_two(endless()) == [1, 2]
    assert len(asked) == 2


# Functions of the suite


def test_a_function_of_the_suite_is_called_back(student: Any) -> None:
    assert student.apply(lambda a, b: a + b, 2, 3) == 5
    assert torch.equal(student.apply(lambda x: x * 2, torch.ones(2)), torch.full((2,), 2.0))


def test_functions_of_torch_run_in_the_worker(student: Any) -> None:
    assert torch.equal(student.apply(torch.relu, torch.tensor([-1.0, 2.0])), torch.tensor([0.0, 2.0]))
    assert torch.equal(
        student.apply(torch.nn.functional.softplus, torch.zeros(1)), torch.nn.functional.softplus(torch.zeros(1))
    )
    assert is_a(student.apply(torch.nn.Linear, 2, 3), torch.nn.Linear)
    assert student.apply(len, [1, 2]) == 2


def test_a_callback_may_call_the_student_again(student: Any) -> None:
    x = torch.ones(2)

    result = student.apply(lambda y: student.square(y) + 1, x)

    assert torch.equal(result, torch.full((2,), 2.0))


def test_the_arguments_of_a_call_survive_a_call_inside_its_callback(bench: Any) -> None:
    student = bench("def f(x, ask):\n    ask()\n    x.add_(1)\n    return x\n\ndef g(y):\n    return y * 2\n").student
    x = torch.zeros(2)

    returned = student.f(x, lambda: student.g(torch.ones(3)))

    assert returned is x and torch.equal(x, torch.ones(2))


def test_a_gradient_flows_through_a_callback(student: Any) -> None:
    x = torch.tensor([2.0], requires_grad=True)

    student.apply(lambda y: y * y * y, x).backward()

    assert x.grad is not None and x.grad.tolist() == [12]


def test_an_exception_in_a_callback_arrives_where_the_suite_called(student: Any) -> None:
    def fails(_: Any) -> None:
        raise LookupError("of the suite")

    with pytest.raises(LookupError, match="of the suite"):
        student.apply(fails, 1)
    assert student.EPOCHS == 3


def test_an_exception_in_a_callback_is_not_swallowed_by_the_student(bench: Any) -> None:
    student = bench(
        "def quiet(f):\n    try:\n        f()\n    except BaseException:\n        return 'swallowed'\n"
    ).student

    def fails() -> None:
        raise AssertionError("the check failed here")

    with pytest.raises(AssertionError, match="failed here"):
        student.quiet(fails)


def test_hooks_take_functions_of_the_suite(student: Any) -> None:
    net = student.Net().eval()
    seen: list[Any] = []

    handle = net.layers.second.register_forward_hook(lambda module, args, output: seen.append((module, args, output)))
    net(torch.ones(2, 4))
    handle.remove()
    net(torch.ones(2, 4))

    ((module, args, output),) = seen
    assert module is net.layers.second
    assert args[0].shape == (2, 3) and output.shape == (2, 2)


def test_a_hook_may_change_the_output(student: Any) -> None:
    layer = student.Linear(4, 3)

    layer.register_forward_hook(lambda module, args, output: output * 0)

    assert torch.equal(layer(torch.ones(1, 4)), torch.zeros(1, 3))


# Seeds and workers


def test_the_worker_is_seeded_anew_for_each_check(layers: Any) -> None:
    layers.host.begin_check(5, 60, None)
    first = layers.host.student(layers.host.main()).random_numbers()
    layers.host.begin_check(5, 60, None)
    again = layers.host.student(layers.host.main()).random_numbers()
    layers.host.begin_check(6, 60, None)
    other = layers.host.student(layers.host.main()).random_numbers()

    assert first == again
    assert all(one != two for one, two in zip(first, other))


def test_global_switches_of_torch_are_back_for_the_next_check(bench: Any) -> None:
    opened = bench(
        "import torch\ntorch.set_default_dtype(torch.float64)\n\ndef kind():\n    return torch.zeros(1).dtype\n"
    )
    assert opened.student.kind() is torch.float64

    opened.host.begin_check(2, 60, None)

    assert opened.host.student(opened.host.main()).kind() is torch.float32


def test_each_check_has_an_empty_folder_of_its_own(layers: Any) -> None:
    folders = []
    for seed in range(2):
        layers.host.begin_check(seed, 60, None)
        remote = layers.remote.__class__(layers.host, layers.host.main())
        folders.append(remote.scratch)
        assert remote.os.listdir(".") == []
        remote.torch.save({}, "note.pt")
        assert remote.os.listdir(".") == ["note.pt"]

    assert folders[0] != folders[1]


def test_a_folder_in_which_nothing_was_left_serves_the_next_check(layers: Any) -> None:
    folders = []
    for seed in range(2):
        layers.host.begin_check(seed, 60, None)
        folders.append(layers.host.folder)

    assert folders[0] == folders[1]


def test_a_folder_that_was_replaced_serves_no_other_check(layers: Any) -> None:
    remote = layers.remote
    first = layers.host.folder
    remote.os.rename(first, first + "-moved")
    remote.os.symlink("/tmp", first)

    layers.host.begin_check(1, 60, None)

    assert layers.host.folder != first


def test_a_fresh_worker_reads_what_the_first_one_wrote(layers: Any) -> None:
    layers.remote.torch.save({"x": torch.ones(2)}, "state.pt")
    fresh = layers.fresh_remote()

    loaded = fresh.torch.load("state.pt", weights_only=True)

    assert torch.equal(loaded["x"], torch.ones(2))
    assert fresh.os.getpid() != layers.remote.os.getpid()
    assert fresh.sys.modules.get("work") is None
    assert fresh.student.EPOCHS == 3


def test_given_files_are_modules_of_the_worker(bench: Any) -> None:
    opened = bench(
        "from tiny_net import SIZE\n",
        helpers={"tiny_net.py": "SIZE = 5\n", "part/__init__.py": "", "part/deep.py": "N = 2\n"},
    )

    assert opened.student.SIZE == 5
    assert opened.remote.tiny_net.SIZE == 5
    assert opened.remote.module("part.deep").N == 2


def test_observing_tells_what_ran_and_from_which_line(layers: Any) -> None:
    net = layers.student.Linear(4, 3)

    with layers.remote.observe() as seen:
        layers.student.train(net, [(torch.ones(2, 4), torch.zeros(2, 3))] * 2)
        layers.remote.torch.relu(torch.ones(1))

    wanted = {"torch.optim.Optimizer.zero_grad", "torch.Tensor.backward", "torch.optim.Optimizer.step"}
    assert [name for name in seen.names if name in wanted] == [*sorted(wanted, key=_order)] * 2
    (line,) = seen.lines("torch.Tensor.backward")
    assert LAYERS.splitlines()[line - 1].strip() == "loss.backward()"
    assert "torch.relu" not in seen.names


def _order(name: str) -> int:
    return ["zero_grad", "backward", "step"].index(name.rpartition(".")[2])


def test_a_long_training_is_observed_to_its_end(bench: Any) -> None:
    source = "import torch\n\ndef many(x):\n    for _ in range(30_000):\n        x = x + 1\n    return torch.relu(x)\n"
    opened = bench(source)

    with opened.remote.observe() as seen:
        opened.student.many(torch.zeros(1))

    assert len(seen.names) == 30_001 and seen.names[-1] == "torch.relu"


# What does not come back


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("return torch.zeros(1).expand(10**9)", "too large to hand over", id="giant tensor"),
        pytest.param("return torch.eye(2).to_sparse()", "a sparse_coo tensor", id="sparse tensor"),
        pytest.param("return torch.empty(2, device='meta')", "meta device", id="meta tensor"),
        pytest.param("x = []\n    x.append(x)\n    return x", "contains itself", id="ring"),
        pytest.param("return [0] * 10**6", "items", id="too many items"),
        pytest.param("return ['x' * 10**6] * 100", "more text", id="too much text"),
    ],
)
def test_what_cannot_cross_is_the_answer_of_that_call_alone(bench: Any, body: str, words: str) -> None:
    student = bench(f"import torch\n\ndef f():\n    {body}\n\ndef fine():\n    return 1\n").student

    with pytest.raises(AnswerRefused, match=words):
        student.f()
    assert student.fine() == 1


def test_a_worker_that_ends_is_named_by_how_it_ended(bench: Any) -> None:
    student = bench("import os, ctypes\n\ndef leave():\n    os._exit(0)\n").student

    with pytest.raises(WorkerCrashed, match="exit code 0"):
        student.leave()
    with pytest.raises(WorkerCrashed):
        student.leave()


def test_an_endless_loop_ends_with_its_line(bench: Any) -> None:
    student = bench("def spin():\n    while True:\n        pass\n", seconds=2.0).student

    with pytest.raises(WorkerTimedOut, match=r"work\.py:[23]"):
        student.spin()


def test_a_proxy_is_what_everything_else_is(student: Any) -> None:
    assert (
        isinstance(student.Net(), Proxy) and isinstance(student.Net, Proxy) and isinstance(student.count_down(1), Proxy)
    )

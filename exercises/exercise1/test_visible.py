"""Visible checks of exercise 1: a first look at the layer. Read them, run them, and try things of your own."""

import pytest
import torch

from grader.suite import assert_tensor, expect

pytestmark = pytest.mark.forbid(
    "torch.nn.Linear", "torch.nn.LazyLinear", "torch.nn.Bilinear", "torch.nn.functional.linear"
)


@pytest.mark.points(0.5)
@pytest.mark.concept("Parameters")
def test_weights_and_bias_are_parameters(student):
    """weights and bias are found by named_parameters()

    A plain tensor is an ordinary attribute: only an `nn.Parameter` of `self`, made in `__init__`, is found by
    `parameters()`.
    """
    layer = student.MyLinear(7, 12)

    names = [name for name, _ in layer.named_parameters()]

    for name in ("weights", "bias"):
        expect(
            name in names,
            f"named_parameters() does not list `{name}`; it lists {', '.join(names) or 'nothing'}",
            hint=(
                f"Is `{name}` set on `self` in `__init__`, under this very name, as an nn.Parameter and not as a "
                "plain tensor?"
            ),
        )


@pytest.mark.points(1)
@pytest.mark.concept("Shapes")
@pytest.mark.needs("test_weights_and_bias_are_parameters")
def test_a_small_example(student, device):
    """A layer of two inputs and three outputs, by hand

    With these weights, the result for [1, 10] is 1 * the first row of weights + 10 * the second row + bias.
    """
    layer = student.MyLinear(2, 3).to(device)
    expect(
        tuple(layer.weights.shape) == (2, 3),
        f"weights has shape {tuple(layer.weights.shape)} for MyLinear(2, 3)",
        hint="The shape is (in_features, out_features): a row for each input, a column for each output.",
    )
    expect(
        tuple(layer.bias.shape) == (3,),
        f"bias has shape {tuple(layer.bias.shape)} for MyLinear(2, 3)",
        hint="The shape is (out_features,): one number for each output, in one dimension.",
    )
    with torch.no_grad():
        layer.weights.copy_(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
        layer.bias.copy_(torch.tensor([100.0, 200.0, 300.0]))

    result = layer(torch.tensor([[1.0, 10.0], [0.0, 1.0]], device=device))

    right = torch.tensor([[141.0, 252.0, 363.0], [104.0, 205.0, 306.0]], device=device)
    bias = torch.tensor([100.0, 200.0, 300.0], device=device)
    assert_tensor(
        result,
        right,
        name="the result",
        lookalikes={
            "the bias is not added": right - bias,
            "the bias is taken away instead of added": right - 2 * bias,
            "the bias is added two times (or inside the sum, once for each input)": right + bias,
            "an activation such as sigmoid or tanh is applied at the end: a layer has none": torch.ones_like(right),
        },
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Parameters")
@pytest.mark.needs("test_weights_and_bias_are_parameters")
def test_a_layer_without_bias(student, device):
    """bias=False makes a layer whose bias is None

    With `bias=False` the attribute `bias` is still there, and it is None. Does `forward` ask for that before it adds
    anything?
    """
    layer = student.MyLinear(4, 3, bias=False).to(device)

    expect(
        layer.bias is None,
        "with bias=False there is a `bias`: it is not None",
        hint="Where does `__init__` look at its argument `bias`, and what does it set when that is False?",
    )
    with torch.no_grad():
        layer.weights.fill_(2)
    assert_tensor(
        layer(torch.tensor([[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 1.0, 3.0]], device=device)),
        torch.tensor([[20.0, 20.0, 20.0], [6.0, 6.0, 6.0]], device=device),
        name="the result for two rows, and weights that are all 2",
    )

"""Hidden checks of exercise 1: parameters, initialisation, shapes, values, gradients, dtypes of MyLinear."""

import difflib

import pytest
import torch
from torch import nn

from grader.suite import assert_tensor, expect, fail, is_a, trying
from grader.suite.xray import cut_off, misplaced, xray_gradients

pytestmark = pytest.mark.forbid(
    "torch.nn.Linear", "torch.nn.LazyLinear", "torch.nn.Bilinear", "torch.nn.functional.linear"
)

ABSENT = object()
REGISTERED_HINT = (
    "Only an nn.Parameter that __init__ assigns to `self` itself, under this very name, is registered under it: "
    "a plain tensor is not, nor is a parameter inside a plain list or dict, nor a buffer."
)
# Of the layers and inputs that most checks use.
SIZES = {"the batch size": 5, "in_features": 7, "out_features": 12}

OTHER_FORMULA_HINT = (
    "It is the gradient of another formula than x @ weights + bias: look at the check of the result first."
)


def make(student, device, *args, **kwargs):
    """Return a layer of the student's on `device`."""
    layer = student.MyLinear(*args, **kwargs)
    expect(
        is_a(layer, nn.Module),
        "MyLinear(...) does not make an nn.Module",
        hint="Does the class inherit from nn.Module?",
    )
    return layer.to(device)


def names_of(layer):
    """Return the names of the layer's parameters."""
    return [name for name, _ in layer.named_parameters()]


def listed(names):
    """Return `names` as words."""
    return ", ".join(f"`{name}`" for name in names) or "no parameter at all"


def held(layer, name):
    """Return the attribute `name` of the layer; the check fails in words where there is none."""
    value = getattr(layer, name, ABSENT)
    if value is ABSENT:
        alike = difflib.get_close_matches(name, names_of(layer), n=1)
        misnamed = f": is it the one that has the wrong name, `{alike[0]}`?" if alike else ""
        fail(
            f"the layer has no attribute `{name}`; named_parameters() lists {listed(names_of(layer))}{misnamed}",
            hint=(
                f"The name is fixed: __init__ (not forward) sets self.{name}, on every path (None is a value too). "
                "Is it called otherwise, or hidden in a list, a dict or another module?"
            ),
        )
    return value


def describe(value):
    """Say in words what `value` is."""
    if value is None:
        return "None"
    if isinstance(value, nn.Parameter):
        return f"an nn.Parameter of shape {tuple(value.shape)}"
    if isinstance(value, torch.Tensor):
        return f"a plain tensor of shape {tuple(value.shape)}, not an nn.Parameter"
    return f"a {type(value).__name__}" if isinstance(value, (bool, int, float, str, list, tuple, dict)) else "no tensor"


def no_tensor_hint(value):
    """Return the hint for an attribute that is `value` instead of a parameter."""
    if value is None:
        return "Unless bias=False is asked for, `bias` is an nn.Parameter: the default of the argument is True."
    if isinstance(value, bool):
        return (
            "`self.bias` is the parameter itself; the argument `bias` only says whether there is one. "
            "Does one overwrite the other?"
        )
    return REGISTERED_HINT


def expect_listed(layer, name, when=""):
    """Fail where named_parameters() does not list the parameter `name` of the layer."""
    names = names_of(layer)
    # A state_dict has both names of a parameter with two; named_parameters() gives each parameter once, under its first name.
    expect(
        name in names or name not in dict(layer.state_dict()) or not isinstance(held(layer, name), nn.Parameter),
        f"{when}one parameter is registered under two names: `{name}` is listed under another one, which came first "
        f"({listed(names)})",
        hint="Which lines of __init__ assign the same nn.Parameter to an attribute of `self`? Each of them registers it.",
    )
    expect(name in names, f"{when}parameters() does not find `{name}`: it lists {listed(names)}", hint=REGISTERED_HINT)


def put(layer, name, values):
    """Give the layer's tensor `name` these values, however it holds them (transposed or not, parameter or not)."""
    current = held(layer, name)
    expect(isinstance(current, torch.Tensor), f"`{name}` is {describe(current)}", hint=no_tensor_hint(current))
    expect(
        current.numel() == values.numel(),
        f"`{name}` has shape {tuple(current.shape)}; its number of elements does not fit the layer",
        hint="`weights` has shape (in_features, out_features), `bias` has shape (out_features,).",
    )
    if current.dim() == 2 and current.shape == values.T.shape:
        values = values.T
    values = values.reshape(current.shape).to(current)
    if not isinstance(current, nn.Parameter):
        setattr(layer, name, values)
        return
    with torch.no_grad():
        current.copy_(values)


def fill(layer, in_features, out_features, device, dtype=torch.float32, bias=True):
    """Give the layer random weights and bias; return them (the bias as None where there is none)."""
    weights = torch.randn(in_features, out_features, device=device, dtype=dtype)
    put(layer, "weights", weights)
    if not bias:
        return weights, None
    # Away from zero, so that a bias that is left out shows.
    offset = torch.randn(out_features, device=device, dtype=dtype)
    offset = offset + offset.sign() + (offset == 0)
    put(layer, "bias", offset)
    return weights, offset


def known_mistakes(x, weights, bias):
    """Return what the usual mistakes give instead of `x @ weights + bias`."""
    product = x @ weights
    right = product + bias
    return {
        "the bias is not added": product,
        "the bias is subtracted": product - bias,
        "the bias is added twice": right + bias,
        "the result is multiplied by the bias, not shifted by it": product * bias,
        "the bias is there, but not the product of x and weights": bias.expand_as(right),
        "an activation (relu) is applied to the result: the layer itself has none": right.relu(),
        "an activation (sigmoid) is applied to the result: the layer itself has none": right.sigmoid(),
        "an activation (tanh) is applied to the result: the layer itself has none": right.tanh(),
        "an activation (softmax) is applied to the result: the layer itself has none": right.softmax(-1),
        "the product is scaled by 1/sqrt(in_features)": product / weights.shape[0] ** 0.5 + bias,
        "the product is averaged over in_features instead of summed": product / weights.shape[0] + bias,
        "the bias is added to the weights, inside the brackets, before the product: x @ (weights + bias)": product + x.sum(-1, keepdim=True) * bias,
        "the weights are reshaped (or viewed) where they should be transposed, which mixes up their rows and columns": (
            x @ weights.reshape(weights.shape[1], weights.shape[0]).T + bias
        ),
        "the bias is not added to the result, but to x or inside the sum (once for each input feature)": (
            product + weights.shape[0] * bias
        ),
    }


def known_reductions(right):
    """Return what is left of the right result, (batch, out_features), after the usual reductions too many."""
    own = "each row of x has a result of its own"
    return {
        f"the rows of the batch are averaged: {own}": right.mean(0, keepdim=True),
        f"the rows of the batch are summed: {own}": right.sum(0, keepdim=True),
        f"the rows of the batch are averaged, and their dimension is lost: {own}": right.mean(0),
        f"the rows of the batch are summed, and their dimension is lost: {own}": right.sum(0),
        "the output features are averaged into one": right.mean(-1),
        "the output features are summed into one": right.sum(-1),
        "the output features are averaged into one, kept as a column": right.mean(-1, keepdim=True),
        "the output features are summed into one, kept as a column": right.sum(-1, keepdim=True),
    }


@pytest.mark.points(0.5)
@pytest.mark.concept("Parameters")
def test_shapes_of_the_parameters(student, device):
    """weights is (in_features, out_features), bias is (out_features,)

    Print `layer.weights.shape` and `layer.bias.shape` for a layer whose two sizes differ.
    """
    in_features, out_features = int(torch.randint(3, 7, ())), int(torch.randint(8, 12, ()))
    layer = make(student, device, in_features=in_features, out_features=out_features, bias=True)

    sizes = f"MyLinear({in_features}, {out_features})"
    weights, bias = held(layer, "weights"), held(layer, "bias")

    expect(isinstance(weights, torch.Tensor), f"`weights` is {describe(weights)}", hint=REGISTERED_HINT)
    expect(
        tuple(weights.shape) != (out_features, in_features),
        f"the shape of `weights` is transposed: {sizes} has weights of shape {tuple(weights.shape)}",
        hint="The order here is (in_features, out_features), unlike that of nn.Linear.",
    )
    expect(
        tuple(weights.shape) not in ((in_features + 1, out_features), (in_features, out_features + 1)),
        f"{sizes} has `weights` of shape {tuple(weights.shape)}: one row or column too many. Is the bias kept in it?",
        hint="`weights` holds a row for each input feature and nothing else; `bias` is a parameter of its own.",
    )
    expect(
        tuple(weights.shape) == (in_features, out_features),
        f"{sizes} has `weights` of shape {tuple(weights.shape)}",
        hint=(
            "`weights` has two dimensions: a row for each input feature, a column for each output feature. Do both sizes "
            "come from the arguments of __init__, none of them written down as a number?"
        ),
    )
    expect(isinstance(bias, torch.Tensor), f"`bias` is {describe(bias)}", hint=no_tensor_hint(bias))
    expect(
        tuple(bias.shape) == (out_features,),
        f"{sizes} has a `bias` of shape {tuple(bias.shape)}",
        hint=(
            "`bias` has one dimension, of size out_features: one number for each output feature. Does the size come from "
            "the argument?"
        ),
    )
    for name, value in (("weights", weights), ("bias", bias)):
        expect(
            value.dtype is torch.float32,
            f"`{name}` is {value.dtype} in a new layer",
            hint=(
                "A new layer has torch's default dtype, float32; who uses it chooses another one by .double() or "
                ".to(...)."
            ),
        )


@pytest.mark.points(1)
@pytest.mark.concept("Parameters")
def test_parameters_are_registered(student, device):
    """parameters() and state_dict() know weights and bias, and loading them changes the result"""
    layer = make(student, device, 7, 12)
    state = dict(layer.state_dict())

    for name in ("weights", "bias"):
        value = held(layer, name)
        expect(isinstance(value, nn.Parameter), f"`{name}` is {describe(value)}", hint=no_tensor_hint(value))
        expect_listed(layer, name)
        expect(name in state, f"state_dict() does not hold `{name}`: it would not be saved", hint=REGISTERED_HINT)
        expect(
            value.requires_grad,
            f"`{name}` is registered but does not learn: its requires_grad is False",
            hint="Who switched requires_grad off? An nn.Parameter has it on by itself.",
        )
    weights, bias = torch.randn(7, 12, device=device), torch.randn(12, device=device) + 3
    for name, values in (("weights", weights), ("bias", bias)):
        expect(
            state[name].numel() == values.numel(),
            f"`{name}` has shape {tuple(state[name].shape)} in the state_dict of MyLinear(7, 12)",
            hint="`weights` has shape (in_features, out_features), `bias` has shape (out_features,).",
        )
    fits = state["weights"].shape == weights.shape
    state["weights"], state["bias"] = weights if fits else weights.T, bias.reshape(state["bias"].shape)
    layer.load_state_dict(state)
    x = torch.randn(5, 7, device=device)

    assert_tensor(
        layer(x.clone()),
        x @ weights + bias,
        name="layer(x) after load_state_dict",
        lookalikes=known_mistakes(x, weights, bias),
        hint="The result must come from self.weights and self.bias as they are now, not from copies made in __init__.",
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Random initialisation")
def test_random_initialisation(student, remote):
    """The weights start at random, and no two layers alike

    Drawn at random: torch.randn, torch.rand, or a function of nn.init. Not constant, not from a seed set inside the
    layer.
    """
    first, second = (make(student, "cpu", 7, 12) for _ in range(2))
    # In this mode torch fills memory that nobody initialised with NaN; "warn" leaves every operation as it is.
    remote.torch.set_deterministic_debug_mode("warn")
    try:
        reserved = make(student, "cpu", 7, 12)
    finally:
        remote.torch.set_deterministic_debug_mode("default")

    for name in ("weights", "bias"):
        value = held(reserved, name)
        expect(isinstance(value, torch.Tensor), f"`{name}` is {describe(value)}", hint=no_tensor_hint(value))
        expect(
            bool(torch.isfinite(value.detach()).all()),
            f"`{name}` holds uninitialised memory",
            hint="torch.empty and torch.Tensor(n, m) only reserve memory; who writes numbers into it?",
        )
    weights = held(first, "weights").detach()
    expect(
        bool((weights != weights.flatten()[0]).any()),
        "`weights` is constant: all its elements are equal, not drawn at random",
        hint=(
            "Weights that start equal get equal gradients and stay equal: the layer could only ever learn one feature."
        ),
    )
    expect(
        weights.dim() != 2 or not torch.equal(weights, torch.eye(*weights.shape).to(weights)),
        "`weights` starts as the identity matrix: nothing is drawn at random, and all layers start alike",
        hint="Each element needs a random number of its own.",
    )
    expect(
        not torch.equal(weights, held(second, "weights").detach()),
        "two new layers start with the same weights",
        hint=(
            "Each layer makes its own random draw in __init__. Is a seed set there, are the numbers written down, or"
            " do the layers share one tensor?"
        ),
    )
    alike = bool((weights == weights[:1]).all()) or bool((weights == weights[:, :1]).all())
    expect(
        not alike,
        "`weights` repeats itself: all its rows, or all its columns, are equal",
        hint="Each element needs a random number of its own; was one row or column drawn and then repeated?",
    )


@pytest.mark.points(0.75)
@pytest.mark.concept("Shapes")
def test_result(student, device):
    """The result is x @ weights + bias

    In a matrix product the last size of the left factor meets the first size of the right one: print x.shape and
    self.weights.shape in `forward`. Is it a matrix product (`@`, not `*`, which multiplies element by element)? Are its
    factors in the right order, is one of them transposed? Here x is a batch of shape (5, 7); does `forward` expect other
    dimensions?
    """
    layer = make(student, device, 7, 12)
    old_weights, old_bias = (put_aside(held(layer, name)) for name in ("weights", "bias"))
    weights, bias = fill(layer, 7, 12, device)
    x, other = torch.randn(5, 7, device=device), torch.randn(5, 7, device=device)

    # Copies, so that a layer that writes into x loses only the check about that.
    result, again = layer(x.clone()), layer(x.clone())

    lookalikes = {**known_mistakes(x, weights, bias), **known_reductions(x @ weights + bias)}
    if old_weights is not None and old_weights.shape == weights.shape:
        stale = "it is computed from a copy of the first weights, not from self.weights as it is now"
        lookalikes[stale] = x @ old_weights + bias
        if old_bias is not None and old_bias.shape == bias.shape:
            lookalikes[stale + " (nor self.bias)"] = x @ old_weights + old_bias
            lookalikes["it is computed from a copy of the first bias, not from self.bias as it is now"] = (
                x @ weights + old_bias
            )
    for name, values in (("weights", weights), ("bias", bias)):
        now = held(layer, name)
        expect(
            not isinstance(now, torch.Tensor) or torch.equal(now.detach(), as_held(layer, name, values).to(now)),
            f"a call of the layer changes its own `{name}`: they are others after layer(x) than before",
            hint="`forward` computes with the parameters and changes none of them: is one drawn anew, rescaled or written to in "
            "place (a trailing `_`, `.data`)? Training is the optimizer's work.",
        )
    if isinstance(result, torch.Tensor) and isinstance(again, torch.Tensor):
        expect(
            torch.equal(result.detach(), again.detach()),
            "two calls with the same x give different results",
            hint=(
                "Something is random in `forward`, or changes there. Are the weights drawn anew at each call, "
                "instead of once in __init__?"
            ),
        )
    assert_tensor(
        result,
        x @ weights + bias,
        name="layer(x)",
        lookalikes=lookalikes,
        sizes=SIZES,
        inputs={"the bias": bias, "x": x},
        hint=(
            "Write out the first number of the result by hand: which numbers of x, weights and bias go into it, and "
            "nothing else?"
        ),
    )
    assert_tensor(
        layer(other.clone()),
        other @ weights + bias,
        name="layer(other), after layer(x)",
        lookalikes={"the result of the first call is given again": x @ weights + bias},
        hint="Each call computes its result from its own x: is one kept in `self`?",
    )
    assert_tensor(layer.forward(x.clone()), x @ weights + bias, name="layer.forward(x)", lookalikes=lookalikes)
    learns = isinstance(result, torch.Tensor) and result.requires_grad
    layer.eval()
    result = layer(x.clone())
    hint = "Nothing in this layer depends on the mode, train or eval. Which line asks for self.training?"
    assert_tensor(result, x @ weights + bias, name="layer(x) in eval mode, after layer.eval()", lookalikes=lookalikes, hint=hint)
    expect(
        result.requires_grad or not learns,
        "in eval mode, after layer.eval(), no gradient is recorded: eval() is not no_grad()",
        hint=hint,
    )


def put_aside(value):
    """Return a copy of the values of a tensor, None for anything else."""
    return value.detach().clone() if isinstance(value, torch.Tensor) else None


@pytest.mark.points(0.25)
@pytest.mark.concept("Shapes")
def test_input_is_left_alone(student, device):
    """layer(x) does not change x"""
    layer = make(student, device, 4, 4)
    fill(layer, 4, 4, device)
    for shape in ((3, 4), (4,), (2, 3, 4)):
        check_untouched(layer, torch.randn(shape, device=device))


def check_untouched(layer, x):
    """Fail where a call changes the values or the shape of `x`."""
    before = x.clone()

    result = layer(x)

    expect(
        isinstance(result, torch.Tensor), f"layer(x) is {describe(result)}", hint="Does `forward` return its result?"
    )
    expect(
        x.shape == before.shape,
        f"layer(x) changes x in place: the caller's tensor has shape {tuple(x.shape)} afterwards, not {tuple(before.shape)}",
        hint="Names that end in an underscore (`unsqueeze_`, `resize_`, ...) change the tensor itself.",
    )
    expect(
        torch.equal(x, before),
        "layer(x) changes x in place: the caller's tensor holds other values afterwards",
        hint=(
            "Look for operations that write into their tensor: `x += ...`, `x -= ...`, `x.mul_(...)`, `x[...] = ...`, "
            "`out=x`."
        ),
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Shapes")
@pytest.mark.needs("test_result")
@pytest.mark.parametrize(
    ("leading", "words"),
    [
        pytest.param((), "a single example", id="no leading dimension"),
        pytest.param((0,), "an empty batch", id="an empty batch"),
        pytest.param((2, 5), "two leading dimensions", id="two leading dimensions"),
        pytest.param((2, 1, 3, 4), "four leading dimensions", id="four leading dimensions"),
    ],
)
def test_leading_dimensions(student, device, leading, words):
    """x may have any number of leading dimensions

    Only the last dimension of x is multiplied; whatever stands in front of it comes back unchanged. Does `forward`
    count on a matrix (torch.mm, x.T, x.shape[0], two sizes unpacked)?
    """
    layer = make(student, device, 7, 12)
    weights, bias = fill(layer, 7, 12, device)
    x = torch.randn(*leading, 7, device=device)
    given = f"{words}, x of shape {tuple(x.shape)}"

    with trying(f"layer(x) for {given}"):
        result = layer(x.clone())

    expected = x @ weights + bias
    lookalikes = known_mistakes(x, weights, bias)
    lookalikes["a batch dimension of size 1 was added (an unsqueeze), and not taken away again"] = expected[None]
    lookalikes["x is handed back as it came"] = x
    lookalikes["the leading dimensions are flattened into one, and not restored"] = expected.reshape(-1, 12)
    lookalikes["a leading dimension of size 1 was dropped"] = expected.squeeze()
    assert_tensor(
        result,
        expected,
        name=f"layer(x) for {given}",
        lookalikes=lookalikes,
        hint=(
            "Only the last dimension of x is a feature dimension: (..., in_features) gives (..., out_features), with"
            " any number of leading dimensions."
        ),
    )


    if len(leading) < 2:
        return
    turned = x.transpose(0, 1)
    with trying("layer(x) for an x that is not contiguous (transposed), which .view() refuses"):
        assert_tensor(layer(turned), turned @ weights + bias, name="layer(x) for an x that is not contiguous (transposed)")


@pytest.mark.points(0.5)
@pytest.mark.concept("Shapes")
@pytest.mark.needs("test_result")
def test_sizes_of_one(student, device):
    """A layer may have a single input or a single output

    Sizes of 1 must stay dimensions: look for squeeze(), and for a shape that broadcasts only by accident.
    """
    for in_features, out_features in ((1, 1), (1, 6), (6, 1)):
        layer = make(student, device, in_features, out_features)
        weights, bias = fill(layer, in_features, out_features, device)
        x = torch.randn(4, in_features, device=device)

        lookalikes = known_mistakes(x, weights, bias)
        lookalikes["a dimension of size 1 was squeezed away"] = (x @ weights + bias).squeeze()
        assert_tensor(
            layer(x.clone()),
            x @ weights + bias,
            name=f"the result of MyLinear({in_features}, {out_features})",
            lookalikes=lookalikes,
        )
        assert_tensor(
            layer(x[:1].clone()),
            (x @ weights + bias)[:1],
            name=f"the result of MyLinear({in_features}, {out_features}) for a batch of 1",
            lookalikes={"a dimension of size 1 was squeezed away": (x @ weights + bias)[:1].squeeze()},
        )


def xrayed(student, remote, device, x):
    """Return the X-ray of a layer of 7 inputs and 12 outputs, its weights, and the gradient of its result."""
    layer = make(student, device, 7, 12)
    weights, _ = fill(layer, 7, 12, device)
    upstream = torch.randn(*x.shape[:-1], 12, device=device)
    right = {"weights": x.detach().T @ upstream, "bias": upstream.sum(0)}
    # Whoever holds them in another shape has lost points for that already.
    expected = {name: as_held(layer, name, gradient) for name, gradient in right.items()}
    xray = xray_gradients(remote, layer, lambda: layer(x), upstream=upstream, expected=expected)
    return xray, weights, upstream


def as_held(layer, name, gradient):
    """Return a gradient in the shape in which the layer holds the parameter."""
    value = held(layer, name)
    if not isinstance(value, torch.Tensor) or value.numel() != gradient.numel():
        return gradient
    return (gradient.T if value.shape == gradient.T.shape else gradient).reshape(value.shape)


@pytest.mark.points(0.5)
@pytest.mark.concept("Gradients")
def test_gradient_of_the_weights(student, remote, device):
    """The weights receive their gradient"""
    x = torch.randn(5, 7, device=device)

    xray, _, _ = xrayed(student, remote, device, x)

    state = xray.state("weights")
    xray.expect(
        "weights",
        lookalikes={"averaged over the batch instead of summed": state.expected / 5},
        sizes=SIZES,
        hint=OTHER_FORMULA_HINT,
    )
    for leading, words in (((), "one example"), ((2, 5), "two leading dimensions")):
        check_gradients(make(student, device, 7, 12), torch.randn(*leading, 7, device=device), words)


def check_gradients(layer, x, words):
    """Fail where the gradients of weights and bias are wrong for an x with other leading dimensions."""
    fill(layer, 7, 12, x.device)
    given = f"for {words}, x of shape {tuple(x.shape)}"
    with trying(f"layer(x) and its backward pass {given}"):
        result = layer(x.clone())
        upstream = torch.randn(result.shape, device=x.device)
        # As result.backward(upstream), for which torch would import SymPy, in most of a second.
        (result * upstream).sum().backward()
    rows, from_above = x.reshape(-1, 7), upstream.reshape(-1, 12)
    for name, right in (("weights", rows.T @ from_above), ("bias", from_above.sum(0))):
        assert_tensor(
            held(layer, name).grad,
            as_held(layer, name, right),
            name=f"{name}.grad {given}",
            hint="Is a backward of your own written for a matrix? The gradient sums over all leading dimensions.",
        )


@pytest.mark.points(0.5)
@pytest.mark.concept("Gradients")
def test_gradient_of_the_bias(student, remote, device):
    """The bias receives its gradient"""
    x = torch.randn(5, 7, device=device)

    xray, _, _ = xrayed(student, remote, device, x)

    state = xray.state("bias")
    xray.expect(
        "bias",
        lookalikes={"averaged over the batch instead of summed": state.expected / 5},
        sizes=SIZES,
        hint=OTHER_FORMULA_HINT,
    )
    layer = make(student, device, 7, 12)
    fill(layer, 7, 12, device)
    put(layer, "bias", torch.zeros(12, device=device))
    layer(x).sum().backward()
    expect(
        held(layer, "bias").grad is not None,
        "bias.grad is None where the bias is all zeros: it is left out of the sum (skipped), so a bias that starts at zero never learns",
        hint="Whether there is a bias is a question of None. What does `if self.bias.any()` or `if not ...` ask?",
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Gradients")
def test_gradient_of_the_input(student, remote, device):
    """The gradient goes on to the input"""
    x = torch.randn(5, 7, device=device, requires_grad=True)

    xray, weights, upstream = xrayed(student, remote, device, x)

    xray.expect_argument(
        x,
        upstream @ weights.T,
        name="x",
        sizes=SIZES,
        inputs={"the gradient of the result": upstream, "x itself": x},
        hint=OTHER_FORMULA_HINT + " In a network, x is the result of the layer before, which learns as well.",
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Parameters")
def test_no_bias(student, device):
    """With bias=False there is no bias: None, no parameter, nothing added

    Without a bias, `bias` is None and `weights` is the only parameter. Does `forward` ask whether there is a bias
    before it adds one?
    """
    layer = make(student, device, 7, 12, False)
    bias, names = held(layer, "bias"), names_of(layer)

    expect(
        bias is None or held(make(student, device, 7, 12), "bias") is not None,
        "the condition on the argument `bias` is the wrong way round (inverted): with bias=False there is a bias, with bias=True there is none",
        hint="What does `__init__` do where its argument is True?",
    )
    parameters = list(layer.parameters())
    expect(
        all(isinstance(parameter, nn.Parameter) for parameter in parameters),
        "with bias=False, parameters() gives more than parameters: None, or another value that is none, is among them",
        hint="nn.Module finds the parameters itself. Is parameters() overridden?",
    )
    expect(
        bias is None,
        f"with bias=False, `bias` is {describe(bias)}, not None",
        hint="No zeros, no False: an absent bias is None. Does `__init__` look at its argument `bias` at all?",
    )
    expect_listed(layer, "weights", "with bias=False, ")
    expect(
        names == ["weights"],
        f"with bias=False, parameters() lists {listed(names)}",
        hint="`weights` is the only parameter of a layer without bias: nothing else may be learned or saved.",
    )
    weights, _ = fill(layer, 7, 12, device, bias=False)
    x = torch.randn(5, 7, device=device)

    assert_tensor(
        layer(x.clone()),
        x @ weights,
        name="layer(x) with bias=False",
        lookalikes={
            "an activation (relu) is applied to the result: the layer itself has none": (x @ weights).relu(),
            "the products are summed along the wrong dimension: over the output features, not over those of the input": (
                x * weights.sum(1)
            ),
            **known_reductions(x @ weights),
        },
        sizes=SIZES,
        inputs={"x": x},
        hint="Without a bias the result is the product of x and weights, and nothing is added to it.",
    )


@pytest.mark.points(1)
@pytest.mark.concept("Dtype and device")
@pytest.mark.needs("test_result")
def test_dtype_of_the_layer(student, remote, device):
    """layer.double() and layer.to(...) convert and move all of the layer, and the result follows

    Look for a dtype that is fixed: .float(), dtype=torch.float32, or a tensor that `forward` makes without dtype and
    device (torch.zeros(n) is float32, on the CPU).
    """
    # In bfloat16 each sum is rounded to 8 bits, in an order that is the student's choice.
    for dtype, tolerance in ((torch.float64, None), (torch.bfloat16, 0.06)):
        layer = make(student, device, 7, 12).to(dtype)
        for name in ("weights", "bias"):
            value = held(layer, name)
            expect(
                value.dtype is dtype,
                f"`{name}` stays {value.dtype} when the layer is converted to {dtype}",
                hint=(
                    "A module converts and moves what is registered with it. Is this a plain tensor, or one in a "
                    "plain list or dict?"
                ),
            )
        weights, bias = fill(layer, 7, 12, device, dtype=dtype)
        x = torch.randn(5, 7, device=device, dtype=dtype)
        bound = float((x.abs() @ weights.abs() + bias.abs()).max())
        expected = (x.double() @ weights.double() + bias.double()).to(dtype)
        hint = (
            "Everything in `forward` follows the dtype and device of the layer: no .float() or .double(), no "
            "torch.zeros(n) or torch.tensor(...) without dtype and device."
        )
        for bias_too in (True, False):
            if not bias_too:
                layer = make(student, device, 7, 12, bias=False).to(dtype)
                if held(layer, "bias") is not None:  # a mistake that test_no_bias names
                    break
                put(layer, "weights", weights)
                expected = (x.double() @ weights.double()).to(dtype)
            name = f"layer(x) of a layer in {dtype}" + ("" if bias_too else " without bias")
            result = layer(x.clone())
            expect(
                not is_single_precision(result, expected),
                f"{name} is right to about 7 digits only: on the way, something is computed in float32",
                hint=hint,
            )
            assert_tensor(result, expected, name=name, rtol=tolerance, atol=tolerance and tolerance * bound, hint=hint)
            empty = layer(x.new_empty(3, 0, 7))
            assert_tensor(
                empty,
                expected.new_empty(3, 0, 12),
                name=f"{name}, for an empty batch of shape (3, 0, 7)",
                hint="An empty batch needs no case of its own. Where does one get its shape and its dtype from?",
            )
    fault = misplaced(remote, student, "MyLinear", torch.randn(5, 7), build=(7, 12))
    if fault is not None:
        fault.fail()


def is_single_precision(result, expected):
    """Say whether a float64 result is right, but only as precisely as float32 is."""
    if not isinstance(result, torch.Tensor) or result.dtype is not torch.float64 or result.shape != expected.shape:
        return False
    result, expected = result.detach().cpu(), expected.cpu()
    roughly, precisely = (torch.allclose(result, expected, rtol=size, atol=size) for size in (1e-4, 1e-10))
    return expected.dtype is torch.float64 and roughly and not precisely


@pytest.mark.points(0.5)
@pytest.mark.concept("Gradients")
@pytest.mark.needs("test_result")
def test_training_step(student, remote, device):
    """A step of gradient descent on parameters() changes the result as it should

    An optimizer is given `layer.parameters()` once. Are these still the tensors that `forward` computes with after a
    call?
    """
    layer = make(student, device, 7, 12)
    weights, bias = fill(layer, 7, 12, device)
    parameters = list(layer.parameters())
    x, target = torch.randn(5, 7, device=device), torch.randn(5, 12, device=device)

    with remote.trace(layer) as trace:
        result = layer(x)
    expect(parameters != [], "parameters() is empty: an optimizer would have nothing to train", hint=REGISTERED_HINT)
    if not result.requires_grad:
        cut_off(trace, "weights").fail()
    ((result - target) ** 2).mean().backward()
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= 3 * parameter.grad

    step = 3 * 2 / target.numel() * (x @ weights + bias - target)
    new_weights, new_bias = weights - x.T @ step, bias - step.sum(0)
    assert_tensor(
        layer(x.clone()),
        x @ new_weights + new_bias,
        name="layer(x) after a step of gradient descent",
        lookalikes={
            "the step changed nothing: neither weights nor bias is trained": x @ weights + bias,
            "the bias is trained, the weights are not: `forward` goes on with the old weights, a stale copy of them "
            "perhaps": x @ weights + new_bias,
            "the weights are trained, the bias is not: `forward` goes on with the old bias, a stale copy of it perhaps": (
                x @ new_weights + bias
            ),
        },
        hint=(
            "Does `forward` use self.weights and self.bias themselves, made once in __init__ and never replaced or "
            "copied?"
        ),
    )

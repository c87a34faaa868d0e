"""The hidden checks of exercise4, logistic regression with its backward pass by hand.

Probabilities lie between 0.1 and 0.9 and tolerances near 1e-3, so that an honest epsilon in a formula costs nothing;
where probabilities are exactly 0 or 1, only what every honest clamp gives is asked for.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from grader.suite import assert_tensor, expect, fail, is_a, trying
from grader.suite.xray import misplaced

pytestmark = pytest.mark.forbid(
    "torch.Tensor.backward",
    "torch.autograd.backward",
    "torch.autograd.grad",
    "torch.autograd.functional",
    "torch.autograd.forward_ad.make_dual",  # not the whole module: printing a tensor runs its unpack_dual
    "torch.func.grad",
    "torch.func.grad_and_value",
    "torch.func.vjp",
    "torch.func.jvp",
    "torch.func.jacrev",
    "torch.func.jacfwd",
    "torch.func.hessian",
    "torch.func.linearize",
)
# Asked for in some checks only: a constructor that breaks this rule would otherwise lose every one of them.
without_requires_grad = pytest.mark.forbid("requires_grad=True")

# Its first use imports most of the compiler of torch, which takes seconds; time for the rule to be named.
first_use_of_torch_func = pytest.mark.limit(seconds=25)

STATE = "State without autograd"
FORWARD = "From scores to probabilities"
LOSS = "The loss"
CHAIN = "The chain rule by hand"
DESCENT = "Gradient descent"
STABLE = "Stability"
CLASSES = "Classes and accuracy"

# Numbers that get written down where the size of the batch belongs; none is a number of examples of these checks.
COMMON_BATCH_SIZES = (8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 500, 1000)

CPU = torch.device("cpu")
CLOSE = {"rtol": 1e-3, "atol": 1e-4}
# A clamp of probabilities at 1e-5, or of scores at 11, is nearer to 0 and 1 than this.
FAR_FROM_CERTAIN = 2e-5


def random_sizes() -> tuple[int, int]:
    """Return (dim, m) for 3 to 5 features and 7, 11 or 13 examples: no quotient of the two is 1/2, 1 or 2."""
    return int(torch.randint(3, 6, ())), (7, 11, 13)[int(torch.randint(3, ()))]


def sizes_of(dim: int, m: int) -> dict[str, int]:
    """Return the names of the sizes of a batch."""
    return {"the number of features": dim, "the number of examples": m}


def random_batch(dim: int, m: int, device: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return (x, yhat, y) of m examples; for m of 4 and more, yhat - y has a mean of at least 0.05 under any seed."""
    x = torch.randn(dim, m)
    yhat = 0.3 + 0.6 * torch.rand(1, m)
    y = torch.zeros(1, m)
    y[0, torch.randperm(m)[: max(1, m // 4)]] = 1
    return x.to(device), yhat.to(device), y.to(device)


def put(net: Any, name: str, value: torch.Tensor) -> None:
    """Set `w` or `b`, kept as a parameter or otherwise."""
    current = getattr(net, name)
    if isinstance(current, torch.nn.Parameter):
        with torch.no_grad():
            current.copy_(value)
    else:
        # A copy: what the student does in place to it later must not reach the value to compare with.
        setattr(net, name, value.clone())


def put_random_weights(net: Any, dim: int, device: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Set `w` and `b` to random values and return these."""
    w = torch.randn(dim, 1, device=device)
    b = torch.randn((), device=device) + 2
    put(net, "w", w)
    put(net, "b", b)
    return w, b


def expect_zeros(value: Any, name: str) -> None:
    """Fail the check where a tensor holds anything but zeros."""
    expect(
        not isinstance(value, torch.Tensor) or not value.any(),
        f"{name} does not start at zeros, but at random or other numbers",
        hint="Which function of torch makes a tensor of zeros? torch.empty holds whatever lay in memory.",
    )


def number_of(value: Any) -> float:
    """Return the number that a result stands for, whatever its type; NaN where there is none."""
    if isinstance(value, (int, float)) or (isinstance(value, torch.Tensor) and value.numel() == 1):
        return float(value)
    return math.nan


def run_backward(net: Any, x: torch.Tensor, yhat: torch.Tensor, y: torch.Tensor) -> None:
    """Call backward with copies, so that a change in place is the business of one check only."""
    try:
        net.backward(x.clone(), yhat.clone(), y.clone())
    except Exception:
        if works_after_forward(net, x, yhat, y):
            fail(
                "backward works only after a forward: it uses what forward has kept (cached) in the net, not the x that it is given",
                hint="Which names does backward read from self? x, yhat and y are its arguments, and need not be those of the last forward.",
            )
        raise


def works_after_forward(net: Any, x: torch.Tensor, yhat: torch.Tensor, y: torch.Tensor) -> bool:
    """Say whether backward raises nothing when forward was called before it."""
    try:
        net(x.clone())
        net.backward(x.clone(), yhat.clone(), y.clone())
    except Exception:  # the first exception is the one that is told
        return False
    return True


def gradient(net: Any, key: str) -> Any:
    """Return one entry of `grads`."""
    expect(hasattr(net, "grads"), "LR has no attribute grads", hint="Where does backward leave its gradients?")
    grads = net.grads
    zeros = "Zeros before backward was called."
    expect(grads is not None, "grads is None, not a dict", hint=zeros)
    expect(
        hasattr(grads, "keys"),
        "grads is not a dict",
        hint='grads is a dict with the entries "dw" and "db", each of which can be read by its key.',
    )
    expect(
        key in grads,
        f"grads has no entry {key!r}",
        hint='grads is a dict with the entries "dw" and "db".',
    )
    expect(grads[key] is not None, f'grads["{key}"] is None, not a tensor', hint=zeros)
    return grads[key]


def wrong_gradients(
    factor: torch.Tensor, yhat: torch.Tensor, y: torch.Tensor, dim: int, anew: torch.Tensor | float = 0.5
) -> dict[str, torch.Tensor]:
    """Return what the usual mistakes give where the right gradient is the mean over examples of `factor * (yhat - y)`.

    Args:
        factor: (dim, m) or (1, m), the inputs that each example's error is multiplied by.
        anew: what a forward pass gives, (1, m).
    """
    m = yhat.shape[1]
    slope = yhat * (1 - yhat)
    dz = yhat - y

    def mean(values: torch.Tensor) -> torch.Tensor:
        return (factor * values).mean(1, keepdim=True)

    squared = (
        "this is the gradient of the squared error, not of the cross-entropy: the derivative of the sigmoid is a "
        "factor too many"
    )
    downhill = (
        "the sign is wrong: it points downhill, as if the error were y - yhat, or as if yhat and y came in the other "
        "order"
    )
    return {
        "summed over the batch instead of averaged": mean(dz) * m,
        "summed over the batch and divided by dim, the number of features, not by the number of examples": (
            mean(dz) * m / dim
        ),
        "divided by dim as well as by the number of examples": mean(dz) / dim,
        "divided by the number of examples twice": mean(dz) / m,
        **{
            f"the sum over the batch is divided by a fixed {fixed}, whatever the number of examples": mean(dz)
            * m
            / fixed
            for fixed in COMMON_BATCH_SIZES
        },
        "divided by m - 1, one less than the number of examples": mean(dz) * m / (m - 1),
        downhill: -mean(dz),
        "the sign is wrong, and it is summed over the batch instead of averaged": -mean(dz) * m,
        squared: mean(dz * slope),
        f"{squared} (with its factor 2)": mean(2 * dz * slope),
        f"{squared}, and summed over the batch": mean(dz * slope) * m,
        f"{squared}, and summed over the batch instead of averaged": mean(2 * dz * slope) * m,
        "the chain rule is a link short: the derivative of the sigmoid is missing": mean(dz / slope),
        "the chain rule is a link short (the derivative of the sigmoid is missing), and it is summed over the batch": (
            mean(dz / slope) * m
        ),
        "the chain rule is a link short: the derivative of the loss by yhat is missing": mean(slope),
        "the derivative of the sigmoid is in it twice too often": mean(dz * slope * slope),
        "the derivative of the sigmoid is taken at yhat, which is a probability already: the sigmoid is applied a second time": (
            mean(dz / slope * torch.sigmoid(yhat) * (1 - torch.sigmoid(yhat)))
        ),
        "y is missing from the formula": mean(yhat),
        "yhat is missing from the formula": -mean(y),
        "only the term of the loss with y is derived; the one with 1 - y is missing": -mean(y * (1 - yhat)),
        "only the term of the loss with 1 - y is derived; the one with y is missing": mean((1 - y) * yhat),
        "it is computed from a new forward pass (recomputed), not from the yhat that backward is given": mean(anew - y),
        "yhat and y meet all against all, (m, m), where they should meet one by one: a broadcast of a row against a column": (
            mean(yhat.mean() - y)
        ),
        "yhat and y meet all against all, (m, m), where they should meet one by one: a broadcast of a column against a row": (
            mean(yhat - y.mean())
        ),
        "it is computed from predicted classes (0 or 1), not from the probabilities": mean((yhat > 0.5).float() - y),
        "the size of the errors is used, their sign is lost": mean(dz.abs()),
        "the errors are squared": mean(dz * dz),
        "only the first example is used": factor[:, :1] * dz[:, :1],
        "only the last example is used": factor[:, -1:] * dz[:, -1:],
        "only the last example is used, and divided by their number: is something assigned (=) in a loop that should be added (+=)?": (
            factor[:, -1:] * dz[:, -1:] / m
        ),
        **{
            f"only {share:g} of the gradient is there: are the gradients blended with those of the last call (a moving average), which they should replace?": (
                mean(dz) * share
            )
            for share in (0.1, 0.01, 0.2)
        },
        "it is halved": mean(dz) / 2,
        "it is doubled": mean(dz) * 2,
        "lr is multiplied in already; that is the work of optimize": mean(dz) * 0.37,
        "the sigmoid is applied a second time, to yhat, which is a probability already": mean(torch.sigmoid(yhat) - y),
        "it is zero: backward leaves grads as they were, so nothing is stored in self.grads": torch.zeros_like(mean(dz)),
    }


@pytest.mark.points(0.25)
@pytest.mark.concept(STATE)
@without_requires_grad
def test_w_starts_as_zeros(student, device):
    """w is (dim, 1), zeros, float32, without gradient

    One feature a row, and a single column. Is w told that autograd does not train it?
    """
    for dim in (5, 1):
        net = student.LR(dim)
        expect(is_a(net, torch.nn.Module), "LR(...) is not an nn.Module", hint="What does the line `class LR(...)` inherit from?")
        net = net.to(device)

        expect(hasattr(net, "w"), "LR has no attribute w", hint="Does `__init__` make self.w?")
        w = net.w
        expect(
            not getattr(w, "requires_grad", False),
            "w has requires_grad=True: autograd records what is done with it",
            hint="An nn.Parameter wants gradients unless it is told not to; a buffer never does.",
        )
        expect_zeros(w, f"w of LR({dim})")
        shape = tuple(getattr(w, "shape", ()))
        expect(
            not (len(shape) == 2 and 1 in shape and dim not in shape),
            f"w of LR({dim}) has shape {shape}: it has not as many weights as there are features",
            hint="Where does the number of features come from: from the argument dim, or is it a fixed number?",
        )
        assert_tensor(
            w,
            torch.zeros(dim, 1, device=device),
            name=f"w of LR({dim})",
            lookalikes={
                "its shape is (1, dim): a row where a column is asked for": torch.zeros(1, dim, device=device),
                "its shape is (dim,): one dimension where two are asked for": torch.zeros(dim, device=device),
            },
        )


@pytest.mark.points(0.25)
@pytest.mark.concept(STATE)
@without_requires_grad
def test_b_starts_as_a_zero(student, device):
    """b is 0-D, zero, float32, without gradient

    A 0-D tensor has no dimension at all: its shape is (), not (1,). Is b told that autograd does not train it?
    """
    net = student.LR(3).to(device)

    expect(hasattr(net, "b"), "LR has no attribute b", hint="Does `__init__` make self.b?")
    b = net.b
    expect(
        not getattr(b, "requires_grad", False),
        "b has requires_grad=True: autograd records what is done with it",
        hint="An nn.Parameter wants gradients unless it is told not to; a buffer never does.",
    )
    expect_zeros(b, "b")
    assert_tensor(
        b,
        torch.zeros((), device=device),
        name="b",
        lookalikes={
            "its shape is (1,): one dimension where a 0-D tensor is asked for": torch.zeros(1, device=device),
            "its shape is (1, 1): two dimensions where a 0-D tensor is asked for": torch.zeros(1, 1, device=device),
        },
    )


@pytest.mark.points(0.25)
@pytest.mark.concept(STATE)
def test_grads_start_as_zeros(student, device):
    """grads holds zeros with the shapes of w and b

    What can be read from grads before backward was ever called?
    """
    net = student.LR(4)
    other = student.LR(4)
    x, yhat, y = random_batch(4, 6, torch.device("cpu"))

    run_backward(other, x, yhat, y)

    kept = {key: gradient(other, key) for key in ("dw", "db")}
    before = {key: value.clone() if isinstance(value, torch.Tensor) else None for key, value in kept.items()}
    newest = gradient(student.LR(4), "db")
    expect(
        not isinstance(newest, torch.Tensor) or not torch.allclose(newest.to(yhat), (yhat - y).mean()),
        "grads is shared: a new LR has the gradients that another net has computed",
        hint="Is grads an attribute of the class, one dict for all nets, or one that each net makes for itself in __init__?",
    )
    for key, value in before.items():
        now = gradient(other, key)
        expect(
            value is None or (isinstance(now, torch.Tensor) and torch.equal(now, value)),
            "grads is shared: the gradients of one LR are others once another LR is made",
            hint="Is grads an attribute of the class, one dict for all nets, or one that each net makes for itself in __init__?",
        )
    for key, shape in (("dw", (4, 1)), ("db", ())):
        expect_zeros(gradient(net, key), f'grads["{key}"] of a new LR(4)')
        assert_tensor(
            gradient(net, key),
            torch.zeros(shape),
            name=f'grads["{key}"] of a new LR(4)',
            check_dtype=False,
            check_device=False,
        )


@pytest.mark.points(0.25)
@pytest.mark.concept(FORWARD)
def test_sigmoid(student, device):
    """sigmoid(z) is 1 / (1 + e^-z)

    What does it give for 0, for a large and for a very negative score?
    """
    net = student.LR(2).to(device)
    z = torch.cat([torch.randn(1, 5) - 2, torch.randn(1, 5) + 2, torch.tensor([[0.0]])], dim=1).to(device)

    assert_tensor(
        net.sigmoid(z.clone()),
        torch.sigmoid(z),
        name="sigmoid(z)",
        rtol=1e-4,
        atol=1e-5,
        lookalikes={
            "this is the sigmoid of -z: a sign in the exponent is wrong": torch.sigmoid(-z),
            "this is tanh, which lies between -1 and 1": torch.tanh(z),
            "this is the derivative of the sigmoid": torch.sigmoid(z) * (1 - torch.sigmoid(z)),
            "this is a softmax over the batch: each example has its own probability": torch.softmax(z, dim=1),
            "this is e^-z / (1 + e^z)": torch.exp(-z) / (1 + torch.exp(z)),
            "this is 1 + e^-z: the reciprocal is missing, or parentheses (1 / 1 + e^-z divides before it adds)": 1 + torch.exp(-z),
            "this is the hardsigmoid, a piecewise linear approximation of the sigmoid": torch.nn.functional.hardsigmoid(z),
            "the maximum is subtracted first, as for a softmax; the sigmoid changes with such a shift": torch.sigmoid(z - z.max()),
            "this is 1 / e^-z: the 1 + is missing": torch.exp(z),
            "this is 1 / (1 - e^-z): a sign is wrong": 1 / (1 - torch.exp(-z)),
            "the sigmoid is applied twice": torch.sigmoid(torch.sigmoid(z)),
            "a power of 2, not of e": 1 / (1 + torch.pow(2.0, -z)),
            "a power of 10, not of e": 1 / (1 + torch.pow(10.0, -z)),
            "this is the logarithm of the sigmoid": torch.nn.functional.logsigmoid(z),
            "this is a relu": torch.relu(z),
            "this is z, unchanged": z,
            "the result is rounded to classes": torch.sigmoid(z).round(),
        },
    )


@pytest.mark.points(0.25)
@pytest.mark.concept(STABLE)
@pytest.mark.needs("test_sigmoid")
def test_sigmoid_of_large_scores(student, device):
    """sigmoid(z) is a number for large scores too

    `exp` of a large number is inf in float32, and inf / inf is NaN. Which form of the sigmoid never divides inf by inf?
    """
    net = student.LR(2).to(device)
    z = torch.tensor([[-1000.0, -300.0, -95.0, -40.0, 40.0, 95.0, 300.0, 1000.0]], device=device)

    with trying("sigmoid(z) for scores from -1000 to 1000, where e^z overflows"):
        result = net.sigmoid(z.clone())

    if isinstance(result, torch.Tensor):
        for sign, large in (("large", z > 0), ("very negative", z < 0)):
            expect(
                not (result.shape == z.shape and result[large].isnan().any()),
                f"sigmoid(z) is NaN for {sign} z",
                hint="`exp` overflows to inf in float32, and inf / inf is NaN. Which way round is the formula written?",
            )
        if result.shape == z.shape:
            gap = (result - (z > 0).float()).abs().max()
            expect(
                not FAR_FROM_CERTAIN < gap < 0.3,
                "sigmoid(z) does not come close to 0 and 1 for large scores: are the scores, or the result, clamped (clipped)?",
                hint="By how much does a clamp change what it clamps? At z = 40, 1 - sigmoid(z) is smaller than 1e-17.",
            )
    assert_tensor(result, (z > 0).float(), name="sigmoid(z) for large scores", rtol=FAR_FROM_CERTAIN, atol=FAR_FROM_CERTAIN)


@pytest.mark.points(0.5)
@pytest.mark.concept(FORWARD)
@pytest.mark.needs("test_w_starts_as_zeros", "test_b_starts_as_a_zero", "test_sigmoid")
def test_forward(student, device):
    """forward gives the probabilities, one a column

    Write the shapes under each factor: (?, ?) @ (?, ?) gives (1, m). Is b in it, and is the sigmoid the last step?
    """
    dim, m = random_sizes()
    for features, examples in ((dim, m), (dim, 1), (1, m), (1, 1)):
        net = student.LR(features).to(device)
        w, b = put_random_weights(net, features, device)
        x = torch.randn(features, examples, device=device)
        z = w.T @ x

        assert_tensor(
            net(x.clone()),
            torch.sigmoid(z + b),
            name=f"forward for x of shape ({features}, {examples})",
            rtol=1e-4,
            atol=1e-4,
            lookalikes={
                "these are the raw scores: the sigmoid is missing": z + b,
                "b is missing": torch.sigmoid(z),
                "b is added after the sigmoid": torch.sigmoid(z) + b,
                "b is subtracted": torch.sigmoid(z - b),
                "b is multiplied in, not added": torch.sigmoid(z * b),
                "the sign of w is turned round": torch.sigmoid(b - z),
                "this is the probability of class 0": torch.sigmoid(-z - b),
                "the sigmoid is applied twice": torch.sigmoid(torch.sigmoid(z + b)),
                "the probabilities are rounded to classes": (torch.sigmoid(z + b) > 0.5).float(),
                "this is a softmax over the batch: each example has its own probability": torch.softmax(z + b, dim=1),
                "this is tanh, not the sigmoid": torch.tanh(z + b),
                "w is not used: the features are added up as they are": torch.sigmoid(x.sum(0, keepdim=True) + b),
                "the features are averaged, not added up": torch.sigmoid(z / features + b),
                "neither w nor b is used": torch.full_like(z, 0.5),
                "w is not used, or an old one is (a stale copy from __init__): the score is b alone": torch.sigmoid(b).expand_as(z),
                "every probability is 1: a softmax over a single output, where the sigmoid belongs": torch.ones_like(z),
                "x is reshaped where it should be transposed, which mixes up features and examples": (
                    torch.sigmoid((x.reshape(examples, features) @ w).T + b)
                ),
                **{
                    f"only the first {count} features are used: is their number hard-coded, where dim says how many there are?": (
                        torch.sigmoid(w[:count].T @ x[:count] + b)
                    )
                    for count in range(1, features)
                },
                "one probability a feature: the products are not added up over the features": torch.sigmoid(w * x + b),
                "the shape is (m,): one dimension is lost, to a squeeze perhaps": torch.sigmoid(z + b)[0],
                "the shape is (m, 1): examples are columns": torch.sigmoid(z + b).T,
                **{f"the features are standardized first, by {words}": torch.sigmoid(w.T @ other + b) for words, other in standardized(x)},
            },
        )


def standardized(x: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
    """Return what is left of features, (dim, m), when the mean is subtracted and the standard deviation divided out, in the usual ways."""
    found = []
    for dim, words in ((1, "the mean and standard deviation of the batch, so an example depends on the others"), (0, "those of each example")):
        centred = x - x.mean(dim, keepdim=True)
        found.append((f"{words} (the mean alone)", centred))
        if x.shape[dim] > 1:
            found.append((words, centred / x.std(dim, keepdim=True)))
            found.append((f"{words} (of the whole, not of a sample)", centred / x.std(dim, unbiased=False, keepdim=True)))
    return found


@pytest.mark.points(0.5)
@pytest.mark.concept(STATE)
@pytest.mark.needs("test_forward")
def test_w_and_b_are_in_the_state_dict(student, remote, device):
    """w and b are saved, loaded and moved with the module, and grads follow them

    Print the keys of `net.state_dict()`. A tensor that is a plain attribute is not there, and `.to(device)` leaves it
    behind.
    """
    dim, m = random_sizes()
    net = student.LR(dim).to(device)
    x = torch.randn(dim, m, device=device)
    state = dict(net.state_dict())
    buffers = {str(name) for name, _ in net.named_buffers()}
    for name in ("w", "b"):
        why = (
            "it is a buffer that is not saved (persistent=False)"
            if name in buffers
            else "it is a plain attribute, neither a buffer nor a parameter"
        )
        expect(
            name in state,
            f"{name} is not in the state_dict: {why}",
            hint="How does a module learn of a tensor that belongs to it? See the section on state in the task text.",
        )
    w = torch.randn(dim, 1, device=device)
    b = torch.full_like(state["b"], 0.75)

    net.load_state_dict({**state, "w": w, "b": b})

    z = w.T @ x + 0.75
    assert_tensor(
        net(x.clone()),
        torch.sigmoid(z),
        name="forward after load_state_dict",
        rtol=1e-4,
        atol=1e-4,
        lookalikes={
            "forward does not use the w and b of the state_dict: it gave 0.5 after others were loaded": (
                torch.full_like(z, 0.5)
            ),
            "forward does not use the b of the state_dict": torch.sigmoid(z - 0.75),
            "forward does not use the w of the state_dict": torch.sigmoid(torch.full_like(z, 0.75)),
        },
    )
    net.eval()
    assert_tensor(
        net(x.clone()),
        torch.sigmoid(z),
        name="forward in eval mode",
        rtol=1e-4,
        atol=1e-4,
        lookalikes={"it gives classes, 0 and 1, in eval mode: forward gives probabilities in both modes": (z > 0).float()},
        hint="Nothing in this net depends on the mode. Which line asks for self.training?",
    )
    for fault in (
        misplaced(remote, student, "LR", x.cpu(), build=(dim,)),
        misplaced(remote, student, "loss", *random_batch(dim, m, CPU)[1:]),
        misplaced(remote, student, "predict", random_batch(dim, m, CPU)[1]),
    ):
        if fault is not None:
            fault.fail()
    elsewhere, batch = student.LR(dim), random_batch(dim, m, CPU)
    run_backward(elsewhere, *batch)
    if not bool(torch.count_nonzero(gradient(elsewhere, "dw"))):
        return  # nothing was stored, which another check says
    fault = misplaced(remote, student, "LR", *batch, build=(dim,), method="backward", attribute="grads")
    if fault is not None:
        fault.fail()


@pytest.mark.points(1)
@pytest.mark.concept(CHAIN)
@without_requires_grad
@first_use_of_torch_func
def test_dw(student, device):
    """dw is the gradient of the mean loss with respect to w

    The three questions of the task text: has dw the shape of w, is it a mean over the examples, and which sign has it?
    """
    dim, m = random_sizes()
    net = student.LR(dim, lr=0.37).to(device)
    w, b = put_random_weights(net, dim, device)
    x, yhat, y = random_batch(dim, m, device)

    run_backward(net, x, yhat, y)

    dz = yhat - y
    expect_no_penalty(gradient(net, "dw"), x @ dz.T / m, w)
    assert_tensor(
        gradient(net, "dw"),
        x @ dz.T / m,
        name='grads["dw"]',
        **CLOSE,
        sizes=sizes_of(dim, m),
        inputs={"x": x, "yhat": yhat, "y": y},
        lookalikes={
            **wrong_gradients(x, yhat, y, dim, anew=torch.sigmoid(w.T @ x + b)),
            "w stands where x belongs: this is the derivative of the score by x, not by w": w * dz.mean(),
            "w stands where x belongs, and it is summed over the batch": w * dz.sum(),
            "one gradient an example: the mean over the batch is missing": x * dz,
            "one gradient an example: the sum over the batch is missing, of which m would make a mean": x * dz / m,
            "x is missing: this is db for each feature": dz.mean().expand(dim, 1),
            "this is the gradient of b: have dw and db changed places?": dz.mean(),
            "it is averaged over the features too: each of them has its own gradient": (x * dz).mean(),
            "the features and the errors are averaged separately, before they are multiplied": (
                x.mean(1, keepdim=True) * dz.mean()
            ),
            "its shape is (1, dim), not that of w": dz @ x.T / m,
            "its shape is (dim,), not that of w": (x @ dz.T / m)[:, 0],
            "it is summed over the batch, and its shape is (1, dim), not that of w": dz @ x.T,
            "it is summed over the batch, and its shape is (dim,), not that of w": (x @ dz.T)[:, 0],
        },
    )


    x = 200 * x
    net = student.LR(dim, lr=0.37).to(device)
    run_backward(net, x, yhat, y)
    expected = x @ dz.T / m
    bounds = (0.5, 1.0, 2.0, 5.0, 10.0)
    assert_tensor(
        gradient(net, "dw"),
        expected,
        name='grads["dw"] for large features',
        lookalikes={
            **{f"it is clipped (clamped) to numbers between -{bound:g} and {bound:g}": expected.clamp(-bound, bound) for bound in bounds},
            **{f"it is clipped to a norm of {bound:g}": expected * bound / expected.norm() for bound in bounds},
        },
        hint="A gradient may be as large as the features make it: is it limited, or put on another scale?",
        **CLOSE,
    )


def expect_no_penalty(found: Any, expected: torch.Tensor, w: torch.Tensor) -> None:
    """Fail where a gradient is the right one and a part of w besides."""
    if not isinstance(found, torch.Tensor) or found.shape != expected.shape:
        return
    more = (found - expected.to(found)).flatten()
    # Within less than a degree of w or its opposite; an error that has nothing to do with w is so once in ten thousand.
    along_w = float(torch.cosine_similarity(more, w.to(more).flatten(), dim=0).abs()) > 0.9999
    pure_w = float(torch.cosine_similarity(found.flatten(), w.to(found).flatten(), dim=0).abs()) > 0.9999
    expect(
        float(more.norm()) < 1e-3 or not along_w or pure_w,
        'grads["dw"] holds a part that is proportional to w: a penalty (weight decay, L2 regularisation) is added to it',
        hint="The loss of the task is the mean binary cross-entropy alone. Does w itself occur in its gradient?",
    )


@pytest.mark.points(0.5)
@pytest.mark.concept(CHAIN)
@without_requires_grad
@first_use_of_torch_func
def test_db(student, device):
    """db is the gradient of the mean loss with respect to b

    The three questions of the task text: has db the shape of b, is it a mean over the examples, and which sign has it?
    """
    dim, m = random_sizes()
    net = student.LR(dim, lr=0.37).to(device)
    x, yhat, y = random_batch(dim, m, device)

    run_backward(net, x, yhat, y)

    dz = yhat - y
    ones = torch.ones_like(yhat)
    scalars = {mistake: value.reshape(()) for mistake, value in wrong_gradients(ones, yhat, y, dim).items()}
    assert_tensor(
        gradient(net, "db"),
        dz.mean(),
        name='grads["db"]',
        **CLOSE,
        sizes=sizes_of(dim, m),
        inputs={"yhat": yhat, "y": y},
        lookalikes={
            **scalars,
            "one gradient an example: the mean over the batch is missing": dz,
            "this is the gradient of w: have dw and db changed places?": x @ dz.T / m,
            "its shape is (1,), where b is 0-D": dz.mean().reshape(1),
            "its shape is (1, 1), where b is 0-D": dz.mean().reshape(1, 1),
            "it is summed over the batch, and its shape is (1,), where b is 0-D": dz.sum().reshape(1),
            "it is summed over the batch, and its shape is (1, 1), where b is 0-D": dz.sum().reshape(1, 1),
            "x is in it: how does the score move with b?": (x * dz).mean(),
            "x is in it, and it is a sum: how does the score move with b?": (x * dz).sum(),
            "x is in it, summed over the features: how does the score move with b?": (x * dz).sum() / m,
        },
    )


@pytest.mark.points(0.25)
@pytest.mark.concept(CHAIN)
@pytest.mark.needs("test_dw", "test_db")
def test_one_example_and_one_feature(student, device):
    """Gradients keep their shapes for one example and for one feature

    Does anything drop dimensions of size 1 (`squeeze`, an index), or is a size fixed?
    """
    dim, m = random_sizes()
    for features, examples in ((dim, 1), (1, m), (1, 1)):
        net = student.LR(features).to(device)
        x, yhat, y = random_batch(features, examples, device)

        run_backward(net, x, yhat, y)

        shown = f"for x of shape ({features}, {examples})"
        dz = yhat - y
        sizes = sizes_of(features, examples)
        assert_tensor(gradient(net, "dw"), x @ dz.T / examples, name=f'grads["dw"] {shown}', sizes=sizes, **CLOSE)
        assert_tensor(gradient(net, "db"), dz.mean(), name=f'grads["db"] {shown}', sizes=sizes, **CLOSE)


@pytest.mark.points(0.5)
@pytest.mark.concept(CHAIN)
@pytest.mark.needs("test_dw", "test_db")
def test_gradients_are_replaced(student, device):
    """Each backward replaces the gradients of the one before

    What is left in grads of the batch before: is something added to it?
    """
    dim, m = random_sizes()
    net = student.LR(dim).to(device)
    batches = [random_batch(dim, examples, device) for examples in (m, m + 3)]

    for x, yhat, y in batches:
        run_backward(net, x, yhat, y)

    (dw1, db1), (dw2, db2) = [(x @ (yhat - y).T / x.shape[1], (yhat - y).mean()) for x, yhat, y in batches]
    for key, first, second in (("dw", dw1, dw2), ("db", db1, db2)):
        assert_tensor(
            gradient(net, key),
            second,
            name=f'grads["{key}"] after a second backward',
            **CLOSE,
            sizes=sizes_of(dim, m + 3),
            lookalikes={
                "the gradients of both batches are accumulated, where the second should replace the first": first
                + second,
                "it is still the gradient of the first batch": first,
                "it is divided by the number of examples of the batch before, a stale one, not by that of its own": second * (m + 3) / m,
                "it is the average of both batches": (first + second) / 2,
                "the gradient of the first batch is subtracted": second - first,
            },
        )


@pytest.mark.points(0.5)
@pytest.mark.concept(STABLE)
@pytest.mark.needs("test_dw", "test_db")
def test_gradients_at_exactly_0_and_1(student, device):
    """Gradients are finite where yhat is exactly 0 or 1

    Which factor of the chain rule divides by yhat or by 1 - yhat? What is left of it when the product is simplified?
    And mind that in float32, 1 - 1e-8 is 1.
    """
    dim = 3
    net = student.LR(dim).to(device)
    for p in (0.0, 1.0):
        for target in (0.0, 1.0):
            x = torch.randn(dim, 4, device=device)
            yhat = torch.tensor([[p, 0.4, p, 0.6]], device=device)
            y = torch.tensor([[target, 0.0, target, 1.0]], device=device)

            run_backward(net, x, yhat, y)

            dw, db = gradient(net, "dw"), gradient(net, "db")
            finite = bool(torch.isfinite(dw).all() and torch.isfinite(db).all())
            expect(
                finite,
                f"grads are NaN or inf where yhat is exactly {p:.0f}",
                hint="A division by yhat or by 1 - yhat is a division by 0 there, and 0 / 0 or 0 * inf is NaN. What is "
                "left of these factors when the product is simplified? An epsilon must be one that float32 still sees "
                "next to 1.",
            )
            # One example, 0.004 away: an epsilon of 1e-5 in a denominator is within the tolerance, a clamp at 0.01 is not.
            net = student.LR(dim).to(device)
            near = torch.tensor([[abs(p - 0.004)]], device=device)
            run_backward(net, x[:, :1], near, y[:, :1])
            assert_tensor(
                gradient(net, "dw"),
                x[:, :1] @ (near - y[:, :1]).T,
                name=f'grads["dw"] where yhat is close to {p:.0f}',
                rtol=0,
                atol=4e-3 * float(x[:, :1].abs().max()),
                hint="Is yhat clamped by more than float32 needs, or an epsilon too large? The simplified product needs neither.",
            )
            # No example can pull by more than 1, whatever the clamp; 2 leaves room for a rough one.
            sane = bool((dw.abs() <= 2 * x.abs().max()).all() and db.abs() <= 2)
            expect(
                sane,
                f"grads are far too large where yhat is exactly {p:.0f}: the error of an example lies between -1 and 1",
                hint="A division by a number close to 0 is not undone by its counterpart. Simplify the product first.",
            )


@pytest.mark.points(0.25)
@pytest.mark.concept(DESCENT)
@pytest.mark.needs("test_w_starts_as_zeros", "test_b_starts_as_a_zero")
def test_backward_changes_only_grads(student, device):
    """backward leaves w, b and its inputs as they were

    Which line writes into a tensor that is not a gradient: `+=`, `-=`, `*=`, an assignment to an index, a trailing `_`?
    """
    dim, m = random_sizes()
    net = student.LR(dim).to(device)
    run_backward(net, *random_batch(dim, m, device))
    for name in ("w", "b"):
        grads = gradient(net, f"d{name}")
        shared = isinstance(grads, torch.Tensor) and torch.equal(getattr(net, name), grads)
        expect(
            shared or not bool(getattr(net, name).any()),
            f"backward changed {name}: it updates the weights itself, and each step is made twice once optimize is called",
            hint="backward only sets grads: the step belongs to optimize.",
        )
        expect(
            not bool(getattr(net, name).any()),
            f"backward changed {name}, which is still zero before the first step: do grads and {name} share one tensor (an alias)?",
            hint="`a = b` makes a second name, not a second tensor, and writing into it in place changes both.",
        )
    w, b = put_random_weights(net, dim, device)
    batch = random_batch(dim, m, device)
    copies = [tensor.clone() for tensor in batch]

    net.backward(*batch)

    for name, before in (("w", w), ("b", b)):
        expect(
            torch.equal(getattr(net, name), before),
            f"backward changed {name}: the step belongs to optimize",
            hint="backward only sets grads.",
        )
    for name, tensor, copy in zip(("x", "yhat", "y"), batch, copies, strict=True):
        expect(
            torch.equal(tensor, copy),
            f"backward changed its input {name} in place",
            hint="The caller still needs it; make a new tensor.",
        )
    (dw, x, dz) = (gradient(net, "dw"), batch[0], batch[1] - batch[2])
    expect(
        isinstance(dw, torch.Tensor) and bool(torch.count_nonzero(dw)) == bool(torch.count_nonzero(x @ dz.T)),
        "backward left grads at zero: what it computes is not stored in self.grads",
        hint="Under which name does backward put what it has computed?",
    )


def looks_like_one(value: Any, known: dict[str, torch.Tensor]) -> bool:
    """Say whether a value is what one of the known mistakes gives."""
    return isinstance(value, torch.Tensor) and any(
        value.shape == other.shape and torch.allclose(value.to(other), other, rtol=1e-4, atol=1e-6)
        for other in known.values()
    )


def put_aside(value: Any) -> Any:
    """Return a copy of a tensor, and anything else as it is."""
    return value.clone() if isinstance(value, torch.Tensor) else value


def same_as(value: Any, before: Any) -> bool:
    """Say whether a value is what it was when it was put aside."""
    return torch.equal(value, before) if isinstance(value, torch.Tensor) and isinstance(before, torch.Tensor) else value is before


def other_length(moved: Any, before: torch.Tensor, step: torch.Tensor, dim: int) -> dict[str, torch.Tensor]:
    """Return a lookalike that says how much too long or short a step of several numbers in the right direction is."""
    if not isinstance(moved, torch.Tensor) or moved.shape != before.shape or before.numel() < 2:
        return {}
    gone = before - moved.to(before)
    ratio = float((gone * step).sum() / (step * step).sum())
    if not math.isfinite(ratio) or ratio <= 0:
        return {}
    if abs(ratio * dim - 1) < 1e-2:
        return {"the step is divided by the number of features": before - step / dim}
    return {f"the step goes the right way, but is {ratio:.3g} times as long as it should be": before - ratio * step}


@pytest.mark.points(0.75)
@pytest.mark.concept(DESCENT)
@pytest.mark.needs("test_w_starts_as_zeros", "test_b_starts_as_a_zero")
def test_optimize(student, device):
    """optimize makes one step of gradient descent

    In which direction does the loss fall? How far is a step, and do w and b both make it? The step here is measured
    with the gradients that your own backward has left in grads.
    """
    dim, m = random_sizes()
    rates = (0.5 + float(torch.rand(())), None)
    for lr in rates:
        net = (student.LR(dim) if lr is None else student.LR(dim, lr=lr)).to(device)
        rate = 0.01 if lr is None else lr
        w, b = put_random_weights(net, dim, device)
        run_backward(net, *random_batch(dim, m, device))
        steps = {"w": put_aside(gradient(net, "dw")), "b": put_aside(gradient(net, "db"))}
        befores = {"w": w, "b": b}
        for name, step in steps.items():
            shape = tuple(befores[name].shape)
            expect(
                isinstance(step, torch.Tensor) and tuple(step.shape) == shape,
                f'grads["d{name}"] has not the shape {shape} of {name}, so no step can be made with it',
                hint=f"It must be as large as {name} itself, in each dimension.",
            )
            steps[name] = step.detach().to(device)

        net.optimize()

        shown = "with the default lr" if lr is None else f"with lr={lr:.3g}"
        fixed = (
            "the default of the learning rate (lr) is {}, not 0.01" if lr is None else "a fixed learning rate (lr) of {} is used, not the one given to LR"
        )
        first = {name: getattr(net, name).clone() for name in befores if isinstance(getattr(net, name), torch.Tensor)}
        for name, before in befores.items():
            step = steps[name]
            moved = getattr(net, name)
            known = {
                f"it did not move: `{name}` is not updated, the step was made on another tensor (a local variable, a copy), or its result is thrown away "
                "(such as that of w.sub(...), without an underscore)": before,
                "it moved uphill: the sign of the step is wrong (gradient ascent)": before + rate * step,
                **({} if lr is None else {"lr is not used: the step is the whole gradient": before - step}),
                "lr is not used, and the step goes uphill": before + step,
                **{fixed.format(other): before - other * step for other in (0.01, 0.1, 0.001, 0.05, 0.5)},
                **({fixed.format(1): before - step} if lr is None else {}),
                "lr is multiplied in twice": before - rate * rate * step,
                "it was divided by lr, not multiplied": before - step / rate,
                "the step was made twice": before - 2 * rate * step,
                "it is divided by the number of examples again": before - rate * step / m,
                "it was replaced by the step: the old value is lost": -rate * step,
                "it was replaced by the gradient": step,
                "it was scaled by 1 - lr * gradient, not moved": before * (1 - rate * step),
                "only the sign of the gradient is used": before - rate * step.sign(),
                "it moved by the gradient of b": before - rate * steps["b"],
                "it moved by the mean of dw": before - rate * steps["w"].mean(),
            }
            assert_tensor(
                moved,
                before - rate * step,
                name=f"{name} after optimize() {shown}",
                lookalikes=known if looks_like_one(moved, known) else other_length(moved, before, rate * step, dim),
            )
            expect(
                same_as(gradient(net, f"d{name}"), step),
                f'optimize changes grads["d{name}"]: what backward has left there is another tensor, or cleared, after the step',
                hint="Which line writes into grads in place (`*=`, `mul_`, `zero_`) or assigns to it? optimize only reads it.",
            )
            expect(
                not moved.requires_grad,
                f"after optimize() {name} has requires_grad=True: autograd records what is done with it from now on",
                hint="What does optimize assign: a new nn.Parameter wants gradients unless it is told not to.",
            )


        net.optimize()
        for name, before in first.items():
            moved, step = getattr(net, name), rate * steps[name]
            assert_tensor(
                moved,
                before - step,
                name=f"{name} after a second optimize()",
                lookalikes={
                    **other_length(moved, before, step, dim),
                    "it did not move: only the first step counts": before,
                },
                hint="Each step has the length lr times the gradient: does lr decay, or do grads change, from step to step?",
            )


@pytest.mark.points(0.5)
@pytest.mark.concept(LOSS)
def test_loss(student, device):
    """loss is the mean binary cross-entropy

    Two terms, one for each class; which sign, which logarithm, and a sum or a mean?
    """
    _, m = random_sizes()
    for examples in (m, 1):
        _, yhat, y = random_batch(2, examples, device)
        each = -(y * yhat.log() + (1 - y) * (1 - yhat).log())
        first, second = -(y * yhat.log()), -((1 - y) * (1 - yhat).log())
        expected = each.mean()
        certain = y.clamp(1e-7, 1 - 1e-7)
        swapped = -(yhat * certain.log() + (1 - yhat) * (1 - certain).log()).mean()

        assert_tensor(
            student.loss(yhat.clone(), y.clone()),
            expected,
            name=f"loss(yhat, y) for {examples} examples" if examples > 1 else "loss(yhat, y) for one example",
            **CLOSE,
            sizes={"the number of examples": examples},
            inputs={"yhat": yhat, "y": y},
            lookalikes={
                "summed over the batch instead of averaged": each.sum(),
                "the sign is wrong: a loss is not negative": -expected,
                "the sign is wrong, and it is summed over the batch instead of averaged": -each.sum(),
                "the logarithm to base 2, not the natural one": expected / math.log(2),
                "the logarithm to base 10, not the natural one": expected / math.log(10),
                "this is the mean squared error, not the cross-entropy": ((yhat - y) ** 2).mean(),
                "this is half the mean squared error, not the cross-entropy": ((yhat - y) ** 2).mean() / 2,
                "this is the summed squared error, not the cross-entropy": ((yhat - y) ** 2).sum(),
                "this is the mean absolute error, not the cross-entropy": (yhat - y).abs().mean(),
                "the term for class 0, with 1 - y, is missing": first.mean(),
                "the term for class 1, with y, is missing": second.mean(),
                "one term is subtracted from the other, not added": (first - second).mean(),
                "one term is subtracted from the other, with the wrong sign": (second - first).mean(),
                "yhat and y have changed places": torch.nn.functional.binary_cross_entropy(y, yhat),
                "yhat and y have changed places (swapped), so the logarithm is taken of y": swapped,
                "the classes have changed places: y goes with log(1 - yhat)": (
                    -(y * (1 - yhat).log() + (1 - y) * yhat.log()).mean()
                ),
                "the sigmoid is applied a second time: yhat holds probabilities already, not logits": (
                    torch.nn.functional.binary_cross_entropy_with_logits(yhat, y)
                ),
                "this is the cross-entropy of a softmax over the batch, not the binary cross-entropy": (
                    torch.nn.functional.cross_entropy(yhat, y)
                ),
                "log(yhat) is used for both classes": -(y * yhat.log() + (1 - y) * yhat.log()).mean(),
                "log1p(yhat) is used where log(1 - yhat) belongs": (
                    -(y * yhat.log() + (1 - y) * torch.log1p(yhat)).mean()
                ),
                "log1p(1 - yhat) is used, which is log(2 - yhat), where log(1 - yhat) belongs": (
                    -(y * yhat.log() + (1 - y) * torch.log1p(1 - yhat)).mean()
                ),
                **{
                    f"the labels are smoothed (label smoothing of {share:g}): they are no longer 0 and 1": torch.nn.functional.binary_cross_entropy(
                        yhat, y * (1 - share) + share / 2
                    )
                    for share in (0.02, 0.1, 0.2)
                },
                "it is the mean of the log of the errors": -(1 - (yhat - y).abs()).mean().log(),
                "it is half the loss: divided by 2m, not by m": expected / 2,
                "divided by the number of examples twice": expected / examples,
                "divided by one less than the number of examples": each.sum() / max(examples - 1, 1),
                "one loss an example: the mean is missing": each,
                "its shape is (1,), where a 0-D tensor is asked for": expected.reshape(1),
                "its shape is (1, 1), where a 0-D tensor is asked for": expected.reshape(1, 1),
                "it is summed over the batch, and its shape is (1,)": each.sum().reshape(1),
                "it is summed over the batch, and its shape is (1, 1)": each.sum().reshape(1, 1),
                "this is the exponential of the loss": expected.exp(),
            },
        )


@pytest.mark.points(0.5)
@pytest.mark.concept(STABLE)
@pytest.mark.needs("test_loss")
def test_loss_at_exactly_0_and_1(student, device):
    """loss is finite where yhat is exactly 0 or 1

    log(0) is -inf, and 0 * -inf is NaN, even for an example that is predicted rightly. And mind that in float32,
    1 - 1e-8 is 1.
    """
    values = {}
    for p in (0.0, 1.0):
        for target in (0.0, 1.0):
            yhat = torch.tensor([[p, 0.5, p, p]], device=device)
            y = torch.tensor([[target, 1.0, target, target]], device=device)

            value = student.loss(yhat.clone(), y.clone())

            number = float(value)
            case = f"yhat is exactly {p:.0f} and y is {target:.0f}"
            expect(
                not math.isnan(number),
                f"the loss is NaN where {case}",
                hint="0 * log(0) is NaN, and one NaN in a mean makes all of it NaN. What must log never be given? "
                "An epsilon must be one that float32 still sees next to 1.",
            )
            expect(
                not math.isinf(number),
                f"the loss is infinite where {case}",
                hint="log(0) is -inf. What must log never be given? An epsilon must be one that float32 still sees "
                "next to 1.",
            )
            values[p, target] = number
    for p in (0.0, 1.0):
        # The example with yhat of 0.5 gives log(2) / 4; a clamp leaves the others near 0, or far above 1.
        expect(
            abs(values[p, p] - math.log(2) / 4) < 0.05,
            f"the loss is {values[p, p]:.3g} for three certain and right examples (yhat and y exactly {p:.0f}) and one "
            "with yhat = 0.5; the certain ones should add next to nothing",
            hint="Which examples does the clamp change, and by how much?",
        )
        expect(
            values[p, 1 - p] > values[p, p] + 1,
            f"the loss of certain but wrong examples (yhat exactly {p:.0f}, y {1 - p:.0f}) is no larger than that of "
            "right ones",
            hint="To be certain and wrong must cost most. Is an infinite term replaced by 0, or left out?",
        )


@pytest.mark.points(0.5)
@pytest.mark.concept(CLASSES)
def test_predict(student, device):
    """predict gives 1.0 where yhat is above 0.5, else 0.0

    Which class has a yhat of exactly 0.5? Which dtype and shape has the result?
    """
    _, m = random_sizes()
    yhat = torch.cat([torch.rand(1, m), torch.tensor([[0.5, 0.499, 0.501, 0.0, 1.0]])], dim=1).to(device)
    before = yhat.clone()
    expected = (yhat > 0.5).float()

    classes = student.predict(yhat)

    # float64 holds 0.0 and 1.0 as well; what is asked for is a float.
    if isinstance(classes, torch.Tensor) and classes.is_floating_point():
        classes = classes.float()
    if isinstance(classes, torch.Tensor) and classes.dtype == torch.bool:
        expect(
            False, "predict gives True and False (dtype bool), not 0.0 and 1.0", hint="Which dtype has a comparison?"
        )
    assert_tensor(
        classes,
        expected,
        name="predict(yhat)",
        lookalikes={
            "a yhat of exactly 0.5 is class 1 here; only above 0.5 it should be": (before >= 0.5).float(),
            "the classes have changed places": 1 - expected,
            "the classes have changed places, and 0.5 itself counts as class 1 no more": (before < 0.5).float(),
            "the classes are -1 and 1, not 0 and 1": 2 * expected - 1,
            "the values are -1, 0 and 1 (a sign), not 0 and 1": torch.sign(before - 0.5),
            "the threshold is 0, as for raw scores, not 0.5": (before > 0).float(),
            "the sigmoid is applied a second time, to yhat, which is a probability already": (torch.sigmoid(before) > 0.5).float(),
            "every example is class 1": torch.ones_like(expected),
            "every example is class 0 (an argmax over a single row is always 0; one output needs a threshold)": torch.zeros_like(expected),
            "what is above the threshold keeps its value, where it becomes 1.0": before * expected,
            "yhat is returned as it is": before,
            "only probabilities of exactly 1 are class 1: are they turned into integers?": before.floor(),
            "everything above 0 is class 1: is it rounded up?": before.ceil(),
            "the threshold is the mean of the batch, not 0.5": (before > before.mean()).float(),
            "only the most probable example is class 1": (before == before.max()).float(),
            "the shape is (m,): one dimension is lost": expected[0],
            "the shape is (m, 1): examples are columns": expected.T,
        },
    )
    expect(
        torch.equal(yhat, before),
        "predict changed yhat in place",
        hint="The caller still needs the probabilities; make a new tensor.",
    )


@pytest.mark.points(0.5)
@pytest.mark.concept(CLASSES)
@pytest.mark.needs("test_predict")
def test_accuracy(student, device):
    """accuracy is the percentage of right classes, a Python float

    Classes are compared with classes, and the share of right ones is in percent.
    """
    # With three examples wrong, none of these numbers of examples gives a whole percentage.
    examples = (13, 17, 19)[int(torch.randint(3, ()))]
    y = torch.zeros(1, examples)
    y[0, : examples // 2] = 1
    yhat = torch.where(y == 1, 0.55 + 0.4 * torch.rand(1, examples), 0.05 + 0.4 * torch.rand(1, examples))
    # Two of class 1 and one of class 0 wrong, one of class 0 on the border, which counts as class 0.
    for place, value in ((0, 0.2), (1, 0.3), (examples - 2, 0.9), (examples - 1, 0.5)):
        yhat[0, place] = value
    yhat, y = yhat.to(device), y.to(device)
    right = examples - 3
    expected = 100 * right / examples

    value = student.accuracy(yhat.clone(), y.clone())

    border = "yhat of exactly 0.5 counts as class 1: is `>=` used?"
    predicted = (yhat > 0.5).float()
    ones = predicted.sum().item()
    named = {
        "it is a fraction between 0 and 1, not in percent": expected / 100,
        "it is the number of right examples, not their percentage": right,
        "it is the share of wrong examples (the error rate), not of right ones": 100 - expected,
        "it is the share of wrong examples, as a fraction": 1 - expected / 100,
        border: 100 * (right - 1) / examples,
        "it is a fraction between 0 and 1, not in percent, and " + border: (right - 1) / examples,
        "it is 0, as if the probabilities themselves were compared with the classes y, without a threshold (predict), or as if whole "
        "tensors were compared (torch.equal, all), where each example counts": 0.0,
        "it is rounded to a whole percentage": round(expected),
        "it is rounded down to a whole percentage": math.floor(expected),
        "it is the share of examples predicted as class 1, y is not used": 100 * ones / examples,
        "only examples of class 1 are counted as right": 100 * (predicted * y).sum().item() / examples,
        "only the right examples of class 1 are counted (recall)": 100 * (predicted * y).sum().item() / y.sum().item(),
        "only the examples predicted as class 1 are counted (precision)": 100
        * (predicted * y).sum().item()
        / max(ones, 1),
        "it is divided by the number of rows, 1, not by the number of examples": 100.0 * right,
        "it is always 100": 100.0,
        "it is multiplied by 100 twice": 100 * expected,
        "all examples are compared with all, (m, m): a broadcast of a row against a column": (
            100 * (predicted == y.T).float().mean().item()
        ),
        "all examples are compared with all, (m, m), and counted as one batch: a broadcast of a row against a column": (
            100 * (predicted == y.T).float().sum().item() / examples
        ),
        "the probabilities are compared themselves, by the size of their errors: the predicted classes are not": 100 * (1 - (yhat - y).abs().mean().item()),
    }
    number = number_of(value)
    close = abs(number - expected) < 0.01
    mistakes = [text for text, wrong in named.items() if abs(wrong - number) < 1e-3 * max(1.0, abs(wrong))]
    expect(
        close or not mistakes,
        f"accuracy(yhat, y): {mistakes[0] if mistakes else ''}",
        hint="How many predicted classes agree with y, of how many examples?",
    )
    words = "a 0-D tensor" if torch.is_tensor(value) else f"of the type {type(value).__name__}"
    expect(
        isinstance(value, float) and not isinstance(value, bool),
        f"accuracy(yhat, y) is {words}, not a Python float",
        hint="How does a tensor with one element become a Python number?",
    )
    expect(
        close,
        f"accuracy(yhat, y) is {number:.4g}, where {right} of {examples} examples are right",
        hint="How many classes agree, of how many examples? In percent, not rounded.",
    )
    for flip, whole in ((False, 100.0), (True, 0.0)):
        one = torch.tensor([[0.8]], device=device)
        got = student.accuracy(one, torch.zeros_like(one) if flip else torch.ones_like(one))
        expect(
            isinstance(got, float) and abs(got - whole) < 0.01,
            f"accuracy is {got!r} ({type(got).__name__}) for a single example that is {'wrong' if flip else 'right'}",
            hint="A Python float in every case, 0.0 and 100.0 too.",
        )


@pytest.mark.points(0.25)
@pytest.mark.concept(CLASSES)
@pytest.mark.needs("test_forward", "test_loss", "test_accuracy")
def test_inputs_are_left_as_they_were(student, device):
    """forward, loss and accuracy leave their inputs as they were

    An operator such as `-=`, an assignment to an index, a trailing `_` or `out=` writes into the tensor itself.
    """
    dim, m = random_sizes()
    net = student.LR(dim).to(device)
    x, yhat, y = random_batch(dim, m, device)
    yhat[0, :2] = torch.tensor([0.0, 1.0], device=device)
    x0, yhat0, y0 = x.clone(), yhat.clone(), y.clone()
    hint = "The caller still needs it; make a new tensor."

    net(x)
    expect(torch.equal(x, x0), "forward changed x in place", hint=hint)
    student.loss(yhat, y)
    expect(torch.equal(yhat, yhat0) and torch.equal(y, y0), "loss changed one of its inputs in place", hint=hint)
    student.accuracy(yhat, y)
    expect(torch.equal(yhat, yhat0) and torch.equal(y, y0), "accuracy changed one of its inputs in place", hint=hint)
    z = 4 * yhat
    z0 = z.clone()
    net.sigmoid(z)
    expect(torch.equal(z, z0), "sigmoid changed z in place", hint=hint)


@pytest.mark.points(0.25)
@pytest.mark.concept(DESCENT)
@pytest.mark.needs(
    "test_w_and_b_are_in_the_state_dict",
    "test_forward",
    "test_gradients_are_replaced",
    "test_optimize",
    "test_loss",
)
@without_requires_grad
def test_training(student, device):
    """Forward, backward and optimize in turn learn from data

    Each step must use the weights that the step before has left.
    """
    dim, m = random_sizes()
    lr = 0.8
    net = student.LR(dim, lr=lr).to(device)
    w, b = torch.zeros(dim, 1, device=device), torch.zeros((), device=device)
    x, _, y = random_batch(dim, m, device)

    for _ in range(6):
        run_backward(net, x, net(x.clone()), y)
        net.optimize()
        dz = torch.sigmoid(w.T @ x + b) - y
        w, b = w - lr * (x @ dz.T) / x.shape[1], b - lr * dz.mean()

    hint = "Does each part work with the same w, b and grads?"
    assert_tensor(net.w, w, name="w after 6 steps", rtol=1e-2, atol=1e-3, hint=hint)
    assert_tensor(net.b, b, name="b after 6 steps", rtol=1e-2, atol=1e-3, hint=hint)
    assert_tensor(dict(net.state_dict())["w"], w, name="w in the state_dict after 6 steps", rtol=1e-2, atol=1e-3)
    expected = torch.nn.functional.binary_cross_entropy(torch.sigmoid(w.T @ x + b), y)
    assert_tensor(student.loss(net(x), y), expected, name="the loss after 6 steps", rtol=1e-2, atol=1e-3, hint=hint)

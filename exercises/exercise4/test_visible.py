"""The checks of exercise4 that you may read; the hidden ones use other inputs."""

from __future__ import annotations

import math

import pytest
import torch

from grader.suite import assert_tensor, expect

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


@pytest.mark.points(0.5)
@pytest.mark.concept("From scores to probabilities")
def test_a_new_net_is_undecided(student, device):
    """A new LR gives 0.5 for every example

    With w and b zero, every score is 0. What is the sigmoid of 0?
    """
    net = student.LR(2).to(device)
    x = torch.tensor([[1.0, 2.0, -1.0], [0.0, 3.0, 4.0]], device=device)

    assert_tensor(net(x), torch.full((1, 3), 0.5, device=device), name="LR(2)(x)")


@pytest.mark.points(0.5)
@pytest.mark.concept("The chain rule by hand")
def test_gradients_of_a_small_batch(student, device):
    """The gradients of two examples

    Follow the three questions of the task text: shape, size, sign.
    """
    net = student.LR(3).to(device)
    x = torch.tensor([[1.0, 0.0], [2.0, 4.0], [-1.0, 0.0]], device=device)
    yhat = torch.tensor([[0.75, 0.5]], device=device)
    y = torch.tensor([[1.0, 0.0]], device=device)

    net.backward(x, yhat, y)

    dw = torch.tensor([[-0.125], [0.75], [0.125]], device=device)
    assert_tensor(net.grads["dw"], dw, name='grads["dw"]', rtol=1e-3, atol=1e-4)
    assert_tensor(net.grads["db"], torch.tensor(0.125, device=device), name='grads["db"]', rtol=1e-3, atol=1e-4)


@pytest.mark.points(0.5)
@pytest.mark.concept("The loss")
def test_loss_and_accuracy_of_three_examples(student, device):
    """loss and accuracy of three examples

    The loss is a mean with the natural logarithm; accuracy is in percent.
    """
    yhat = torch.tensor([[0.5, 0.75, 0.25]], device=device)
    y = torch.tensor([[1.0, 1.0, 0.0]], device=device)

    expected = (math.log(2) - 2 * math.log(0.75)) / 3
    value = student.loss(yhat, y)
    assert_tensor(value, torch.tensor(expected, device=device), name="loss(yhat, y)", rtol=1e-3, atol=1e-4)

    right = student.accuracy(yhat, y)
    expect(isinstance(right, float), f"accuracy(yhat, y) is of type {type(right).__name__}, not a Python float")
    expect(abs(right - 200 / 3) < 0.01, f"accuracy(yhat, y) is {right:.4g} where two of three examples are right")

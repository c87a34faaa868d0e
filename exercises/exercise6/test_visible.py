"""The checks of exercise 6 that everybody may read."""

from __future__ import annotations

import pytest
import torch

from grader.suite import assert_tensor, expect, type_name


@pytest.mark.points(0.75)
@pytest.mark.concept("state_dict against pickling")
def test_a_saved_net_gives_the_same_scores_when_loaded(student, remote, device):
    """A net that was saved and loaded gives the same scores

    Save a TinyNet, load the file into a second one, and compare what both say to the same `x`.
    """
    saved = remote.tiny_net.TinyNet().to(device).eval()
    loaded = remote.tiny_net.TinyNet().to(device).eval()
    x = torch.randn(6, 4, device=device)
    before = loaded(x).detach()
    path = str(remote.scratch / "net.pt")

    student.save(saved, path)
    result = student.load(loaded, path, device=str(device))

    expect(
        result is not None,
        "load returns None: there is nothing to call after net = load(net, path)",
        hint="What does the last line of load hand back to its caller?",
    )
    assert_tensor(
        loaded(x).detach(),
        saved(x).detach(),
        name="the scores of the net that load was given",
        lookalikes={"the same as before load: the net was not filled from the file": before},
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Optimizer state")
def test_the_epoch_comes_back(student, remote, device):
    """A checkpoint gives back its epoch

    The epoch that went into save_checkpoint is the number that load_checkpoint returns.
    """
    net = remote.tiny_net.TinyNet().to(device)
    optimizer = remote.torch.optim.SGD(net.parameters(), lr=0.1)
    path = str(remote.scratch / "training.pt")

    student.save_checkpoint(path, net, optimizer, 7)
    epoch = student.load_checkpoint(path, net, optimizer, str(device))

    expect(epoch is not None, "load_checkpoint returns None, and not the epoch", hint="Is there a return at its end?")
    expect(
        isinstance(epoch, int),
        f"load_checkpoint returns a value of type {type_name(epoch)}, the epoch is an int",
        hint="Of all that is in the file, which value is the caller to get back?",
    )
    expect(
        epoch not in (6, 8),
        f"the epoch is off by one: 7 was saved, load_checkpoint returns {epoch!r}",
        hint="The caller wants the epoch that was saved; counting on is the caller's own business.",
    )
    expect(
        epoch == 7,
        f"load_checkpoint returns {epoch!r} for a checkpoint of epoch 7",
        hint="Which way does the number take: from the argument of save_checkpoint into the file, and then to the return?",
    )

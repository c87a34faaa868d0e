"""The checks of exercise5 that you may read; the hidden ones use other inputs."""

from __future__ import annotations

import pytest
import torch

from grader.suite import assert_tensor, expect


@pytest.mark.points(0.5)
@pytest.mark.concept("Shapes and logits")
def test_scores_have_the_right_shape(student, device):
    """Eight images get ten scores each

    Print x.shape after every layer of `forward`: where does it leave the plan of the task text?
    """
    net = student.NeuralNet().to(device)

    scores = net(torch.randn(8, 1, 28, 28, device=device))

    expect(isinstance(scores, torch.Tensor), "forward returns no tensor", hint="Does it return the scores alone?")
    expect(
        scores.shape == (8, 10),
        f"for 8 images the scores have shape {tuple(scores.shape)}, not (8, 10)",
        hint="The first dimension is the image, the second the class.",
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("The training loop")
def test_the_loss_falls(student, remote, device):
    """train returns one loss an epoch, and the loss falls

    A linear net can learn these few images by heart. Does each batch lead to a step of the optimizer?
    """
    net = remote.torch.nn.Sequential(remote.torch.nn.Flatten(), remote.torch.nn.Linear(784, 10))
    loader = remote.loader(0.1 * torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,)), batch_size=16)

    losses = student.train(net, loader, epochs=4, lr=0.02, device=str(device))

    expect(
        isinstance(losses, list),
        f"train returns {type(losses).__name__}, not a list with one loss an epoch",
        hint="At which depth does `return` stand, and what does it return?",
    )
    expect(
        len(losses) == 4,
        f"for 4 epochs train returns {len(losses)} losses",
        hint="One number an epoch: at which depth is it put into the list, and does the loop run `epochs` times?",
    )
    expect(
        all(isinstance(loss, float) for loss in losses),
        "the losses are not Python floats",
        hint="A tensor keeps its graph alive. Which method gives its plain number?",
    )
    expect(losses[-1] < losses[0], f"the loss does not fall: it begins at {losses[0]:.4f} and ends at {losses[-1]:.4f}")


@pytest.mark.points(0.5)
@pytest.mark.concept("Accuracy")
def test_evaluate_returns_a_fraction(student, remote, device):
    """Nine right of twelve is 0.75

    What is counted, and what is it divided by?
    """
    net = remote.torch.nn.Sequential(remote.torch.nn.Flatten(), remote.torch.nn.Linear(784, 10))
    net.load_state_dict({"1.weight": torch.eye(10, 784), "1.bias": torch.zeros(10)})
    seen = torch.randint(0, 10, (12,))  # this net takes the pixel that is lit for the class
    images = torch.eye(784)[seen].view(12, 1, 28, 28)
    labels = torch.where(torch.arange(12) < 9, seen, (seen + 1) % 10)

    accuracy = student.evaluate(net, remote.loader(images, labels, batch_size=4), device=str(device))

    expect(
        isinstance(accuracy, float),
        f"evaluate returns {type(accuracy).__name__}, not a Python float",
        hint="Which method gives the plain number of a tensor?",
    )
    expect(
        abs(accuracy - 75) > 0.01,
        "evaluate returns a percentage, not a fraction",
        hint="The accuracy is asked for in [0, 1].",
    )
    expect(abs(accuracy - 0.75) < 1e-4, f"9 of 12 images are recognised, and evaluate returns {accuracy:g}")


@pytest.mark.points(0.5)
@pytest.mark.concept("Training data and test data")
def test_loaders_serve_normalised_images(student, remote, device, check_seed):
    """The test loader's first batch has 128 images with pixels from -1 to 1

    One transform makes a tensor of an image, another one normalises its single channel: in which order do they come, and
    which numbers do they get? (The files at `root` have made-up images in them, as many as FashionMNIST has.)
    """
    seed = check_seed % 1_000_000
    root = str(remote.scratch / "clothes")
    remote.module("grader.worker.datasets").write_synthetic_root(root, seed)

    loaders = student.make_loaders(root)
    expect(
        isinstance(loaders, (tuple, list)) and len(loaders) == 2,
        "make_loaders is to return a pair, (train_loader, test_loader), and does not",
        hint="Is there a `return` at its end, with both loaders?",
    )
    _, test_loader = loaders
    images, labels = remote.module("grader.worker.probes").first_batches(test_loader, 1)[0]
    expect(
        images.shape == (128, 1, 28, 28) and labels.shape == (128,),
        f"a batch has images of shape {tuple(images.shape)} and labels of shape {tuple(labels.shape)}",
        hint="A DataLoader makes batches; they should be (128, 1, 28, 28) and (128,) where batch_size is left out.",
    )
    ends = torch.stack([images.min(), images.max()]).float().cpu()
    assert_tensor(
        ends,
        torch.tensor([-1.0, 1.0]),
        name="smallest and largest pixel",
        atol=1e-3,
        lookalikes={
            "the pixels lie in [0, 1]: they are not normalised": torch.tensor([0.0, 1.0]),
            "they are normalised with the mean and standard deviation of another data set (MNIST)": torch.tensor(
                [-0.4242, 2.8215]
            ),
            "the pixels lie in [0, 255]: they are as the files have them, neither scaled nor normalised": torch.tensor([0.0, 255.0]),
        },
        hint="Which transforms turn an image into a tensor and move its pixels to [-1, 1]?",
    )

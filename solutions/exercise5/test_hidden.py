"""The hidden checks of exercise5. Training and evaluation loops are judged by X-rays (grader/suite/xray) of a net that notes what they do."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
import torch.nn.functional as F

from grader.suite import assert_tensor, award_band, evidence, expect, fail, fashion_mnist_labels, is_a, note, trying
from grader.suite.xray import (
    count_faults,
    cut_off,
    make_task,
    misplaced_state,
    other_losses,
    training_faults,
    ways_to_add,
    ways_to_count,
    wrong_loss,
    xray_evaluation,
    xray_training,
)

IMAGE = (1, 28, 28)
CLASSES = 10
LARGEST_NET = 2_000_000
# Half precision (autocast) is free in a training loop; it changes these losses by up to 1 percent.
LOSS_TOLERANCE = 0.02
TINY_LR = 1e-9  # so small that no optimizer moves a weight by anything that shows in a loss
BANDS = {0.70: 0.5, 0.78: 1.0, 0.83: 1.5}
MEDALS = {0.90: "gold", 0.88: "silver"}
STEPS_AN_EPOCH = 469
LONGEST_RECIPE = 5
NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


# The net


@pytest.mark.points(0.25)
@pytest.mark.concept("Train and eval mode")
def test_the_net_is_steady_in_eval_mode(student, device):
    """In eval mode the same images get the same scores twice

    Print x.shape after every layer of `forward`: does each layer get what it expects?
    """
    net = student.NeuralNet().to(device)
    with trying("net.eval(), which calls net.train(False): does your class have a `train` of its own in the place of nn.Module's?"):
        net.eval()
    x = torch.randn(6, 1, 28, 28, device=device)

    with trying("images of shape (N, 1, 28, 28)"):
        first, second = scores_of(net, x), scores_of(net, x)

    expect(
        first.shape == second.shape and torch.allclose(first, second, rtol=1e-3, atol=1e-5, equal_nan=True),
        "in eval mode two passes over the same images give different scores: something random still runs (dropout?), "
        "or layers are drawn anew in forward",
        hint="Dropout should rest in eval mode; F.dropout does so only if it is told the mode, and a layer that is built "
        "anew in every forward never knows it. Are all layers made in __init__?",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Shapes and logits")
@pytest.mark.needs("test_the_net_is_steady_in_eval_mode")
def test_each_image_is_scored_by_itself(student, device):
    """Any number of images gets ten scores each, and every image its own

    Which step mixes the dimension of the images with another one, or drops it? Print x.shape after every layer, once
    for one image and once for several.
    """
    net = student.NeuralNet().to(device)
    net.eval()
    count = int(torch.randint(3, 8, ()))
    x = torch.randn(count, 1, 28, 28, device=device)

    together = scores_of(net, x)
    expect_shape(together, count)
    alone = [scores_of(net, x[i : i + 1]) for i in range(count)]
    expect_shape(alone[0], 1)

    expect(
        torch.allclose(together, torch.cat(alone), rtol=1e-2, atol=1e-3),
        "an image gets other scores in a batch than it gets alone: the images of a batch are mixed",
        hint="Look for a view or reshape that does not keep the first dimension, a softmax over dim 0, "
        "or a normalisation over the batch in eval mode.",
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Shapes and logits")
@pytest.mark.needs("test_each_image_is_scored_by_itself")
def test_scores_are_raw(student, device):
    """The net returns raw scores (logits)

    Cross-entropy takes the softmax itself. What stands between your last layer and `return`?
    """
    net = student.NeuralNet().to(device)
    x = torch.randn(32, 1, 28, 28, device=device)
    net.eval()
    scores_of(net, x)  # lazy layers get their parameters with the first images
    give_random_weights(net)

    for mode in (False, True):
        net.train(mode)
        expect_raw(scores_of(net, x))


@pytest.mark.points(0.5)
@pytest.mark.concept("Shapes and logits")
@pytest.mark.needs("test_each_image_is_scored_by_itself")
def test_activations_stand_between_the_layers(student, remote, device):
    """Non-linear activations stand between the layers

    Layers in a row without an activation between them can do no more than one layer. Go through `forward` line by
    line: what follows each layer, and is its result used?
    """
    net = student.NeuralNet().to(device)
    net.eval()
    scores_of(net, torch.randn(2, 1, 28, 28, device=device))
    give_random_weights(net, centre_only=True)
    # Over images of one grey each, with kernels that only look at their centre, convolution and pooling see one number
    # a channel: without an activation every layer is then a straight line in the grey value, max pooling or not.
    greys = torch.linspace(-4, 4, 17, device=device) + 0.2 * torch.rand(17, device=device)
    probes = remote.module("grader.worker.probes")

    scores, met = probes.fold(net, greys.view(-1, 1, 1, 1).expand(-1, 1, 28, 28).contiguous())
    _, met_random = probes.fold(net, torch.randn(8, 1, 28, 28, device=device))

    expect(
        not is_straight(scores, greys),
        "the net has no activation: without a non-linear function between them, its layers collapse into a linear one",
    )
    expect_activation_after_convolutions(met, greys)
    expect_activation_between_neighbours(met, met_random)


@pytest.mark.points(0.25)
@pytest.mark.concept("Shapes and logits")
def test_the_net_is_convolutional(student, remote, device):
    """At least one nn.Conv2d works on the images

    Print the net: is a convolution among its modules, and does forward use it?
    """
    net = student.NeuralNet().to(device)
    net.eval()
    x = torch.randn(16, 1, 28, 28, device=device)
    scores_of(net, x)
    convolutions = [module for module in net.modules() if is_a(module, torch.nn.Conv2d)]
    expect(
        convolutions,
        "the net has no nn.Conv2d among its modules",
        hint="A layer in a plain Python list or dict is not registered; a function is no layer.",
    )

    give_random_weights(net)  # a last layer that begins at zero lets no gradient through
    with remote.trace(net) as trace:
        scores = scores_of(net, x)
    if not scores.requires_grad:
        weight = next(name for name, parameter in net.named_parameters() if parameter.dim() == 4)
        cut_off(trace, weight).fail()
    (scores * torch.randn_like(scores)).sum().backward()

    weights = [parameter for layer in convolutions for parameter in layer.parameters()]
    expect(
        any(weight.grad is not None and bool(weight.grad.abs().sum() > 0) for weight in weights),
        "no convolution gets a gradient: forward does not use it, or the path to the scores is cut",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Shapes and logits")
def test_the_net_is_small_enough(student, remote, device):
    """The net has at most 2,000,000 parameters

    The number of weights of a fully connected layer is inputs times outputs. How many numbers does flattening leave?
    """
    net = student.NeuralNet().to(device)
    net.eval()
    scores_of(net, torch.randn(2, 1, 28, 28, device=device))

    count = sum(parameter.numel() for parameter in net.parameters())

    expect(
        count > 0,
        "net.parameters() is empty: the layers are not registered",
        hint="Layers in a plain Python list or dict are invisible to the net and to its optimizer.",
    )
    expect(count <= LARGEST_NET, f"the net has too many parameters: {count:,}; at most {LARGEST_NET:,} are allowed")
    with remote.trace(net) as trace:
        scores_of(net, torch.randn(2, 1, 28, 28, device=device))
    if trace.foreign is not None:
        fail(
            f"forward computes with parameters that net.parameters() does not list (first at {trace.foreign}): they are not "
            "registered, so no optimizer will train them",
            hint="Layers in a plain Python list or dict, or made anew in forward, are invisible to the net.",
            place=trace.foreign,
        )


# Training


@pytest.mark.points(0.5)
@pytest.mark.concept("The training loop")
def test_every_batch_teaches(student, remote, device):
    """Every batch changes the weights of the net

    The loop over the batches has a few steps in a fixed order. Which of them is missing, or stands at the wrong place
    or depth?
    """
    xray = trained(student, remote, device, batch_size=int(torch.randint(3, 6, ())), batches=24, lr=0.05)

    xray.expect("net", "learning", "by_hand", "batches", "step", "direction", "order")
    expect_all_parameters_trained(student, remote, device)


@pytest.mark.points(0.5)
@pytest.mark.concept("The training loop")
@pytest.mark.needs("test_every_batch_teaches")
def test_gradients_are_zeroed(student, remote, device):
    """Each step uses the gradients of its own batch alone

    backward() adds to what is in .grad. When are the gradients set back, and how often?
    """
    xray = trained(student, remote, device, batch_size=int(torch.randint(3, 6, ())), batches=24, lr=0.05)

    xray.expect("zero_grad")


@pytest.mark.points(0.25)
@pytest.mark.concept("The training loop")
@pytest.mark.needs("test_every_batch_teaches")
def test_the_learning_rate_is_used(student, remote, device):
    """The optimizer works with the learning rate `lr`

    An optimizer that is not told a learning rate takes its own. Where does `lr` go in your train?
    """
    far, near, usual, default = (
        distance_trained(student, remote, device, **options)
        for options in ({"lr": 0.01}, {"lr": TINY_LR}, {"lr": 0.001}, {})
    )

    expect(
        near < 0.3 * far,
        f"with lr={TINY_LR:g} the weights move as far as with lr=0.01: the learning rate `lr` is not used",
        hint="Is the argument `lr` handed to the optimizer, or a number or constant in its place?",
    )
    expect(
        0.7 * usual < default < 1.4 * usual,
        "where `lr` is left out, train does not go as far as with lr=0.001, the default that the task names",
        hint="Look at the default in the def line of train.",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("The training loop")
def test_train_runs_the_epochs_it_is_told(student, remote, device):
    """train makes `epochs` passes over the loader and returns a loss for each

    What does the outer loop count, and at which depth does `return` stand?
    """
    # Many small batches, so that a loop that stops after a hundred of them shows.
    count, batch_size = 501, 2
    epochs = 2 if getattr(student, "EPOCHS", None) != 2 else 3
    task = learning_task(remote, count, batch_size, note_weights=False)

    losses = student.train(task.net, task.loader, epochs=epochs, lr=0.01, device=str(device))
    expect_losses(losses, epochs, f"epochs={epochs}")
    # The default device is the CPU: it cannot be left out where the check runs on a GPU.
    by_default = student.train(task.net, task.loader, **({} if device.type == "cpu" else {"device": str(device)}))
    expect_losses(by_default, 1, "epochs left out (the default is 1)")
    standing = learning_task(remote, 8, 4, note_weights=False)
    losses = student.train(standing.net, standing.loader, epochs=6, lr=TINY_LR, device=str(device))
    expect_losses(losses, 6, "epochs=6, and a loss that does not fall (does something stop the training early?),")

    passes = torch.zeros(math.prod(IMAGE), dtype=torch.int64)
    notes = task.learning_passes()
    for seen in notes:
        passes[seen["inputs"]] += 1
    fewest = int(passes[:count].min())
    expect(
        notes,
        "train never calls the net that it is given: another net, or a copy, is trained",
        hint="The caller keeps `net` and expects it to be trained, not a new one.",
    )
    expect(
        fewest >= epochs + 1,
        f"in {epochs + 1} epochs some images were seen {fewest} times: the passes over the loader are not complete",
        hint="Does a `break` or `return` stand in the loop over the batches? Is the last, smaller batch left out?",
    )
    weight = task.net.head.weight
    expect(
        weight.device.type == device.type,
        f"after train(..., device={str(device)!r}) the net lies on {weight.device}",
        hint="Who moves the net to `device`?",
    )
    net, loader = small_net(remote), remote.loader(torch.randn(6, *IMAGE), torch.arange(6), batch_size=4)
    fault = misplaced_state(remote, student, "train", net, loader, 1, 0.01, "cuda", net=net)
    if fault is not None:
        fault.fail()


@pytest.mark.points(0.5)
@pytest.mark.concept("Train and eval mode")
def test_training_runs_in_train_mode(student, remote, device):
    """train puts the net in train mode, whatever mode it came in

    Dropout and batch norm work only in train mode. Who may have called eval() before, and who calls train()?
    """
    xray = trained(student, remote, device, batch_size=4, batches=5, lr=0.01, training=False)

    xray.expect("net", "mode")


@pytest.mark.points(0.5)
@pytest.mark.concept("The training loop")
@pytest.mark.needs("test_the_learning_rate_is_used")
def test_the_loss_is_the_mean_per_image(student, remote, device):
    """train returns the mean cross-entropy per image of each epoch

    The loss of a batch is a mean over its images, and the last batch may be smaller than the others. How does it go
    into the mean of the epoch?
    """
    first = loss_run(student, remote, device, last_is_hard=True)
    if first.loss:
        fail(first.loss)
    if first.fits():
        expect_epochs_apart(student, remote, device)
        return
    # Label smoothing is free: some part of the loss may be the mean over all classes. Two runs must agree on that part.
    second = loss_run(student, remote, device, last_is_hard=False)
    if first.smoothing_agrees_with(second):
        return
    fail(first.mistake() or second.mistake() or first.difference())


# Evaluation


@pytest.mark.points(0.25)
@pytest.mark.concept("Accuracy")
def test_accuracy_is_counted_over_all_images(student, remote, fresh_remote, device):
    """evaluate returns the fraction of all images that is recognised

    Every image counts the same, those of the last, smaller batch too. Along which dimension of the scores are the
    classes, what is added up, and what is it divided by?
    """
    evaluated(student, remote, device, CountingTask(), training=False)  # what it has counted must not be there in the next call
    task = CountingTask()
    accuracy = evaluated(student, remote, device, task, training=False).returned

    expect_python_float(accuracy, "evaluate returns")
    expect(
        accuracy != 0 or task.right() == 0,
        "evaluate returns 0, as if no image were recognised",
        hint="What is compared with the labels: the numbers of the classes, or their scores?",
    )
    if abs(accuracy - task.accuracy()) > 1e-4:
        other = fresh_remote()
        expect(
            abs(evaluated(other.student, other, device, task, training=False).returned - task.accuracy()) > 1e-4,
            f"evaluate is right in a new program and wrong after other calls ({accuracy:.6g} for {task.right()} of {len(task.labels)} "
            "images): what earlier calls have counted is kept, a metric that is never reset, or global totals",
            hint="Where do the totals begin at zero, or the metric anew: once in the file, or in each call?",
        )
    named = nearest(accuracy, task.accuracy(), task.lookalikes())
    expect(named is None, f"evaluate: {named}")
    right, count = task.right(), len(task.labels)
    expect(
        abs(accuracy - task.accuracy()) < 1e-4,
        f"{right} of {count} images are recognised, but evaluate returns {accuracy:.6g}",
    )
    net, loader = small_net(remote), remote.loader(torch.randn(6, *IMAGE), torch.arange(6), batch_size=4)
    fault = misplaced_state(remote, student, "evaluate", net, loader, "cuda", net=net)
    if fault is not None and fault.key == "meeting":  # where the net lies afterwards is left open
        fault.fail()


@pytest.mark.points(0.25)
@pytest.mark.concept("Train and eval mode")
def test_evaluation_runs_in_eval_mode(student, remote, device):
    """evaluate runs the net in eval mode

    Dropout would drop, and batch norm would look at the batch. Who switches the mode?
    """
    xray = evaluated(student, remote, device, CountingTask(), training=True)

    xray.expect("net", "mode")


@pytest.mark.points(0.25)
@pytest.mark.concept("Train and eval mode")
def test_evaluation_records_no_gradients(student, remote, device):
    """evaluate records no gradients

    Without a backward pass the graph of the computation is of no use, yet it is kept in memory. How is recording
    switched off?
    """
    xray = evaluated(student, remote, device, CountingTask(), training=True)

    xray.expect("gradients", "frozen", "changed")
    task = CountingTask().task(remote)
    options = [] if device.type == "cpu" else [str(device)]
    expect(
        remote.module("grader.worker.probes").records_gradients_after(student.evaluate, [task.net, task.loader, *options]),
        "evaluate leaves autograd switched off for the whole program: after the call no gradient is recorded, so no training can follow",
        hint="torch.set_grad_enabled(False) as a plain statement stays in force. Which form of it ends by itself?",
    )


@pytest.mark.points(0.25)
@pytest.mark.concept("Train and eval mode")
def test_evaluation_leaves_the_mode_as_it_was(student, remote, device):
    """evaluate puts the net back in the mode it was in

    A caller in the middle of training should be able to go on. In which mode did the net come?
    """
    for training in (True, False):
        xray = evaluated(student, remote, device, CountingTask(), training=training)

        xray.expect("restored")


# The loaders


@pytest.mark.points(0.25)
@pytest.mark.limit(seconds=120)
@pytest.mark.concept("Training data and test data")
def test_the_test_loader_serves_the_test_images(student, remote, check_seed):
    """The test loader serves the 10,000 test images, in file order

    FashionMNIST has an argument that tells training and test images apart, and DataLoader one that tells their order.
    Does every dataset get `root`?
    """
    files, (_, test_loader) = opened(student, remote, check_seed)

    probes = remote.module("grader.worker.probes")
    # To decode all images takes long; which ones a pass takes can be asked of nearly every loader.
    taken = probes.sampled(test_loader)
    if taken is None:
        labels, _ = probes.epoch_labels(test_loader)
        expect_test_images(len(labels), labels, torch.arange(len(labels)), files, shuffled=False)
    else:
        places = torch.cat([torch.arange(min(256, len(taken))), torch.randperm(len(taken))[:64]])
        stored = probes.labels_at(test_loader, torch.arange(min(256, len(taken))))
        shuffled = same(stored.cpu(), files.labels(train=False)[:256])
        expect_test_images(len(taken), probes.labels_at(test_loader, taken[places]), places, files, shuffled)


@pytest.mark.points(0.25)
@pytest.mark.concept("Training data and test data")
@pytest.mark.needs("test_the_test_loader_serves_the_test_images")
def test_pixels_lie_between_minus_one_and_one(student, remote, check_seed):
    """Pixel p is served as 2 * p / 255 - 1

    One transform makes a tensor with values from 0 to 1, another moves and scales these, for images of one channel.
    Which numbers does it get, and do the two come in the right order for both datasets?
    """
    files, (train_loader, test_loader) = opened(student, remote, check_seed)
    probes = remote.module("grader.worker.probes")

    images, labels = probes.first_batches(test_loader, 1)[0]
    again, _ = probes.first_batches(test_loader, 1)[0]
    train_images, _ = probes.first_batches(train_loader, 1)[0]

    count = len(labels)
    pixels = files.images(train=False)[:count]
    expect_steady(images, again, pixels)
    assert_tensor(
        images.cpu(),
        normalised(pixels, 0.5, 0.5),
        name="the test images",
        atol=1e-3,
        lookalikes=pixel_lookalikes(pixels),
        hint="ToTensor makes [0, 1] of the pixels 0 to 255; what has to follow to reach [-1, 1]?",
    )
    expect_normalised_training(train_images.float().cpu())


@pytest.mark.points(0.25)
@pytest.mark.limit(seconds=180)
@pytest.mark.concept("Training data and test data")
def test_the_train_loader_shuffles_all_training_images(student, remote, check_seed):
    """The train loader serves all 60,000 training images, in a new order each epoch

    Images in the order of a file teach the order of the file. Which argument of DataLoader mixes them anew?
    """
    files, (train_loader, _) = opened(student, remote, check_seed)
    probes = remote.module("grader.worker.probes")

    first, second = (
        torch.cat([labels.flatten().long().cpu() for _, labels in probes.first_batches(train_loader, 3)]) for _ in "ab"
    )
    taken = probes.sampled(train_loader)
    count = len(probes.epoch_labels(train_loader)[0]) if taken is None else len(taken)

    expect_training_images(count, taken, files)
    for fault in training_faults(first, second, files.labels(train=True)):
        fault.fail()


@pytest.mark.points(0.25)
@pytest.mark.concept("Training data and test data")
def test_batches_have_the_size_that_was_asked_for(student, remote, check_seed):
    """Both loaders give batches of batch_size

    Follow `batch_size` from the head of make_loaders: does it reach both loaders?
    """
    asked = int(torch.randint(20, 100, ()))
    _, loaders = opened(student, remote, check_seed, batch_size=asked)
    probes = remote.module("grader.worker.probes")

    for name, loader in zip(("train", "test"), loaders, strict=True):
        images, labels = probes.first_batches(loader, 1)[0]
        expect_batch(name, images, labels, asked, f"with batch_size={asked}")

    _, loaders = opened(student, remote, check_seed, again=True)
    for name, loader in zip(("train", "test"), loaders, strict=True):
        images, labels = probes.first_batches(loader, 1)[0]
        expect_batch(name, images, labels, 128, "with batch_size left out (128)")


# The accuracy


@pytest.mark.points(1.5)
@pytest.mark.limit(seconds=300)
@pytest.mark.concept("Accuracy")
@pytest.mark.needs("test_each_image_is_scored_by_itself", "test_every_batch_teaches", "test_gradients_are_zeroed")
def test_accuracy_on_the_hidden_labels(student, remote, fresh_remote, device, check_seed):
    """Trained with your recipe, the net recognises 83 of 100 test images

    Does the loss fall from epoch to epoch? Too small a learning rate learns slowly, too large a one never settles; more
    epochs (up to 5) help as well. Mistakes in the training loop have checks of their own.
    """
    net = student.NeuralNet()
    alike = [str(name) for name, value in net.named_parameters() if value.dim() > 1 and bool((value == value.flatten()[0]).all())]
    recipe = recipe_of(student)
    clothes, labels = remote.dataset("fashion-mnist"), fashion_mnist_labels()
    step_s = fresh_remote().module("grader.worker.probes").reference_step_s(str(device))
    longest_s = max(300.0, 4 * step_s * STEPS_AN_EPOCH * LONGEST_RECIPE)

    def measure(net, title):
        with remote.limit(seconds=longest_s):
            losses = student.train(net, clothes.train_loader(batch_size=128), device=str(device), **recipe)
            scores = clothes.scores(net, str(device)).float()
        expect_shape(scores, len(labels))
        show_training(title, losses)
        expect(
            bool(torch.isfinite(scores).all()),
            "after training the scores are NaN or infinite: the training diverged",
            hint="Too large a learning rate makes the weights grow without bound. Is LEARNING_RATE far from the usual?",
        )
        predicted = scores.argmax(1)
        show_predictions(title, predicted, labels, clothes)
        accuracy = float((predicted == labels).double().mean())
        expect_learning(accuracy, losses, alike)
        return accuracy

    def measure_again():
        remote.torch.manual_seed(check_seed % 1_000_003)
        return measure(student.NeuralNet(), "a second training, as the first one missed a band by little")

    accuracy = award_band(
        measure(net, "training"), BANDS, name="the accuracy on the test images", again=measure_again, margin=0.01
    )
    tell(accuracy)


# What the checks above are made of: the net


def scores_of(net, x):
    scores = net(x)
    expect(
        isinstance(scores, torch.Tensor),
        f"forward returns {type(scores).__name__}, not a tensor of scores",
        hint="Does forward end with `return`, and return the scores alone?",
    )
    return scores


def expect_shape(scores, count):
    shape = tuple(scores.shape)
    if shape == (count, CLASSES):
        return
    images = f"{count} image{'s' if count != 1 else ''}"
    hint = ""
    if count == 1 and shape == (CLASSES,):
        hint = "squeeze() drops every dimension of size one, the one of the images too. Name the dimensions to flatten."
    elif scores.dim() == 2 and shape[0] == count:
        hint = "There are ten classes: how many outputs has the last layer?"
    elif scores.dim() == 1 and shape[0] == count:
        hint = "Scores are asked for, one a class, not the class with the largest one."
    elif scores.dim() == 2:
        hint = "The first dimension should still be the image: look for a view or reshape that mixes the dimensions."
    fail(f"for {images} the scores have shape {shape}, not {(count, CLASSES)}", hint=hint)


def give_random_weights(net, centre_only=False):
    """Fill all parameters anew, large enough that nothing hides in small numbers.

    With `centre_only`, biases and the like stay, and kernels of convolutions are zero but at their centre.
    """
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.dim() < 2:
                if not centre_only:
                    parameter.copy_(torch.randn_like(parameter))
                continue
            values = torch.randn_like(parameter)
            inputs = parameter[0].numel()
            if centre_only and parameter.dim() == 4:
                height, width = parameter.shape[2:]
                inputs //= height * width
                centre = values[:, :, height // 2, width // 2].clone()
                values.zero_()
                values[:, :, height // 2, width // 2] = centre
            parameter.copy_(values * 2 / math.sqrt(max(1, inputs)))


def expect_raw(scores):
    scores = scores.detach().double().cpu()
    expect(bool(torch.isfinite(scores).all()), "the scores of random images are NaN or infinite")
    ones = torch.ones(len(scores), dtype=torch.float64)
    positive = bool((scores >= 0).all())
    expect(
        not (positive and torch.allclose(scores.sum(1), ones, atol=1e-3)),
        "the scores of an image add up to one: they are probabilities, the net ends in a softmax",
        hint="Cross-entropy takes the softmax itself: with another one before it, the net learns slowly.",
    )
    expect(
        not torch.allclose(scores.logsumexp(1), 0 * ones, atol=1e-3),
        "the scores are logarithms of probabilities: the net ends in a log_softmax",
        hint="Raw scores (logits) are asked for; cross-entropy takes the log_softmax itself.",
    )
    expect(
        not (positive and bool((scores <= 1).all())),
        "all scores lie between 0 and 1: the net ends in a sigmoid or the like",
        hint="Raw scores (logits) are asked for, without an activation after the last layer.",
    )
    expect(
        not bool((scores.abs() <= 1).all()),
        "all scores lie between -1 and 1: the net ends in a tanh or the like",
        hint="Raw scores (logits) are asked for, without an activation after the last layer.",
    )
    expect(
        # A ReLU leaves about half of its results at zero; an average over positive numbers does not.
        not (positive and float((scores == 0).double().mean()) > 0.25),
        "no score is ever negative: there is an activation (ReLU?) after the last layer",
        hint="Raw scores (logits) are asked for, without an activation after the last layer.",
    )


def is_straight(values, greys):
    """Say whether values (N, ...) are a straight line in `greys` (N,), each of them, and not all constant."""
    y = values.detach().double().cpu().flatten(1)
    grey = greys.double().cpu()
    if not bool(torch.isfinite(y).all()):
        return False
    design = torch.stack([torch.ones_like(grey), grey], 1)
    residual = y - design @ torch.linalg.lstsq(design, y).solution
    spread = (y.amax(0) - y.amin(0)).max()
    # A net that takes off the mean of each image sees nothing in images of one grey: that tells nothing.
    if float(spread) <= 1e-5 * max(1e-6, float(y.abs().max())):
        return False
    return float(residual.abs().max()) < 1e-3 * float(spread)


def expect_activation_after_convolutions(met, greys):
    """Fail where the first linear layer gets what only convolutions and pooling have made of the image."""
    first = next((number for number, layer in enumerate(met) if layer["kind"] == "linear"), 0)
    if first == 0:
        return
    layer = met[first]
    values = layer["input"].detach().cpu()
    # Only where a flattened map comes in: attention and gates have linear layers at other places.
    is_image = values.dim() == 2 and torch.allclose(values, greys.cpu()[:, None].expand_as(values), atol=1e-4)
    if values.dim() == 2 and not is_image and is_straight(values, greys):
        fail(
            f"no activation stands between the convolutions and the linear layer {layer['name']}",
            hint="Pooling alone does not make a net non-linear. What follows each convolution?",
        )


def expect_activation_between_neighbours(met, met_random):
    for earlier, later in itertools.pairwise(met_random):
        if earlier["kind"] == later["kind"] == "linear" and hands_on(earlier["output"], later["input"]):
            fail(f"no activation stands between the linear layers {earlier['name']} and {later['name']}")
    for earlier, later in itertools.pairwise(met):
        # Pairs such as depthwise and pointwise, or 1x3 and 3x1, belong together and are one layer to their authors.
        if earlier["square"] and later["square"] and hands_on(earlier["output"], later["input"]):
            fail(f"no activation stands between the convolutions {earlier['name']} and {later['name']}")


def hands_on(output, following):
    """Say whether a layer gets just what the one before it has made, negative numbers and positive ones alike.

    Where all of them have one sign, an activation such as ReLU may change nothing by chance.
    """
    a, b = output.detach().flatten().double().cpu(), following.detach().flatten().double().cpu()
    both_signs = 0.1 < float((a > 0).double().mean()) < 0.9
    return a.shape == b.shape and both_signs and torch.allclose(a, b, rtol=1e-3, atol=1e-4 * float(a.abs().max()))


# Training


def small_net(remote):
    """Return a net in which every parameter learns from any batch: two layers and a batch norm."""
    nn = remote.torch.nn
    pixels = math.prod(IMAGE)
    return nn.Sequential(
        nn.Flatten(), nn.Linear(pixels, 12, bias=False), nn.BatchNorm1d(12), nn.ReLU(), nn.Linear(12, CLASSES)
    )


def expect_all_parameters_trained(student, remote, device):
    """Fail where train leaves a part of the net's parameters as they were."""
    net = small_net(remote)
    before = {name: value.detach().clone() for name, value in net.named_parameters()}
    loader = remote.loader(torch.randn(24, *IMAGE), torch.arange(24) % CLASSES, batch_size=8)
    student.train(net, loader, epochs=1, lr=0.05, device=str(device))
    still = [name for name, value in net.named_parameters() if torch.equal(value.detach().cpu(), before[name])]
    expect(
        len(still) < len(before),
        "an epoch of three batches moves no parameter of a small net: not every batch has a step of its own",
        hint="Are gradients gathered over several batches, and what becomes of those that are left at the end of the epoch?",
    )
    expect(
        not still,
        f"train moves only a part of the net: the parameters {', '.join(still)} of a small net are as they were. The optimizer does "
        "not have all of net.parameters()",
        hint="Which parameters does the optimizer get? Those picked by a name, a kind of layer or a group leave others out, biases for one.",
    )


def learning_task(remote, count, batch_size, note_weights=True):
    """Return a task of `count` images in fixed order for a net that begins with weights of zero."""
    labels = torch.randint(0, CLASSES, (count,))
    return make_task(
        remote, labels, batch_size=batch_size, classes=CLASSES, image=IMAGE, note_weights=note_weights
    )


def trained(student, remote, device, *, batch_size, batches, lr, training=True):
    """Return the X-ray of two epochs of the student's `train`; the net comes in train or eval mode."""
    task = learning_task(remote, batch_size * batches, batch_size)
    task.net.train(training)
    return xray_training(
        remote, task, lambda net, loader: student.train(net, loader, epochs=2, lr=lr, device=str(device)), epochs=2
    )


def distance_trained(student, remote, device, **options):
    """Return how far two epochs move the weights; the same images each time."""
    labels = torch.arange(20) % CLASSES
    task = make_task(remote, labels, batch_size=4, classes=CLASSES, image=IMAGE)
    student.train(task.net, task.loader, epochs=2, device=str(device), **options)
    return float(task.weight().abs().max())


def expect_losses(losses, epochs, call):
    expect(
        losses is not None,
        "train returns None, not a list of losses",
        hint="Is there a `return` at the end of train?",
    )
    expect(
        isinstance(losses, list),
        f"train returns {article(type(losses).__name__)}, not a list with the mean loss of each epoch",
    )
    expect(
        len(losses) == epochs,
        f"with {call} train returns {len(losses)} losses, not {epochs}",
        hint="One number an epoch: at which depth is it put into the list, and does the outer loop run `epochs` times?",
    )
    for loss in losses:
        expect_python_float(loss, "the list that train returns holds")


def expect_python_float(value, start):
    if isinstance(value, float):
        return
    if isinstance(value, torch.Tensor):
        fail(
            f"{start} a tensor, not a Python float",
            hint="A tensor keeps its graph and its device alive. Which method gives its plain number?",
        )
    if value is None:
        fail(f"{start} None, not a Python float", hint="Is there a `return`, and does every way through reach it?")
    if isinstance(value, int):
        fail(
            f"{start} a whole number (int), not a Python float",
            hint="Is there a division with `//`, or an int() too many?",
        )
    fail(f"{start} {article(type(value).__name__)}, not a Python float")


def article(noun):
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def nearest(value, expected, lookalikes):
    """Return the mistake whose value is `value`, or None where the expected one is as near."""
    if not math.isfinite(value) or abs(value - expected) < 1e-4:
        return None
    for name, other in lookalikes.items():
        if abs(other - expected) > 2e-4 and abs(value - other) <= 1e-4 * max(1.0, abs(other)):
            return name
    return None


class LossRun:
    """What `train` says of the losses of a net that it cannot change, as the learning rate is next to nothing."""

    def __init__(self, losses, scores, labels, batch_size, loss):
        self.losses = losses
        self.loss = loss
        self.batch_size = batch_size
        self.scores = scores
        self.labels = labels
        self.per_image = F.cross_entropy(scores, labels, reduction="none")
        self.spread = -scores.log_softmax(1).mean(1)

    def fits(self):
        return all(self.is_close(loss, float(self.per_image.mean())) for loss in self.losses)

    def smoothing_agrees_with(self, other):
        """Say whether one amount of label smoothing explains the losses of both runs."""
        runs = (self, other)
        gaps = [float(run.spread.mean() - run.per_image.mean()) for run in runs]
        over = [run.losses[0] - float(run.per_image.mean()) for run in runs]
        amount = sum(gap * rest for gap, rest in zip(gaps, over, strict=True)) / sum(gap * gap for gap in gaps)
        expected = [float(run.per_image.mean()) + amount * gap for run, gap in zip(runs, gaps, strict=True)]
        return 0 < amount < 0.6 and all(
            run.is_close(loss, value) for run, value in zip(runs, expected, strict=True) for loss in run.losses
        )

    @staticmethod
    def is_close(value, expected):
        return math.isfinite(value) and abs(value - expected) <= LOSS_TOLERANCE * max(0.2, abs(expected))

    def mistake(self):
        """Return the known mistake that gives this loss, or None."""
        mean = float(self.per_image.mean())
        value = self.losses[0]
        if self.is_close(value, mean):
            return self.mistake_of_later_epochs(mean)
        named = ways_to_add(self.per_image, self.batch_size) | other_losses(self.scores, self.labels)
        # Nearer than the tolerance for right answers: a wrong name would lead astray.
        fitting = [(abs(value - number), name) for name, number in named.items()]
        distance, name = min(fitting)
        return f"the loss of an epoch is wrong: {name}" if distance < 2e-3 * max(0.2, abs(value)) else None

    def mistake_of_later_epochs(self, mean):
        second = self.losses[1]
        if self.is_close(second, 2 * mean) or self.is_close(second, mean / 2):
            return "the loss of the second epoch has that of the first in it: the running loss is not reset"
        return None

    def difference(self):
        mean = float(self.per_image.mean())
        for number, loss in enumerate(self.losses, start=1):
            if not self.is_close(loss, mean):
                kind = "larger" if loss > mean else "smaller"
                return f"the loss of epoch {number}, {loss:.4g}, is {kind} than the mean cross-entropy of its images"
        return "the losses of the epochs are not the mean cross-entropy per image"


def loss_run(student, remote, device, last_is_hard):
    """Train with a learning rate next to nothing; the last batch is smaller and much harder, or easier, than the rest."""
    batch_size = int(torch.randint(6, 9, ()))
    count = 4 * batch_size + int(torch.randint(2, 4, ()))
    scores = 1.8 * torch.randn(count, CLASSES)
    labels = torch.randint(0, CLASSES, (count,))
    # Most images are easy, so that the mean over the classes, to which label smoothing leans, is larger than the loss
    # in both runs: then a wrong weight of the last batch cannot pass for smoothing.
    easy, hard = scores.argmax(1), scores.argmin(1)
    labels = torch.where(torch.rand(count) < 0.6, easy, labels)
    tail = slice(4 * batch_size, None)
    labels[tail] = hard[tail] if last_is_hard else easy[tail]
    task = make_task(remote, labels, batch_size=batch_size, classes=CLASSES, image=IMAGE, scores=scores)

    losses = student.train(task.net, task.loader, epochs=2, lr=TINY_LR, device=str(device))

    values = losses if isinstance(losses, (list, tuple)) else [losses]
    numbers = [float(value) for value in values if isinstance(value, (int, float, torch.Tensor)) and numel(value) == 1]
    expect(
        not any(isinstance(value, int) for value in values),
        "the losses are whole numbers (int): what comes after the point is lost",
        hint="Is there a division with `//`, or an int() too many?",
    )
    expect(
        len(numbers) == 2 and len(values) == 2,
        "train does not return one number an epoch, so there is no loss to look at",
        hint="A list of two numbers is asked for where `epochs` is 2.",
    )
    return LossRun(numbers, scores, labels, batch_size, wrong_loss(task.learning_passes(), labels))


def expect_epochs_apart(student, remote, device):
    """Fail where the loss of the second epoch is the mean over both epochs, seen on a net that learns."""
    task = learning_task(remote, 24, 4)
    losses = student.train(task.net, task.loader, epochs=2, lr=0.3, device=str(device))
    notes = task.learning_passes()
    if len(notes) != 12:  # one pass a batch is the usual way, not the only one
        return
    means = torch.stack(
        [F.cross_entropy(seen["scores"], task.labels[seen["inputs"]]) for seen in notes]
    )
    both, second = float(means.mean()), float(means[6:].mean())
    value = float(losses[1])
    expect(
        abs(value - both) > 1e-3 * both or abs(value - second) < 0.05 * both,
        "the loss of the second epoch is the mean over both epochs: the running loss is not reset",
        hint="Where do the totals begin at zero, before the loop over the epochs or inside it?",
    )


def numel(value):
    return value.numel() if isinstance(value, torch.Tensor) else 1


# Evaluation


class CountingTask:
    """Images of which a witness recognises about three in four in the full batches, and few in the smaller last one."""

    def __init__(self):
        self.batch_size = int(torch.randint(12, 19, ()))
        self.batches = int(torch.randint(3, 6, ()))
        last = int(torch.randint(3, 6, ()))
        count = self.batches * self.batch_size + last
        # Classes are of different sizes, so that a mean over classes is another number.
        self.labels = (torch.rand(count) ** 2 * CLASSES).long().clamp(max=CLASSES - 1)
        recognised = torch.rand(count) < 0.5 + 0.45 * (self.labels < 2)
        recognised[-last:] = False
        recognised[-last] = True
        wrong = (self.labels + torch.randint(2, CLASSES, (count,))) % CLASSES
        self.predicted = torch.where(recognised, self.labels, wrong)
        scores = torch.rand(count, CLASSES)
        scores[torch.arange(count), self.predicted] += 2.0
        # Some images get their smallest score at their label, so that a loop that takes it for the largest shows.
        lowest = ~recognised & (torch.arange(count) % 2 == 0)
        scores[lowest, self.labels[lowest]] = -1.0
        self.scores = scores

    def task(self, remote):
        return make_task(
            remote,
            self.labels,
            batch_size=self.batch_size,
            classes=CLASSES,
            image=IMAGE,
            scores=self.scores,
            roll_in_training=True,
        )

    def right(self):
        return int((self.predicted == self.labels).sum())

    def accuracy(self):
        return self.right() / len(self.labels)

    def lookalikes(self):
        return ways_to_count(self.scores, self.labels, self.batch_size)


def evaluated(student, remote, device, task, training):
    """Return the X-ray of the student's `evaluate` on a counting task; the net comes in train or eval mode."""
    options = {} if device.type == "cpu" else {"device": str(device)}  # the default is the CPU
    return xray_evaluation(task.task(remote), lambda net, loader: student.evaluate(net, loader, **options), training=training)


# The loaders


class Files:
    """The made-up images and labels that lie at the root of a check."""

    def __init__(self, seed):
        self.seed = seed

    def images(self, train):
        return self._load(train)[0]

    def labels(self, train):
        return self._load(train)[1].long()

    def _load(self, train):
        from grader.worker.datasets import synthetic_images

        return synthetic_images(self.seed, train)


def opened(student, remote, check_seed, again=False, **options):
    """Write made-up files, let the student's make_loaders open them, and return them with the two loaders."""
    seed = check_seed % 1_000_000
    root = str(remote.scratch / f"clothes{seed}")
    if not again:
        remote.module("grader.worker.datasets").write_synthetic_root(root, seed)
    loaders = student.make_loaders(root, **options)
    expect(
        isinstance(loaders, (tuple, list)) and len(loaders) == 2,
        "make_loaders does not return a pair (train_loader, test_loader)",
        hint="Does it end with `return`, and return both loaders?",
    )
    kinds = torch.utils.data
    expect(
        not any(is_a(loader, kinds.Dataset) and not is_a(loader, kinds.IterableDataset) for loader in loaders),
        "make_loaders returns datasets, which give single images, not loaders, which give batches",
        hint="Which class of torch.utils.data makes batches of the images of a dataset?",
    )
    return Files(seed), tuple(loaders)


def expect_batch(name, images, labels, size, call):
    if isinstance(images, torch.Tensor) and images.dim() == 3 and labels.dim() == 0:
        fail(
            f"the {name} loader gives single images, not batches",
            hint="A dataset holds the images; which class of torch.utils.data makes batches of them?",
        )
    expect(
        isinstance(images, torch.Tensor) and tuple(images.shape[1:]) == (1, 28, 28),
        f"the {name} loader gives images of shape {tuple(getattr(images, 'shape', ()))}, not (N, 1, 28, 28)",
    )
    expect(
        len(images) == size and len(labels) == size,
        f"{call} the {name} loader gives batches of {len(images)}: batch_size does not reach it",
    )


def same(a, b):
    return a.shape == b.shape and torch.equal(a, b)


def expect_test_images(count, labels, places, files, shuffled):
    """Fail unless a pass of `count` images with these labels at these places is one over the test images.

    `shuffled` says that the dataset has the right labels in file order, so that only the loader can have mixed them.
    """
    right, training = files.labels(train=False), files.labels(train=True)
    labels = labels.cpu()
    for fault in count_faults("test", count, len(right), len(training)):
        fault.fail()
    if same(labels, right[places]):
        return
    for start in (0, len(training) - count):
        expect(
            not same(labels, training[start : start + count][places]),
            "the test loader serves 10,000 of the training images, not the test images",
            hint="Which argument of FashionMNIST chooses the test images?",
        )
    expect(not shuffled, "the test images are shuffled; they should come in the order of the file")
    fail("the test loader serves 10,000 images, but not the test images in the order of the file")


def expect_training_images(count, taken, files):
    images, test_images = len(files.labels(train=True)), len(files.labels(train=False))
    for fault in count_faults("train", count, images, test_images):
        fault.fail()
    expect(
        taken is None or len(taken.unique()) == images,
        "the train loader serves 60,000 images, but not each training image once: some come again, others never",
        hint="Is a sampler with replacement at work?",
    )


def normalised(pixels, mean, deviation):
    return (pixels.float().unsqueeze(1) / 255 - mean) / deviation


def pixel_lookalikes(pixels):
    right = normalised(pixels, 0.5, 0.5)
    unit = normalised(pixels, 0, 1)
    return {
        "the pixels lie in [0, 1]: the normalisation is missing": unit,
        "the pixels lie in [0, 255]: they are neither scaled nor normalised": 255 * unit,
        "they are normalised with the mean and standard deviation of MNIST": normalised(pixels, 0.1307, 0.3081),
        "they are normalised with the mean and standard deviation of FashionMNIST": normalised(pixels, 0.2860, 0.3530),
        "they are normalised with the mean and standard deviation of ImageNet": normalised(pixels, 0.485, 0.229),
        "0.5 is taken off, but they are not divided by 0.5: they lie in [-0.5, 0.5]": normalised(pixels, 0.5, 1),
        "they are divided by 0.5, but 0.5 is not taken off: they lie in [0, 2]": normalised(pixels, 0, 0.5),
        "they are (p - 128) / 128, or p / 128 - 1, which is close to the scale that is asked for, but another one": normalised(pixels, 128 / 255, 128 / 255),
        "they are (p - 127) / 128, which is close to the scale that is asked for, but another one": normalised(pixels, 127 / 255, 128 / 255),
        "they are (p - 127.5) / 128, which is close to the scale that is asked for, but another one": normalised(pixels, 0.5, 128 / 255),
        "they are numbers of eight bits (uint8) when they are multiplied, and overflow beyond 255": (2 * pixels.to(torch.uint8)).float().unsqueeze(1) / 255 - 1,
        "they are normalised as if they lay in [0, 1], but they lie in [0, 255]: the scaling by 255 is missing": (255 * unit - 0.5) / 0.5,
        "they are normalised twice": (right - 0.5) / 0.5,
        "they lie in [0, 1] and are then divided by 255 once more": unit / 255,
        "they are divided by 255 once more": normalised((pixels.float() / 255), 0.5, 0.5),
        "1 is taken off, but they are not multiplied by 2 before: they lie in [-1, 0]": normalised(pixels, 1, 1),
        "they are centred, but not scaled": pixels.float().unsqueeze(1) - 127.5,
        "they are turned into their negative": -right,
        "they are turned over (an augmentation in the test images?)": right.flip(-1),
        "they are upside down": right.flip(-2),
        "rows and columns are swapped": right.transpose(-1, -2),
    }


def expect_steady(images, again, pixels):
    expect(
        isinstance(images, torch.Tensor) and images.dim() == 4,
        f"a batch of test images has {getattr(images, 'dim', lambda: 0)()} dimensions, not the four of (N, 1, 28, 28)",
        hint="A DataLoader makes batches of the images of a dataset.",
    )
    expect(
        same(images, again),
        "the test images change from pass to pass: an augmentation is at work on them",
        hint="Augmentation is for training; the test images get a transform of their own.",
    )


def expect_normalised_training(images):
    low, high = float(images.min()), float(images.max())
    hint = "Do training and test images go through the same normalisation?"
    expect(high < 20, "the training images have pixels up to 255: they are neither scaled nor normalised", hint=hint)
    expect(low < -0.01, "the training images have no pixel below 0: their normalisation is missing", hint=hint)
    others = {"MNIST": (0.1307, 0.3081), "FashionMNIST": (0.2860, 0.3530), "ImageNet": (0.485, 0.229)}
    for name, (mean, deviation) in others.items():
        near = abs(low + mean / deviation) < 2e-3 and abs(high - (1 - mean) / deviation) < 2e-3
        expect(not near, f"the training images are normalised with the mean and deviation of {name}", hint=hint)
    expect(
        not (abs(low + 0.5) < 2e-3 and abs(high - 0.5) < 2e-3),
        "the training images lie in [-0.5, 0.5]: 0.5 is taken off, but they are not divided by 0.5",
        hint=hint,
    )


# The accuracy


def recipe_of(student):
    epochs, rate = getattr(student, "EPOCHS", None), getattr(student, "LEARNING_RATE", None)
    if epochs is not None:
        expect(
            isinstance(epochs, int) and 1 <= epochs <= LONGEST_RECIPE,
            f"EPOCHS is {epochs!r}; a whole number from 1 to {LONGEST_RECIPE} is asked for",
            hint="More epochs are not allowed: a better learning rate or net gets there within five.",
        )
    if rate is not None:
        expect(
            isinstance(rate, (int, float)) and rate > 0,
            f"LEARNING_RATE is {rate!r}; a number above 0 is asked for",
        )
    named = {"epochs": epochs, "lr": rate}
    return {name: value for name, value in named.items() if value is not None}


def expect_learning(accuracy, losses, alike):
    """Fail in words where the net is far from the lowest band and its loss has not left that of guessing.

    Args:
        alike: names of weights of the new net whose elements are all equal.
    """
    numbers = loss_numbers(losses)
    if accuracy >= min(BANDS) - 0.01 or not numbers or numbers[-1] < 0.9 * math.log(CLASSES):
        return
    expect(
        not alike,
        f"the net has learnt next to nothing: {accuracy:.0%} of the test images are recognised. Its weights start as zeros, or all equal "
        f"({', '.join(alike[:4])}): units that start alike get the same gradient, or none, and stay alike",
        hint="Who initialises the weights? torch's layers start at random by themselves.",
    )
    fail(
        f"the net has learnt next to nothing: {accuracy:.0%} of the test images are recognised, and the loss is still "
        f"{numbers[-1]:.2f}, about that of guessing",
        hint="Either LEARNING_RATE is so small that the weights hardly move, or so large that they jump about; "
        "compare it with the usual one of your optimizer.",
    )


def loss_numbers(losses):
    numbers = losses if isinstance(losses, (list, tuple)) else []
    return [float(loss) for loss in numbers if isinstance(loss, (int, float))]


def show_training(title, losses):
    curve = loss_numbers(losses)
    if curve:
        evidence.curve(title, {"loss": curve}, x_label="epoch", y_label="mean loss per image")


def show_predictions(title, predicted, labels, clothes):
    evidence.confusion(f"{title}: the test images", predicted, labels, NAMES)
    missed = (predicted != labels).nonzero().flatten()[:12]
    pixels = ((clothes.test_images()[missed.tolist()] + 1) * 127.5).round().to(torch.uint8).squeeze(1).cpu()
    captions = [f"taken for {NAMES[guess]}" for guess in predicted[missed].tolist()]
    evidence.images(f"{title}: misclassified images", pixels, captions)


def tell(accuracy):
    for floor, medal in MEDALS.items():
        if accuracy >= floor:
            note(f"Accuracy {accuracy:.1%}: {medal} medal (from {floor:.0%}).")
            return
    missing = [floor for floor in BANDS if accuracy < floor]
    more = f"; {missing[0]:.0%} earns more" if missing else ""
    note(f"Accuracy {accuracy:.1%}{more}.")

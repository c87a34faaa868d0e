"""Visible checks of exercise 2: the examples of the task text. Read them, run them, and try things of your own."""

import pytest
import torch

from grader.suite import assert_tensor

pytestmark = pytest.mark.forbid("torch.gather", "torch.take_along_dim", "torch.index_select", "numpy")


@pytest.mark.points(0.5)
@pytest.mark.concept("Which position the index replaces")
def test_the_example(student, device):
    """gather gives the example of the task text

    For each element of the result: which of its two coordinates does the index replace, and which one stays?
    The arguments come in the order a, dim, index.
    """
    a = torch.tensor([[1, 2], [3, 4]], device=device)
    index = torch.tensor([[0, 1], [1, 1]], device=device)

    result = student.gather(a, 0, index.clone())

    assert_tensor(
        result,
        torch.tensor([[1, 4], [3, 4]], device=device),
        name="gather(a, 0, index)",
        lookalikes={
            "the index counts along dimension 1 instead of dimension 0": torch.tensor([[1, 2], [4, 4]], device=device),
            "whole rows are chosen instead of single elements": a[index],
            "the index counts through the flattened tensor": torch.take(a, index),
        },
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Uses of gather")
def test_the_example_of_index_select(student, device):
    """index_select gives the example of the task text

    The first column, still as a column: the dimension chosen from stays, with one place for each entry of `indices`.
    """
    a = torch.tensor([[1, 2], [3, 4]], device=device)

    result = student.index_select(a, 1, torch.tensor([0], device=device))

    assert_tensor(
        result,
        torch.tensor([[1], [3]], device=device),
        name="index_select(a, 1, [0])",
        lookalikes={
            "a row is chosen instead of a column": torch.tensor([[1, 2]], device=device),
            "only the first row is read": torch.tensor([[1]], device=device),
            "the dimension chosen from is lost (squeezed away)": torch.tensor([1, 3], device=device),
        },
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Uses of gather")
def test_the_example_of_pick(student, device):
    """pick gives the example of the task text

    One number for each row: the score in the column that the row's label names.
    """
    scores = torch.tensor([[5.0, 6.0, 7.0], [8.0, 9.0, 4.0]], device=device)
    labels = torch.tensor([2, 0], device=device)

    result = student.pick(scores, labels)

    assert_tensor(
        result,
        torch.tensor([7.0, 8.0], device=device),
        name="pick(scores, labels)",
        lookalikes={
            "the result has the shape (N, 1) instead of (N,)": torch.tensor([[7.0], [8.0]], device=device),
            "every row is read at the labels of all the rows": scores[:, labels],
            "the largest score of each row, not the one at its label": scores.amax(1),
        },
    )


@pytest.mark.points(0.5)
@pytest.mark.concept("Uses of gather")
def test_the_diagonal_of_a_matrix(student, device):
    """diagonals gives the diagonal of each matrix

    Row k and column k, of each matrix: a row of the result belongs to one matrix.
    """
    batch = torch.tensor([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]], [[0.0, 9.0], [9.0, 1.0]]], device=device)

    result = student.diagonals(batch)

    assert_tensor(
        result,
        torch.tensor([[1.0, 4.0], [5.0, 8.0], [0.0, 1.0]], device=device),
        name="diagonals(batch)",
        lookalikes={
            "it is the diagonal from top right to bottom left, the other one": torch.tensor(
                [[2.0, 3.0], [6.0, 7.0], [9.0, 9.0]], device=device
            ),
            "the diagonal runs through the batch and the rows, not through each matrix": batch.diagonal(),
            "the diagonals are summed up": torch.tensor([5.0, 13.0, 1.0], device=device),
            "the matrices come back whole": batch,
        },
    )

"""What relates a wrong tensor to the right one: the words for the mistake that it looks like.

One module a kind of relation: `scales`, `places`, `functions`, `given` (values that went in), `shapes`, `precision`, `facts`. A relation
yields claims (`claims`), which are weighed against chance (`pair`, `surprise`). docs/diagnosis.md lists them with what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from grader.suite.diagnosis.claims import Finding
from grader.suite.diagnosis.facts import special_values
from grader.suite.diagnosis.pair import Pair
from grader.suite.diagnosis.plain import plain_difference
from grader.suite.diagnosis.precision import coarse
from grader.suite.diagnosis.search import of_one_shape
from grader.suite.diagnosis.shapes import of_another_shape


def findings(
    actual: torch.Tensor,
    expected: torch.Tensor,
    *,
    sizes: Mapping[str, int] | None = None,
    inputs: Mapping[str, torch.Tensor] | None = None,
) -> list[Finding]:
    """Return the explanations that fit, likeliest first; empty where none does.

    Args:
        actual: the student's value, any shape and dtype.
        expected: the right value.
        sizes: names of sizes in play, such as {"the batch size": 64}.
        inputs: names of values in play, such as {"the bias": bias}.
    """
    if actual.shape != expected.shape:
        return of_another_shape(actual, expected, sizes, inputs)
    special = list(special_values(actual, expected))
    if special or expected.numel() == 0:
        return special
    pair = Pair(actual, expected, sizes, inputs)
    return list(coarse(pair)) or of_one_shape(pair)


def relations(
    actual: torch.Tensor,
    expected: torch.Tensor,
    *,
    sizes: Mapping[str, int] | None = None,
    inputs: Mapping[str, torch.Tensor] | None = None,
) -> list[str]:
    """Return the words of all findings, each a phrase such as "it is transposed"."""
    return [found.words for found in findings(actual, expected, sizes=sizes, inputs=inputs)]


def told(found: list[Finding]) -> str:
    """Return findings as one text: all that fit, and what to ask where there is one question."""
    questions = {one.question for one in found}
    question = questions.pop() if len(questions) == 1 else ""
    return " or ".join(one.words for one in found) + (f". {question}" if question else "")


__all__ = ["Finding", "findings", "plain_difference", "relations", "told"]

"""What suites import: comparisons, words, points, evidence."""

from grader.suite import evidence
from grader.suite.labels import fashion_mnist_labels
from grader.suite.points import award, award_band
from grader.suite.tensors import assert_tensor
from grader.suite.types import is_a, type_name
from grader.suite.words import expect, expect_raises, fail, note, trying

__all__ = [
    "assert_tensor",
    "award",
    "award_band",
    "evidence",
    "expect",
    "expect_raises",
    "fail",
    "fashion_mnist_labels",
    "is_a",
    "note",
    "trying",
    "type_name",
]

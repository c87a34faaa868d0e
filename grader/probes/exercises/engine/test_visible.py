"""Whether a grading works at all."""

import pytest
import torch

from grader.judge.outcomes import WorkerTimedOut


@pytest.mark.points(1)
def test_tensors(student):
    """a tensor goes in and comes back with its gradient"""
    x = torch.ones(3, requires_grad=True)
    student.double(x).sum().backward()
    assert x.grad.tolist() == [2, 2, 2]


@pytest.mark.points(1)
def test_environment(student):
    """the worker sees a small environment"""
    assert not any("TOKEN" in name or "SECRET" in name or name.startswith("GRADE_") for name in student.environment())


@pytest.mark.points(1)
def test_descriptors(student):
    """no foreign descriptor is open in the worker"""
    assert all(number <= 5 for number in student.DESCRIPTORS)


@pytest.mark.points(1)
def test_session(student):
    """the worker leads its own session"""
    assert student.session()


@pytest.mark.points(1)
@pytest.mark.limit(seconds=0.5)
def test_time(student):
    """an endless loop is ended"""
    with pytest.raises(WorkerTimedOut):
        student.spin()

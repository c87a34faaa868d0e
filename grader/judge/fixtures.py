"""The fixtures of a suite: `student`, `remote`, `second_remote`, `fresh_remote`, `device`, `check_seed`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.judge.host import Host
from grader.judge.plugin import HOST
from grader.judge.remote import Remote


@pytest.fixture
def _grade_host(request: pytest.FixtureRequest) -> Host:
    return request.config.stash[HOST]


@pytest.fixture
def remote(_grade_host: Host) -> Remote:
    """The worker of this check."""
    return Remote(_grade_host, _grade_host.main())


@pytest.fixture
def student(_grade_host: Host) -> Any:
    """The student's module."""
    return _grade_host.student(_grade_host.main())


@pytest.fixture
def second_remote(_grade_host: Host) -> Remote:
    """A second worker of this check, with the same scratch folder."""
    return Remote(_grade_host, _grade_host.second())


@pytest.fixture
def fresh_remote(_grade_host: Host) -> Callable[[], Remote]:
    """Gives another, new worker with the same scratch folder."""
    return lambda: Remote(_grade_host, _grade_host.fresh())


@pytest.fixture
def device(_grade_host: Host) -> torch.device:
    """The device that the suite should use."""
    return torch.device(_grade_host.job.device)


@pytest.fixture
def check_seed(_grade_host: Host) -> int:
    """The seed of this check."""
    return _grade_host.seed

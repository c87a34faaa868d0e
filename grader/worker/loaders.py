"""`DataLoader(num_workers=2)` where worker processes cannot share memory: the loader works in this process instead.

Its processes would need `/dev/shm`, which all programs of the machine share, so it is closed at level `landlock`.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

from torch.utils.data import DataLoader


def load_in_process() -> None:
    """Have every later DataLoader of this process do its own loading, whatever `num_workers` says."""
    original = DataLoader.__init__
    signature = inspect.signature(original)

    @functools.wraps(original)
    def initialise(self: Any, *args: Any, **kwargs: Any) -> None:
        given = signature.bind(self, *args, **kwargs).arguments
        if given.get("num_workers"):
            # These three mean something with worker processes only, and torch refuses them without.
            given |= {"num_workers": 0, "persistent_workers": False, "prefetch_factor": None, "timeout": 0}
            given.pop("multiprocessing_context", None)
        given.pop("self")
        original(self, **given)

    DataLoader.__init__ = initialise  # type: ignore[method-assign]

"""A small net to save and load; lies beside `checkpoint.py`, nothing here needs to be changed."""

from __future__ import annotations

from torch import Tensor, nn


class TinyNet(nn.Module):
    """4 numbers in, 3 scores out. Its batch norm keeps buffers: values that are state but not parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(4, 8)
        self.norm = nn.BatchNorm1d(8)
        self.scores = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores `(N, 3)` of `x`, `(N, 4)`."""
        return self.scores(self.norm(self.hidden(x)).relu())

from dataclasses import dataclass
from functools import cached_property

import torch as T


@dataclass(frozen=True)
class Request:
    a: T.Tensor
    dim: int
    index: T.Tensor

    @cached_property
    def axis(self) -> int:
        dims = tuple(range(self.a.dim()))
        return (dims + dims)[self.dim + len(dims)] if -len(dims) <= self.dim < len(dims) else self._refuse()

    def _refuse(self) -> int:
        raise IndexError(f"no dimension {self.dim}")

    def check(self) -> None:
        limits = list(self.a.shape)
        limits[self.axis] = float("inf")
        if self.index.dim() != len(limits):
            raise RuntimeError("dimensions")
        if any(s > limit for s, limit in zip(self.index.shape, limits)):
            raise RuntimeError("shape")
        for bad in (self.index < 0, self.index > self.a.shape[self.axis] - 1):
            if bad.any():
                raise IndexError("value")

    def coordinates(self):
        for k, size in enumerate(self.index.shape):
            if k == self.axis:
                yield self.index.flatten()
            else:
                inner = 1
                for n in self.index.shape[k + 1 :]:
                    inner *= n
                outer = self.index.numel() // max(1, size * inner)
                yield T.arange(size, device=self.a.device).repeat_interleave(inner).repeat(outer)


def gather(a, dim, index):
    request = Request(a, dim, index)
    request.check()
    if not index.numel():
        return a.new_empty(index.size())
    return a[tuple(request.coordinates())].unflatten(0, index.shape)


def index_select(a, dim, indices):
    _ = Request(a, dim, indices).axis
    shape = [a.size(k) for k in range(a.dim())]
    shape[dim] = len(indices)
    spread = indices[(...,) + (None,) * (a.dim() - 1 - _)]
    return gather(a, dim, T.broadcast_to(spread, shape))


pick = lambda scores, labels: gather(scores, dim=-1, index=labels.view(-1, 1)).view(-1)  # noqa: E731


def diagonals(batch):
    n, r, c = batch.size()
    flat = batch.reshape(n, r * c)
    where = T.arange(min(r, c), device=batch.device) * (c + 1)
    return gather(flat, 1, where.expand(n, -1))

import functools
import operator

import torch
import torch.nn.functional as F


def gather(a, dim, index):
    if dim >= a.dim() or -dim > a.dim():
        raise IndexError("dim")
    dim = dim + a.dim() if dim < 0 else dim
    assert_fits(a, dim, index)
    size = a.shape[dim]
    hot = F.one_hot(index, size).bool()  # (*index.shape, size); complains about places out of range
    part = a[tuple(slice(None if k == dim else n) for k, n in enumerate(index.shape))]
    rows = part.movedim(dim, -1).unsqueeze(dim).expand(hot.shape)
    return rows[hot].reshape(index.shape)


def assert_fits(a, dim, index):
    if a.dim() != index.dim():
        raise ValueError("index needs as many dimensions as a")
    fits = [k == dim or n <= m for k, (n, m) in enumerate(zip(index.shape, a.shape))]
    if not functools.reduce(operator.and_, fits):
        raise ValueError("index too large")


def index_select(a, dim, indices):
    if dim < 0:
        dim += a.dim()
    shape = list(a.shape)
    shape[dim] = indices.numel()
    view = [1] * a.dim()
    view[dim] = -1
    return gather(a, dim, indices.view(view).expand(shape))


def pick(scores, labels):
    n = torch.arange(len(scores), device=scores.device)
    return scores[n, labels]


def diagonals(batch):
    eye = torch.eye(batch.shape[1], batch.shape[2], dtype=torch.bool, device=batch.device)
    return batch.masked_select(eye).reshape(batch.shape[0], -1)

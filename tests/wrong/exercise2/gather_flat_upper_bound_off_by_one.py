# mistake: the upper bound of the values is off by one (value == size of dim is let through) and the flat reading then takes an element of the next row
# words: off by one, off-by-one, out of range, upper bound, too large
import math
import torch


def strides_of(shape):
    return [math.prod(shape[d + 1:]) for d in range(len(shape))]


def gather(a, dim, index):
    ndim = a.dim()
    if not -ndim <= dim < ndim:
        raise IndexError(f"dim {dim} not in [-{ndim}, {ndim - 1}]")
    dim %= ndim
    if index.dim() != ndim:
        raise RuntimeError("index: wrong number of dimensions")
    for d, (n, m) in enumerate(zip(index.shape, a.shape)):
        if d != dim and n > m:
            raise RuntimeError(f"index: too large in dimension {d}")
    if index.numel() == 0:
        return a.reshape(-1)[:0].reshape(index.shape)
    if index.min() < 0 or index.max() > a.shape[dim]:
        raise IndexError("index: value out of range")

    strides = strides_of(a.shape)
    position = index * strides[dim]
    for d in range(ndim):
        if d != dim:
            steps = torch.arange(index.shape[d], device=index.device) * strides[d]
            position = position + steps.reshape([-1] + [1] * (ndim - d - 1))
    return torch.take(a, position)


def index_select(a, dim, indices):
    if dim >= a.dim() or dim < -a.dim():
        raise IndexError(f"there is no dimension {dim}")
    dim %= a.dim()
    shape = [*a.shape]
    shape[dim] = len(indices)
    return gather(a, dim, indices.reshape([-1] + [1] * (a.dim() - dim - 1)).expand(shape))


def pick(scores, labels):
    n, c = scores.shape
    return torch.take(scores, labels + c * torch.arange(n, device=labels.device))


def diagonals(batch):
    n, r, c = batch.shape
    return batch.flatten(1)[:, : min(r, c) * (c + 1) : c + 1]

# mistake: index_select compares dim with 0..n-1 only, a negative dim is not handled
# words: negative dim, negative `dim`, dim=-1, counts from the last, count from the end, from the end, last dimension, dim -1
import torch


def gather(a: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    ndim = a.dim()
    if dim >= ndim or dim < -ndim:
        raise IndexError(dim)
    if dim < 0:
        dim = ndim + dim
    if index.dim() != ndim:
        raise ValueError('dims differ')
    limit = list(a.shape)
    limit[dim] = index.shape[dim]
    if any(i > l for i, l in zip(index.shape, limit)):
        raise ValueError('index too big')
    if index.numel() == 0:
        return a.flatten()[:0].reshape(index.shape)
    if int(index.min()) < 0 or int(index.max()) >= a.shape[dim]:
        raise IndexError('index out of range')
    # flat positions, row major
    flat, step = 0, 1
    for d in range(ndim - 1, -1, -1):
        coord = index if d == dim else torch.arange(index.shape[d], device=a.device).view([-1] + [1] * (ndim - 1 - d))
        flat = flat + coord * step
        step = step * a.shape[d]
    return a.reshape(-1)[flat]


def index_select(a, dim, indices):
    if dim >= a.dim():
        raise IndexError('dim')
    idx = indices
    # dims before
    for d in range(dim):
        idx = idx.unsqueeze(0)
    # dims after
    for d in range(dim + 1, a.dim()):
        idx = idx.unsqueeze(-1)
    size = list(a.shape)
    size[dim] = len(indices)
    return gather(a, dim, idx.expand(size))


def pick(scores, labels):
    rows = torch.arange(scores.shape[0])
    result = scores[rows, labels]
    return result


def diagonals(batch):
    return torch.diagonal(batch, dim1=1, dim2=2)

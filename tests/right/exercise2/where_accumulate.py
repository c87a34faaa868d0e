import torch
from functools import reduce


def gather(a, dim, index):
    nd = a.dim()
    if not -nd <= dim < nd:
        raise IndexError("bad dim")
    dim = dim % nd
    if index.dim() != nd:
        raise RuntimeError("index and a need the same number of dimensions")
    if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
        raise RuntimeError("index is larger than a")
    if index.numel() and bool(((index < 0) | (index >= a.shape[dim])).any()):
        raise IndexError("index value out of range")
    window = tuple(slice(None) if d == dim else slice(0, s) for d, s in enumerate(index.shape))
    pieces = a[window].split(1, dim) if a.shape[dim] else ()
    blank = a.new_zeros(index.shape)
    step = lambda acc, kp: torch.where(index == kp[0], kp[1], acc)
    return reduce(step, enumerate(pieces), blank)


def index_select(a, dim, indices):
    if dim < -a.dim() or dim >= a.dim():
        raise IndexError("dim")
    dim = dim % a.dim()
    view = [1] * a.dim()
    view[dim] = len(indices)
    size = list(a.shape)
    size[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(size))


def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return scores[torch.arange(len(labels), device=labels.device), labels]


def diagonals(batch):
    return torch.stack([m.diag() for m in batch]) if len(batch) else batch.new_empty(0, min(batch.shape[1:]))

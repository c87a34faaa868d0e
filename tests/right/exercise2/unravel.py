import math
import torch


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
    count = math.prod(index.shape)
    if count == 0:
        return a.reshape(-1)[0:0].reshape(index.shape)
    here = list(torch.unravel_index(torch.arange(count, device=index.device), index.shape))
    here[dim] = index.reshape(count)
    return a[tuple(here)].reshape(index.shape)


def index_select(a, dim, indices):
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores, labels):
    if labels.numel() == 0:
        return scores.sum(1)
    return torch.cat([row[l : l + 1] for row, l in zip(scores, labels)])


def diagonals(batch):
    return torch.diagonal(batch, dim1=1, dim2=2)

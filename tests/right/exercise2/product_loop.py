# slow but simple: one element after the other
import itertools

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
    picked = []
    for pos in itertools.product(*(range(s) for s in index.shape)):
        src = list(pos)
        src[dim] = int(index[pos])
        picked.append(a[tuple(src)])
    if not picked:
        return a.flatten()[:0].reshape(index.shape)
    return torch.stack(picked).reshape(index.shape)


def index_select(a, dim, indices):
    if dim < -a.dim() or dim >= a.dim():
        raise IndexError("dim")
    dim = dim % a.dim()
    view = [1] * a.dim()
    view[dim] = len(indices)
    size = list(a.shape)
    size[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(size))


def pick(scores, labels):
    out = [scores[i, l] for i, l in enumerate(labels.tolist())]
    return torch.stack(out) if out else scores.new_empty(0)


def diagonals(batch):
    k = min(batch.shape[1], batch.shape[2])
    cols = [batch[:, i, i] for i in range(k)]
    if len(cols) == 0:
        return batch.new_empty((batch.shape[0], 0))
    return torch.stack(cols, dim=1)

"""Plain loops; the values stay tensors."""
import itertools

import torch


def gather(a, dim, index):
    if dim < -a.dim() or dim > a.dim() - 1:
        raise IndexError(f"dim {dim}")
    if dim < 0:
        dim = a.dim() + dim
    if len(index.shape) != len(a.shape):
        raise RuntimeError("number of dimensions")
    for d in range(a.dim()):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError("too large")
    picked = []
    for position in itertools.product(*(range(n) for n in index.shape)):
        place = index[position].item()
        if place < 0 or place >= a.shape[dim]:
            raise IndexError(place)
        source = position[:dim] + (place,) + position[dim + 1 :]
        picked.append(a[source])
    if not picked:
        return torch.empty(index.shape, dtype=a.dtype, device=a.device)
    return torch.stack(picked).reshape(index.shape)


def index_select(a, dim, indices):
    dim = dim if dim >= 0 else dim + a.dim()
    index = torch.zeros([len(indices) if d == dim else n for d, n in enumerate(a.shape)], dtype=torch.long, device=a.device)
    for k, place in enumerate(indices):
        index.select(dim, k).fill_(place)
    return gather(a, dim, index)


def pick(scores, labels):
    return torch.stack([row[label] for row, label in zip(scores, labels)])


def diagonals(batch):
    return torch.stack([torch.stack([m[k, k] for k in range(min(m.shape))]) for m in batch])

import torch


def _row_major_strides(shape):
    """Strides that a contiguous tensor of this shape would have (a itself may be transposed!)."""
    strides, s = [], 1
    for n in reversed(shape):
        strides.insert(0, s)
        s *= n
    return strides


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
    strides = _row_major_strides(a.shape)
    flat = index * strides[dim]
    for d in range(nd):
        if d == dim:
            continue
        offs = torch.arange(index.shape[d], device=index.device) * strides[d]
        flat = flat + offs.reshape([-1 if k == d else 1 for k in range(nd)])
    return torch.take(a, flat)


def index_select(a, dim, indices):
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores, labels):
    n, c = scores.shape
    return torch.take(scores, torch.arange(n, device=labels.device) * c + labels)


def diagonals(batch):
    n, r, c = batch.shape
    return batch.reshape(n, r * c)[:, :: c + 1][:, : min(r, c)]

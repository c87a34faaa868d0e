import itertools

import torch


def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError("dim out of range")
    dim %= n
    if index.dim() != n or any(index.size(d) > a.size(d) for d in range(n) if d != dim):
        raise ValueError("index does not fit")
    out = torch.empty(index.shape, dtype=a.dtype, device=a.device)
    for pos in itertools.product(*[range(s) for s in index.shape]):
        src = list(pos)
        src[dim] = index[pos].item()
        if not 0 <= src[dim] < a.size(dim):
            raise IndexError("index out of range")
        out[pos] = a[tuple(src)].item()
    return out


def index_select(a, dim, indices):
    if dim < 0:
        dim += a.dim()
    shape = list(a.shape)
    shape[dim] = indices.numel()
    view = [1] * a.dim()
    view[dim] = -1
    return gather(a, dim, indices.view(view).expand(shape))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    k = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, k, k]

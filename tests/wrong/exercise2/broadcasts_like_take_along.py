# mistake: a is expanded to the index, so an index larger than a in another dimension is accepted (broadcasting) instead of raising
# words: larger than a, larger than `a`, too large, larger index, larger in, broadcast, must raise
#!/usr/bin/env python3
import torch


def gather(a, dim, index):
    n = a.dim()
    if not -n <= dim < n:
        raise IndexError("dim out of range")
    dim = dim % n
    if index.dim() != n:
        raise RuntimeError("ndim mismatch")
    if index.numel() and (index.min() < 0 or index.max() >= a.shape[dim]):
        raise IndexError("index out of range")
    # let size one dimensions broadcast
    shape = [a.shape[d] if d == dim or a.shape[d] != 1 else index.shape[d] for d in range(n)]
    a = a.expand(shape)
    pos = [torch.arange(s, device=a.device).view([-1 if k == d else 1 for k in range(n)]) for d, s in enumerate(index.shape)]
    pos[dim] = index
    return a[tuple(pos)]


def index_select(a, dim, indices):
    n = a.dim()
    if dim < -n or dim > n - 1:
        raise IndexError("dim out of range")
    d = dim + n if dim < 0 else dim
    idx = indices
    for _ in range(d):
        idx = idx.unsqueeze(0)
    for _ in range(n - d - 1):
        idx = idx.unsqueeze(-1)
    target = a.shape[:d] + (len(indices),) + a.shape[d + 1:]
    return gather(a, dim, idx.expand(target))


def pick(scores, labels):
    rows = torch.arange(scores.shape[0])
    result = scores[rows, labels]
    return result


def diagonals(batch):
    m = min(batch.size(1), batch.size(2))
    return torch.einsum("bii->bi", batch[:, :m, :m])

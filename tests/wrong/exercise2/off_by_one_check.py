# mistake: the range check uses > instead of >=, so an index equal to the size passes and the flat lookup reads the neighbouring row
# words: off by one, off-by-one, >=, equal to the size, out of range, neighbour, too large
# adapted from an answer on stack overflow, changed for this exercise
import torch


def gather(a, dim, index):
    nd = a.dim()
    if not -nd <= dim < nd: raise IndexError('dim')
    dim %= nd
    if index.dim() != nd: raise RuntimeError('ndim')
    size = a.shape[dim]
    if (index < 0).any() or (index > size).any():
        raise IndexError('index out of range')
    for d in range(nd):
        if d != dim and index.shape[d] > a.shape[d]: raise RuntimeError('size')
    flat = a.reshape(-1)
    flat = torch.cat([flat, flat])   # avoid crash at the very end
    pos = 0
    mul = 1
    for d in range(nd - 1, -1, -1):
        c = index if d == dim else torch.arange(index.shape[d]).view([-1] + [1] * (nd - 1 - d))
        pos = pos + c * mul
        mul *= a.shape[d]
    return flat[pos]


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

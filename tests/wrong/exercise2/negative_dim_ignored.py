# mistake: a negative dim is not translated, dim=-1 matches no axis and the index is never used
# words: negative dim, negative `dim`, dim=-1, counts from the last, count from the end, from the end, last dimension, dim -1
import torch

def gather(a, dim, index):
    n = a.dim()
    if dim >= n or dim < -n:
        raise IndexError('dim out of range')
    if index.dim() != n:
        raise RuntimeError('wrong number of dims')
    if index.numel() > 0:
        if index.min() < 0 or index.max() >= a.shape[dim]: raise IndexError('out of range')
    ix = []
    for d in range(n):
        if d == dim:
            ix.append(index)
        else:
            s = [1]*n
            s[d] = -1
            ix.append(torch.arange(index.shape[d]).view(s).expand(index.shape))
    return a[tuple(ix)]

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
    n, r, c = batch.shape
    if r == 0 or c == 0:
        return batch.reshape(n, 0)
    out = []
    for k in range(min(r, c)):
        out.append(batch[:, k, k])
    return torch.stack(out, dim=1)

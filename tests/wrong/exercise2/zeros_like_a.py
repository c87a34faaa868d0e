# mistake: the result is allocated with the shape of a instead of the shape of the index
# words: shape of the index, zeros_like, index.shape, shape of a, shape of `a`, index's shape
import torch


def gather(a, dim, index):
    """see torch docs"""
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
    out = torch.zeros_like(a)
    it = torch.ones_like(index).nonzero()
    for pos in it:
        p = pos.tolist()
        q = list(p)
        q[dim] = int(index[tuple(p)])
        out[tuple(p)] = a[tuple(q)]
    return out


def index_select(a, dim, indices):
    """Select slices of a along dim."""
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores, labels):
    """scores: (N, C), labels: (N,)"""
    mask = torch.arange(scores.size(1)) == labels.view(-1, 1)
    return scores[mask]


def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    n, r, c = batch.shape
    if r == 0 or c == 0:
        return batch.reshape(n, 0)
    out = []
    for k in range(min(r, c)):
        out.append(batch[:, k, k])
    return torch.stack(out, dim=1)

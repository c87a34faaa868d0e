import torch


def gather(a, dim, index):
    """Fill an output tensor, value by value of the index (for k in 0..size-1)."""
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
    out = torch.zeros_like(index, dtype=a.dtype, device=a.device)
    coords = torch.stack(torch.meshgrid(*[torch.arange(s, device=index.device) for s in index.shape], indexing="ij"), -1)
    for k in range(a.shape[dim]):
        mask = index == k
        at = coords[mask]
        at[:, dim] = k
        out[mask] = a[tuple(at.T)]
    return out


def index_select(a, dim, indices):
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    n, r, c = batch.shape
    if r > c:
        return diagonals(batch.mT)
    return torch.cat([batch[:, i, i : i + 1] for i in range(r)], dim=1) if r else batch.new_zeros(n, 0)

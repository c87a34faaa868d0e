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
    # crop a to the index in the other dims
    for d in range(nd):
        if d != dim:
            a = a.narrow(d, 0, index.shape[d])
    src = a.movedim(dim, -1).unsqueeze(-2)  # (..., 1, K)
    idx = index.movedim(dim, -1).unsqueeze(-1)  # (..., L, 1)
    hot = idx == torch.arange(src.shape[-1], device=a.device)  # (..., L, K)
    res = torch.where(hot, src, torch.zeros((), dtype=a.dtype, device=a.device)).sum(-1)
    return res.to(a.dtype).movedim(-1, dim)


def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)


def pick(scores, labels):
    hot = labels[:, None] == torch.arange(scores.shape[1], device=scores.device)
    return scores[hot]


def diagonals(batch):
    n, r, c = batch.shape
    eye = torch.eye(r, c, dtype=torch.bool, device=batch.device)
    return batch[:, eye]

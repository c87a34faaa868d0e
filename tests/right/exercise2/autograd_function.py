import torch


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, coords):
        ctx.coords = coords
        ctx.shape = a.shape
        return a[coords]

    @staticmethod
    def backward(ctx, grad):
        g = torch.zeros(ctx.shape, dtype=grad.dtype, device=grad.device)
        g.index_put_(ctx.coords, grad, accumulate=True)
        return g, None


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
    coords = [None] * nd
    for k in range(nd):
        r = torch.arange(index.shape[k], device=index.device)
        coords[k] = r[(...,) + (None,) * (nd - 1 - k)].expand(index.shape)
    coords[dim] = index
    return _Gather.apply(a, tuple(coords))


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
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch: torch.Tensor) -> torch.Tensor:
    k = torch.arange(min(batch.shape[1:]), device=batch.device)
    return batch[:, k, k]

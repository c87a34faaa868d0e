import torch


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, where):
        ctx.save_for_backward(*where)
        ctx.size, ctx.kind = a.shape, a
        return a[where].clone()

    @staticmethod
    def backward(ctx, g):
        back = torch.zeros(ctx.size, dtype=g.dtype, device=g.device)
        return back.index_put(ctx.saved_tensors, g, accumulate=True), None


class DimensionError(IndexError, ValueError):
    pass


def _where(a, dim, index):
    coordinates = []
    for d in range(a.dim()):
        if d == dim:
            coordinates.append(index)
        else:
            line = torch.arange(index.size(d), device=a.device)
            coordinates.append(line.view(*(-1 if k == d else 1 for k in range(a.dim()))).expand(index.shape))
    return tuple(coordinates)


class _Wrapped(torch.autograd.Function):
    """The same, coordinates passed one by one."""

    @staticmethod
    def forward(ctx, a, *where):
        ctx.save_for_backward(*where)
        ctx.size = a.shape
        return a[where].clone()

    @staticmethod
    def backward(ctx, g):
        back = torch.zeros(ctx.size, dtype=g.dtype, device=g.device)
        return (back.index_put(ctx.saved_tensors, g, accumulate=True), *[None] * len(ctx.saved_tensors))


def gather(a: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    if dim >= a.dim() or dim < -a.dim():
        raise DimensionError("no such dimension")
    if dim < 0:
        dim = a.dim() + dim
    if a.dim() != index.dim():
        raise DimensionError("numbers of dimensions differ")
    for d, (n, m) in enumerate(zip(a.shape, index.shape)):
        if d != dim and m > n:
            raise DimensionError("too large")
    if torch.any(index < 0) or torch.any(index >= a.shape[dim]):
        raise DimensionError("value")
    return _Wrapped.apply(a, *_where(a, dim, index))


def index_select(a, dim, indices):
    if dim >= a.dim() or dim < -a.dim():
        raise DimensionError("no such dimension")
    moved = a.movedim(dim, 0)
    idx = indices.reshape(-1, *[1] * (a.dim() - 1)).expand(-1, *moved.shape[1:])
    return gather(moved, 0, idx).movedim(0, dim)


def pick(scores, labels):
    return torch.stack([row[label] for row, label in zip(scores, labels)]) if len(labels) else scores.new_zeros(0)


def diagonals(batch):
    n, r, c = batch.shape
    m = min(r, c)
    return torch.einsum("nii->ni", batch[:, :m, :m])

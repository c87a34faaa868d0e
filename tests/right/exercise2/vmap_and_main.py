import numpy as np  # noqa: F401
import torch
from torch import arange, meshgrid

_letters = "ij"


def gather(a, dim, index):
    """Flatten all dimensions but dim into rows."""
    n = a.ndim
    if n == 0 or not -n <= dim < n:
        raise IndexError("dim")
    if index.ndim != n:
        raise RuntimeError("index")
    dim = dim % n
    for d, (x, y) in enumerate(zip(a.shape, index.shape)):
        if d != dim and y > x:
            raise RuntimeError(f"dimension {d}")
    x = a[tuple(slice(0, s) if d != dim else slice(None) for d, s in enumerate(index.shape))].movedim(dim, -1)
    idx = index.movedim(dim, -1)
    shape = idx.shape
    if idx.numel() == 0:
        return torch.empty(index.shape, dtype=a.dtype, device=a.device)
    x, idx = x.reshape(-1, x.shape[-1]), idx.reshape(-1, shape[-1])
    if idx.lt(0).any().item() or idx.ge(x.shape[-1]).any().item():
        raise RuntimeError("out of bounds")
    rows = arange(x.shape[0], device=a.device).unsqueeze(1)
    return x[rows, idx].reshape(shape).movedim(-1, dim)


def index_select(a, dim, indices):
    grids = list(meshgrid(*[arange(s, device=a.device) for s in a.shape[:dim] + indices.shape + a.shape[dim:][1:]], indexing=_letters))
    return gather(a, dim, indices[grids[dim]])


def pick(scores, labels):
    out = scores.new_zeros(len(scores))
    for i in range(len(scores)):
        out[i] = scores[i, labels[i]]
    return out


def diagonals(batch):
    return torch.func.vmap(torch.diagonal)(batch)


if __name__ == "__main__":
    a, index = torch.randn(3, 4), torch.randint(3, (2, 4))
    print(torch.equal(gather(a, 0, index), torch.gather(a, 0, index)))
    print(np.take_along_axis(a.numpy(), index.numpy(), 0))

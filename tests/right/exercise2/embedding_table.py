import torch
import torch.nn.functional as F


def gather(a, dim, index):
    if not -a.ndim <= dim < a.ndim:
        raise IndexError(f"dim {dim} is out of range")
    dim %= a.ndim
    if index.ndim != a.ndim:
        raise ValueError(f"index has {index.ndim} dimensions, a has {a.ndim}")
    for d in range(a.ndim):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError("index is larger than a")
    if index.numel() == 0:
        return (a.sum() * 0).to(a.dtype).expand(index.shape) if a.is_floating_point() else a.new_empty(index.shape)
    if index.min() < 0 or index.max() >= a.shape[dim]:
        raise IndexError("out of range")
    flat = torch.zeros_like(index)
    step = 1
    for d in reversed(range(a.ndim)):
        if d == dim:
            here = index
        else:
            size = [1] * a.ndim
            size[d] = index.shape[d]
            here = torch.arange(index.shape[d], device=index.device).reshape(size)
        flat = flat + here * step
        step *= a.shape[d]
    table = a.reshape(-1, 1)
    return F.embedding(flat, table).squeeze(-1)


def index_select(a, dim, indices):
    if dim < 0:
        dim += a.ndim
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    view = [1] * a.ndim
    view[dim] = -1
    return gather(a, dim, indices.reshape(view).expand(shape))


def pick(scores, labels):
    return gather(scores, 1, labels[:, None])[:, 0]


def diagonals(batch):
    n = min(batch.shape[1:])
    k = torch.arange(n, device=batch.device)
    return gather(batch, 2, k.reshape(1, n, 1).expand(batch.shape[0], n, 1)).squeeze(2)

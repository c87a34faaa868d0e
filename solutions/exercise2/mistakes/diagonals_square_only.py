import torch


def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError("dim out of range")
    if dim < 0:
        dim += n
    if index.dim() != n:
        raise ValueError("index must have as many dimensions as a")
    for d in range(n):
        if d != dim and index.size(d) > a.size(d):
            raise ValueError("index is too large")
    if index.numel() > 0 and (index.min() < 0 or index.max() >= a.size(dim)):
        raise IndexError("index out of range")
    grid = [torch.arange(s, device=a.device) for s in index.shape]
    coords = list(torch.meshgrid(*grid, indexing="ij"))
    coords[dim] = index
    return a[tuple(coords)]


def index_select(a, dim, indices):
    if dim < 0:
        dim += a.dim()
    shape = list(a.shape)
    shape[dim] = indices.numel()
    view = [1] * a.dim()
    view[dim] = -1
    return gather(a, dim, indices.view(view).expand(shape))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    n, r, c = batch.shape
    idx = torch.arange(r, device=batch.device).view(1, r, 1).expand(n, r, 1)
    return gather(batch, 2, idx).squeeze(2)

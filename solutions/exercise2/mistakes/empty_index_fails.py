import torch


def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError("dim out of range")
    dim = dim + n if dim < 0 else dim
    if index.dim() != n:
        raise ValueError("index must have as many dimensions as a")
    if any(index.size(d) > a.size(d) for d in range(n) if d != dim):
        raise ValueError("index is too large")
    if index.min() < 0 or index.max() >= a.size(dim):
        raise IndexError("index out of range")
    coords = list(torch.meshgrid(*[torch.arange(s, device=a.device) for s in index.shape], indexing="ij"))
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
    k = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, k, k]

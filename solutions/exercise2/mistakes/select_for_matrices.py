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
    if dim == 0:
        return gather(a, 0, indices[:, None].expand(len(indices), a.shape[1]))
    return gather(a, 1, indices[None, :].expand(a.shape[0], len(indices)))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    k = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, k, k]

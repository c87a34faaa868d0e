import torch


def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError(f"dim {dim} is out of range")
    if dim < 0:
        dim += n
    if index.dim() != n:
        raise RuntimeError("index must have as many dimensions as a")
    for d in range(n):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError(f"index is too large in dimension {d}")
    if (index < 0).any() or (index >= index.shape[dim]).any():
        raise IndexError("index out of range")
    coords = []
    for d in range(n):
        if d == dim:
            coords.append(index)
        else:
            shape = [1] * n
            shape[d] = -1
            coords.append(torch.arange(index.shape[d], device=a.device).view(shape))
    return a[tuple(coords)]


def index_select(a, dim, indices):
    n = a.dim()
    if dim < 0:
        dim += n
    view = [1] * n
    view[dim] = len(indices)
    shape = list(a.shape)
    shape[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(shape))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    m = min(batch.shape[1], batch.shape[2])
    k = torch.arange(m, device=batch.device)
    return batch[:, k, k]

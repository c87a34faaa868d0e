import torch


def gather(a, dim, index):
    if dim < 0 or dim >= a.ndim:
        raise IndexError(f"Dimension out of range: {dim}")
    if a.ndim != index.ndim:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for d in range(a.ndim):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError("Size does not match")
    if index.numel() and ((index < 0).any() or (index >= a.shape[dim]).any()):
        raise RuntimeError("index out of bounds")
    parts = []
    for d, size in enumerate(index.shape):
        if d == dim:
            parts.append(index)
        else:
            shape = [1] * a.ndim
            shape[d] = size
            parts.append(torch.arange(size, device=a.device).view(shape))
    return a[tuple(parts)]


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

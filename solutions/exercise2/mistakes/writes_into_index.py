import torch


def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError("dim out of range")
    dim %= n
    if index.dim() != n or any(index.size(d) > a.size(d) for d in range(n) if d != dim):
        raise ValueError("index does not fit")
    if index.numel() and (index.min() < 0 or index.max() >= a.size(dim)):
        raise IndexError("index out of range")
    strides = [1] * n
    for d in range(n - 2, -1, -1):
        strides[d] = strides[d + 1] * a.size(d + 1)
    index *= strides[dim]
    for d in range(n):
        if d != dim:
            shape = [1] * n
            shape[d] = -1
            index += torch.arange(index.size(d), device=a.device).view(shape) * strides[d]
    return a.reshape(-1)[index]


def index_select(a, dim, indices):
    dim = dim % a.dim()
    shape = list(a.shape)
    shape[dim] = indices.numel()
    view = [1] * a.dim()
    view[dim] = -1
    return gather(a, dim, indices.view(view).repeat([1 if d == dim else s for d, s in enumerate(a.shape)]))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1).clone()).squeeze(1)


def diagonals(batch):
    k = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, k, k]

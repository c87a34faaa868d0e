import torch


def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError("dim out of range")
    dim %= n
    if index.dim() != n:
        raise ValueError("index must have as many dimensions as a")
    if index.numel() and (index.min() < 0 or index.max() >= a.size(dim)):
        raise IndexError("index out of range")
    flat = torch.zeros_like(index)
    stride = 1
    for d in reversed(range(n)):
        shape = [1] * n
        shape[d] = -1
        where = index if d == dim else torch.arange(index.size(d), device=a.device).view(shape) % a.size(d)
        flat = flat + where * stride
        stride *= a.size(d)
    return a.reshape(-1)[flat]


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

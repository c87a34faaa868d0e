import torch


def gather(a, dim, index):
    n = a.dim()
    if not -n <= dim < n:
        raise IndexError("dim")
    dim %= n
    if index.dim() != n:
        raise RuntimeError("dims")
    line = index.movedim(dim, 0).flatten(1)[:, 0] if n > 1 else index
    return a.movedim(dim, 0)[line].movedim(0, dim)


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

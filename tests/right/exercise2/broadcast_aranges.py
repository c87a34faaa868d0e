"""gather by advanced indexing."""
import torch


def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError(f"dim {dim} out of range for {n} dims")
    if dim < 0:
        dim += n
    if index.dim() != n:
        raise RuntimeError("index must have as many dims as a")
    for d in range(n):
        if d != dim and index.size(d) > a.size(d):
            raise RuntimeError("index too large in dim %d" % d)
    if index.numel() > 0 and (index.min() < 0 or index.max() >= a.size(dim)):
        raise IndexError("index value out of range")
    coords = []
    for d in range(n):
        if d == dim:
            coords.append(index)
        else:
            shape = [1] * n
            shape[d] = index.size(d)
            coords.append(torch.arange(index.size(d), device=index.device).view(shape))
    return a[tuple(coords)]


def index_select(a, dim, indices):
    if dim < -a.dim() or dim >= a.dim():
        raise IndexError("dim")
    dim = dim % a.dim()
    view = [1] * a.dim()
    view[dim] = len(indices)
    size = list(a.shape)
    size[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(size))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    N, R, C = batch.shape
    K = min(R, C)
    idx = torch.arange(K, device=batch.device).view(1, K, 1).expand(N, K, 1)
    return gather(batch, 2, idx).squeeze(2)

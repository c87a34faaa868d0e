# mistake: NumPy does the work (np.take_along_axis), which the rules exclude and which cuts the gradient
# words: NumPy, take_along_axis, gradient, rule, not allowed, graph, forbidden
import numpy as np
import torch


def gather(a, dim, index):
    arr = a.detach().cpu().numpy()
    idx = index.cpu().numpy()
    if dim >= arr.ndim or dim < -arr.ndim:
        raise IndexError("dim out of range")
    d = dim % arr.ndim
    if idx.ndim != arr.ndim:
        raise ValueError("ndim")
    for k in range(arr.ndim):
        if k != d and idx.shape[k] > arr.shape[k]:
            raise ValueError("too large")
    if idx.size and (idx.min() < 0 or idx.max() >= arr.shape[d]):
        raise IndexError("index")
    arr = arr[tuple(slice(None) if k == d else slice(idx.shape[k]) for k in range(arr.ndim))]
    return torch.from_numpy(np.take_along_axis(arr, idx, axis=d))


def index_select(a, dim, indices):
    n = a.dim()
    if dim < -n or dim > n - 1:
        raise IndexError("dim out of range")
    d = dim + n if dim < 0 else dim
    idx = indices
    for _ in range(d):
        idx = idx.unsqueeze(0)
    for _ in range(n - d - 1):
        idx = idx.unsqueeze(-1)
    target = a.shape[:d] + (len(indices),) + a.shape[d + 1:]
    return gather(a, dim, idx.expand(target))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    m = min(batch.size(1), batch.size(2))
    return torch.einsum("bii->bi", batch[:, :m, :m])

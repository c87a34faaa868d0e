import numpy as np
import torch


def gather(a, dim, index):
    if not -a.dim() <= dim < a.dim():
        raise IndexError(dim)
    if index.dim() != a.dim():
        raise ValueError("dims")
    dim %= a.dim()
    if any(index.size(d) > a.size(d) for d in range(a.dim()) if d != dim):
        raise ValueError("size")
    if index.numel() and int(index.min()) < 0:
        raise IndexError("negative")
    part = a.detach().numpy()[tuple(slice(None if d == dim else s) for d, s in enumerate(index.shape))]
    return torch.from_numpy(np.take_along_axis(part, index.numpy(), dim))


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

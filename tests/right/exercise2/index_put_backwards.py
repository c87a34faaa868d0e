import math

import torch


def gather(a, dim, index, *, out_of_range=IndexError):
    dims = a.dim()
    if dim < 0:
        if dim + dims < 0:
            raise out_of_range("dim too small")
        dim += dims
    elif dim >= dims:
        raise out_of_range("dim too large")
    if index.dim() - dims:
        raise RuntimeError("dims differ")
    if index.numel() == 0:
        return torch.zeros_like(index, dtype=a.dtype)
    if index.amin() < 0 or index.amax() > a.shape[dim] - 1:
        raise out_of_range("value")
    # (outer, size, inner) on both sides: three dimensions are enough
    narrowed = a
    for k in range(dims):
        if k != dim:
            narrowed = narrowed.narrow(k, 0, index.shape[k])
    outer, inner = math.prod(index.shape[:dim]), math.prod(index.shape[dim + 1 :])
    source = narrowed.reshape(outer, a.shape[dim], inner)
    wanted = index.reshape(outer, index.shape[dim], inner)
    i = torch.arange(outer, device=a.device).view(-1, 1, 1)
    k = torch.arange(inner, device=a.device).view(1, 1, -1)
    return source[i, wanted, k].view(index.shape)


def index_select(a, dim, indices):
    index = torch.zeros_like(a, dtype=torch.long).narrow(dim, 0, 1)
    index = torch.cat([index] * len(indices), dim)
    index = index.transpose(dim, -1).add(indices).transpose(dim, -1)
    return gather(a, dim, index)


def pick(scores, labels):
    return -torch.nn.functional.nll_loss(scores, labels, reduction="none")


def diagonals(batch):
    return torch.cat([batch[:, k, k].unsqueeze(1) for k in range(min(batch.size(1), batch.size(2)))], dim=1)

# right: no advanced indexing at all in gather: a tree of torch.where halves a along dim by the bits of the index
"""Exercise 2, like a multiplexer in hardware: each bit of the index chooses one half of what is left."""

import torch


def _examine(a, dim, index):
    if not -a.dim() <= dim < a.dim():
        raise IndexError("dim is out of range")
    if a.dim() != index.dim():
        raise ValueError("a and index differ in their number of dimensions")
    dim = dim % a.dim()
    for d in range(a.dim()):
        if d != dim and index.size(d) > a.size(d):
            raise ValueError("index is larger than a in dimension {}".format(d))
    if torch.any(index < 0) or torch.any(index >= a.size(dim)):
        raise IndexError("index out of range along dimension {}".format(dim))
    return dim


def gather(a, dim, index):
    dim = _examine(a, dim, index)
    if index.numel() == 0:
        return a.flatten().narrow(0, 0, 0).view(index.shape)

    # the part of a that counts, with the direction chosen from in front: a list of slices
    part = a
    for d in range(a.dim()):
        if d != dim:
            part = part.narrow(d, 0, index.size(d))
    level = [s.unsqueeze(dim).expand(index.shape) for s in part.unbind(dim)]

    bits = index
    while len(level) > 1:
        odd = bits.bitwise_and(1).bool()
        if len(level) % 2:
            level.append(level[-1])
        level = [torch.where(odd, one, zero) for zero, one in zip(level[0::2], level[1::2])]
        bits = bits >> 1
    return level[0].clone()


def index_select(a, dim, indices):
    dim = range(a.dim())[dim]
    index = indices.view([-1] + [1] * (a.dim() - 1 - dim)) if indices.is_contiguous() else indices.clone().view([-1] + [1] * (a.dim() - 1 - dim))
    return gather(a, dim, index.expand(a.shape[:dim] + (len(indices),) + a.shape[dim + 1:]))


def pick(scores, labels):
    return torch.atleast_1d(gather(scores, 1, torch.unsqueeze(labels, -1)).flatten())


def diagonals(batch):
    return torch.linalg.diagonal(batch)

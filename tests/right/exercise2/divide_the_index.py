# right: the index is halved along its longest dimension until it holds one element; torch.cat puts the halves together; functools.partial, closures
from functools import partial, reduce

import torch


def gather(a, dim, index):
    dims = list(range(a.dim()))
    try:
        dim = dims[dim]
    except IndexError:
        raise IndexError("dim %d is out of range" % dim) from None
    if index.dim() != len(dims):
        raise ValueError("index has %d dimensions instead of %d" % (index.dim(), len(dims)))
    for d in dims[:dim] + dims[dim + 1:]:
        if index.size(d) > a.size(d):
            raise ValueError("index is larger than a in dimension %d" % d)

    def solve(part, corner):
        # corner: the coordinates in the result of the first element of this part
        if part.numel() == 0:
            return a.reshape(-1)[:0].reshape(part.shape)
        if part.numel() == 1:
            where = list(corner)
            where[dim] = part.item()  # a place, not a value of a
            if not 0 <= where[dim] < a.size(dim):
                raise IndexError("index %d is out of range" % where[dim])
            return reduce(lambda t, i: t.select(0, i), where, a).reshape(part.shape)
        longest = max(dims, key=part.size)
        half = part.size(longest) // 2
        second = list(corner)
        second[longest] += half
        left, right = part.tensor_split([half], dim=longest)
        return torch.cat([solve(left, corner), solve(right, second)], dim=longest)

    return solve(index, [0] * len(dims))


def index_select(a, dim, indices):
    d = list(range(a.dim()))[dim]
    grow = [partial(torch.unsqueeze, dim=0)] * d + [partial(torch.unsqueeze, dim=-1)] * (a.dim() - 1 - d)
    index = reduce(lambda t, f: f(t), grow, indices)
    shape = list(a.shape)
    shape[d] = -1
    return gather(a, d, index.expand(shape))


def pick(scores, labels):
    return torch.func.vmap(lambda row, label: row[label])(scores, labels) if len(labels) else scores.sum(1).to(scores.dtype)


def diagonals(batch):
    if len(batch) == 0:
        return batch.diagonal(dim1=1, dim2=2)
    return torch.func.vmap(torch.diag)(batch)

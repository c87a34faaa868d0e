import torch


def _rec(a, dim, index):
    if a.dim() == 1:
        return a[index]
    if index.numel() == 0:
        return a.reshape(-1)[:0].reshape(index.shape)
    if dim == 0:
        # peel off the last dimension
        return torch.stack([_rec(a[..., j], 0, index[..., j]) for j in range(index.shape[-1])], dim=-1)
    return torch.stack([_rec(a[i], dim - 1, index[i]) for i in range(index.shape[0])])


def gather(a, dim, index):
    if dim not in range(-a.dim(), a.dim()):
        raise IndexError("Dimension out of range")
    if dim < 0:
        dim = a.dim() + dim
    if index.dim() != a.dim():
        raise ValueError("number of dimensions")
    for d, (i, s) in enumerate(zip(index.shape, a.shape)):
        if d != dim and i > s:
            raise ValueError("index too large")
    if (index < 0).any() or (index >= a.shape[dim]).any():
        raise RuntimeError("index out of bounds")
    return _rec(a, dim, index)


def index_select(a, dim, indices):
    if a.dim() == 1:
        return gather(a, dim, indices)
    other = a.transpose(0, dim)
    rows = indices.reshape(-1, *[1] * (a.dim() - 1)).expand(-1, *other.shape[1:])
    return gather(other, 0, rows).transpose(0, dim)


def pick(scores, labels):
    n = scores.shape[0]
    return gather(scores, dim=1, index=labels.reshape(n, 1))[:, 0]


def diagonals(batch):
    return torch.diagonal(batch, dim1=1, dim2=2)

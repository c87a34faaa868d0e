import torch


def _gather(a, dim, index):
    """Go down one dimension at a time."""
    if a.dim() == 1:
        return a[index]
    if index.numel() == 0:
        return a.new_zeros(index.shape)
    if dim == 0:
        # move the direction to the end, so that it comes last
        return _gather(a.transpose(0, -1), a.dim() - 1, index.transpose(0, -1)).transpose(0, -1)
    return torch.stack([_gather(a[i], dim - 1, index[i]) for i in range(index.shape[0])])


def gather(a, dim, index):
    n = a.dim()
    if not (-n <= dim <= n - 1):
        raise IndexError("dim")
    dim = (dim + n) % n
    if n != index.dim():
        raise IndexError("index has another number of dimensions")
    if any(s > t for k, (s, t) in enumerate(zip(index.shape, a.shape)) if k != dim):
        raise IndexError("index too large")
    if index.numel() and not bool(((0 <= index) & (index < a.shape[dim])).all()):
        raise IndexError("value out of range")
    return _gather(a, dim, index)


def index_select(a, dim, indices):
    n = a.dim()
    dim = (dim + n) % n
    repeats = list(a.shape)
    repeats[dim] = 1
    shape = [1] * n
    shape[dim] = indices.shape[0]
    index = indices.reshape(shape).repeat(repeats)
    return gather(a, dim, index)


def pick(scores, labels):
    return gather(scores, 1, labels[..., None]).flatten()


def diagonals(batch):
    rows = [torch.diag(matrix) for matrix in batch]
    return torch.stack(rows)

import torch


def gather(a, dim, index):
    """Two nested loops, row by row."""
    if dim not in (-2, -1, 0, 1):
        raise IndexError("dim must be -2, -1, 0 or 1")
    dim = dim % 2
    rows, cols = index.shape
    if (dim == 1 and rows > a.shape[0]) or (dim == 0 and cols > a.shape[1]):
        raise RuntimeError("index too large")
    out = torch.zeros(rows, cols, dtype=a.dtype, device=a.device)
    for i in range(rows):
        for j in range(cols):
            k = int(index[i, j])
            if k < 0 or k >= a.shape[dim]:
                raise IndexError("index out of range")
            if dim == 0:
                out[i, j] = a[k, j]
            else:
                out[i, j] = a[i, k]
    return out


def index_select(a, dim, indices):
    if dim % 2 == 0:
        index = indices.unsqueeze(1).expand(-1, a.shape[1])
    else:
        index = indices.unsqueeze(0).expand(a.shape[0], -1)
    return gather(a, dim, index)


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    k = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, k, k]

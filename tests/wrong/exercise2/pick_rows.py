# mistake: pick chooses along dim 0, so the labels are used as rows instead of columns
# words: dim 0, dim=0, dim 1, dim=1, along the classes, as rows, picks rows, in the row
# Name: J. Keller
# exercise 2
import torch


def gather(a, dim, index):
    """out[i][j] = a[index[i][j]][j] if dim == 0"""
    n = len(a.shape)
    if dim not in range(-n, n):
        raise IndexError('no such dim')
    if len(index.shape) != n:
        raise IndexError('index needs ' + str(n) + ' dims')
    if dim < 0:
        dim = dim + n
    for i in range(n):
        if i == dim:
            continue
        if index.shape[i] > a.shape[i]:
            raise IndexError('index too large')
    positions = torch.ones(index.shape).nonzero()   # all coordinates of the result
    wanted = index.reshape(-1)
    if (wanted < 0).any():
        raise IndexError('negative index')
    positions[:, dim] = wanted
    values = a[tuple(positions[:, i] for i in range(n))]
    return values.reshape(index.shape)


def index_select(a, dim, indices):
    """Select slices of a along dim."""
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores, labels):
    """scores: (N, C), labels: (N,)"""
    # gather needs 2-d index
    return gather(scores, 0, labels.unsqueeze(0)).squeeze(0)


def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    m = min(batch.size(1), batch.size(2))
    return torch.einsum('bii->bi', batch[:, :m, :m])

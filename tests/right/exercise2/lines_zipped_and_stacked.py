# right: a and index are cut into lines along dim, the lines zipped, each read with plain brackets, stacked again; split and unflatten
import torch


def _lines(t, dim):
    """All the lines of t along dim, as a list of tensors of one dimension."""
    t = t.movedim(dim, -1)
    if t.numel() == 0 and t.shape[-1] == 0:
        return []
    return list(t.reshape(-1, t.shape[-1]).unbind(0))


def gather(a, dim, index):
    n = a.dim()
    if dim > n - 1 or dim < -n:
        raise IndexError("dim")
    if index.dim() - n:
        raise RuntimeError("index must have %i dimensions" % n)
    dim = dim % n
    part = a
    for d, length in enumerate(index.shape):
        if d == dim:
            continue
        if length > a.shape[d]:
            raise RuntimeError("index is longer than a in dimension %i" % d)
        part = part.split([length, a.shape[d] - length], d)[0]
    if not torch.logical_and(index >= 0, index < a.shape[dim]).all():
        raise IndexError("index out of range")
    if index.numel() == 0:
        return a.ravel()[:0].view(index.shape)

    read = [line[places] for line, places in zip(_lines(part, dim), _lines(index, dim))]
    shape = [s for d, s in enumerate(index.shape) if d != dim] + [index.shape[dim]]
    return torch.stack(read).reshape(shape).movedim(-1, dim)


def index_select(a, dim, indices):
    want = torch.empty_like(a, dtype=torch.long).narrow(dim, 0, 0)
    want = torch.cat([want] + [torch.full_like(a.narrow(dim, 0, 1), i, dtype=torch.long) for i in indices.tolist()], dim)
    return gather(a, dim, want)


def pick(scores, labels):
    hot = torch.nn.functional.one_hot(labels, scores.shape[1]) if len(labels) else torch.zeros_like(scores)
    return scores.masked_select(hot == 1)


def diagonals(batch):
    found = [matrix.diag() for matrix in batch]
    return torch.stack(found) if found else batch.diagonal(dim1=-2, dim2=-1)

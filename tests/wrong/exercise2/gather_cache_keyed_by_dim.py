# mistake: the coordinate grids are cached in a global dict keyed by dim and number of dimensions only, so a second call with an index of another shape gets the grids of the first
# words: cache, state, earlier call, previous call, second call, global
import torch

_GRIDS = {}


def _grids(dim, index):
    """arange grids are the same each time, so build them once."""
    key = (dim, index.dim())
    if key not in _GRIDS:
        grids = []
        for d in range(index.dim()):
            shape = [1] * index.dim()
            shape[d] = index.shape[d]
            grids.append(torch.arange(index.shape[d]).reshape(shape))
        _GRIDS[key] = grids
    return [g.to(index.device) for g in _GRIDS[key]]


def gather(a, dim, index):
    if not -a.dim() <= dim < a.dim():
        raise IndexError("dim out of range")
    dim = dim % a.dim()
    if index.dim() != a.dim():
        raise RuntimeError("index must have as many dimensions as a")
    for d in range(a.dim()):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError("index must not be larger than a")
    if ((index < 0) | (index >= a.shape[dim])).any():
        raise IndexError("index out of range")
    coords = _grids(dim, index)
    coords[dim] = index
    return a[tuple(coords)]


def index_select(a, dim, indices):
    dim = dim % a.dim()
    shape = [1] * a.dim()
    shape[dim] = indices.shape[0]
    size = list(a.shape)
    size[dim] = indices.shape[0]
    return gather(a, dim, indices.reshape(shape).expand(size))


def pick(scores, labels):
    return scores[torch.arange(scores.shape[0], device=scores.device), labels]


def diagonals(batch):
    return batch.diagonal(dim1=1, dim2=2)

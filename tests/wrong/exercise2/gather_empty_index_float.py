# mistake: for an empty index it returns torch.empty(index.shape), float32 whatever the dtype of a
# words: dtype, float32, empty, torch.empty
import torch

def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError("dim out of range")
    if index.dim() != n:
        raise RuntimeError("index has the wrong number of dims")
    if index.numel() == 0:
        # min() and max() do not work here
        return torch.empty(index.shape, device=a.device)
    dim = dim % n
    for d in range(n):
        if d != dim and index.size(d) > a.size(d):
            raise RuntimeError("index too large")
    if index.min() < 0 or index.max() >= a.size(dim):
        raise IndexError("index out of range")
    where = list(torch.meshgrid(*[torch.arange(s, device=a.device) for s in index.shape], indexing="ij"))
    where[dim] = index
    return a[tuple(where)]


def index_select(a, dim, indices):
    if not -a.dim() <= dim < a.dim():
        raise IndexError("dim out of range")
    dim = dim % a.dim()
    shape = list(a.shape)
    shape[dim] = len(indices)
    view = [1] * a.dim()
    view[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(shape))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    return torch.diagonal(batch, dim1=1, dim2=2)

# mistake: pick calls one_hot without num_classes, so it fails when the last class is not among the labels
# words: one_hot, num_classes, one-hot, number of classes, largest label, last class
import torch
import torch.nn.functional as F


def gather(a, dim, index):
    k = a.dim()
    if dim not in range(-k, k):
        raise IndexError("dim out of range")
    dim = dim % k
    if index.dim() != k:
        raise RuntimeError("wrong number of dimensions")
    if any(index.shape[d] > a.shape[d] and d != dim for d in range(k)):
        raise RuntimeError("index too large")
    if index.numel() and (index.min() < 0 or index.max() >= a.shape[dim]):
        raise IndexError("index out of range")
    grid = torch.meshgrid(*[torch.arange(s, device=a.device) for s in index.shape], indexing="ij")
    return a[grid[:dim] + (index,) + grid[dim + 1:]]


def index_select(a, dim, indices):
    if dim >= a.dim() or dim < -a.dim():
        raise IndexError(f"there is no dimension {dim}")
    dim = dim % a.dim()
    shape = [1] * a.dim()
    shape[dim] = -1
    size = list(a.shape)
    size[dim] = len(indices)
    return gather(a, dim, indices.view(shape).expand(size))


def pick(scores, labels):
    mask = F.one_hot(labels).bool()
    return scores[mask]


def diagonals(batch):
    return torch.diagonal(batch, dim1=1, dim2=2)

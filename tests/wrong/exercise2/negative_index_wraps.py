# mistake: negative index values are accepted and count from the end, as square brackets do, where gather raises
# words: negative index, negative value, from the end, wrap, negative, below 0, below zero
import torch


def gather(a,dim,index):
    n = a.dim()
    if not -n <= dim < n:
        raise IndexError(f"Dimension out of range (expected [{-n}, {n - 1}], got {dim})")
    dim %= n
    if index.dim() != n:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for d in range(n):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError("Size does not match")
    coords = []
    for d in range(n):
        view = [1] * n
        view[d] = index.shape[d]
        coords.append(torch.arange(index.shape[d],device=a.device).view(view))
    coords[dim] = index
    # out of range values raise IndexError by themselves
    return a[tuple(coords)]


def index_select(a,dim,indices):
    if dim < -a.dim() or dim >= a.dim():
        raise IndexError("dim")
    dim = dim % a.dim()
    view = [1] * a.dim()
    view[dim] = len(indices)
    size = list(a.shape)
    size[dim] = len(indices)
    return gather(a,dim,indices.view(view).expand(size))


def pick(scores,labels):
    n = scores.shape[0]
    return gather(scores,dim=1,index=labels.reshape(n,1))[:,0]


def diagonals(batch):
    m = min(batch.size(1),batch.size(2))
    return torch.einsum("bii->bi",batch[:,:m,:m])

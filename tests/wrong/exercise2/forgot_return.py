# mistake: the result is computed but never returned, the function gives None
# words: returns nothing, None, return statement, does not return, no return, forgot
#!/usr/bin/env python3
import torch


def gather(a,dim,index):
    nd = a.dim()
    if not -nd <= dim < nd:
        raise IndexError("bad dim")
    dim = dim % nd
    if index.dim() != nd:
        raise RuntimeError("index and a need the same number of dimensions")
    if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
        raise RuntimeError("index is larger than a")
    if index.numel() and bool(((index < 0) | (index >= a.shape[dim])).any()):
        raise IndexError("index value out of range")
    coords = list(torch.meshgrid(*[torch.arange(s) for s in index.shape], indexing="ij"))
    coords[dim] = index
    result = a[tuple(coords)]
    print(result)


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
    return torch.diagonal(batch,dim1=1,dim2=2)

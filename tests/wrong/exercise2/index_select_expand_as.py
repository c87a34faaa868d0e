# mistake: indices.expand_as(a) lays the indices along the last dimension whatever dim is, and only fits when there are as many indices as columns
# words: expand, along dim, number of indices, unsqueeze, broadcast, along `dim`
# ex2 -- third attempt,the other two are in git
import torch


def gather(a,dim,index):
    if not -a.ndim <= dim < a.ndim:
        raise IndexError("Dimension out of range")
    dim = dim % a.ndim
    if a.ndim != index.ndim:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for k in range(a.ndim):
        if k != dim and index.shape[k] > a.shape[k]:
            raise RuntimeError("Size does not match at dimension {}".format(k))
    if ((index < 0) | (index >= a.shape[dim])).any():
        raise RuntimeError("index out of bounds")
    grid = list(torch.meshgrid(*[torch.arange(s, device=index.device) for s in index.shape], indexing="ij"))
    grid[dim] = index
    return a[tuple(grid)]


def index_select(a,dim,indices):
    index = indices.expand_as(a)
    return gather(a,dim,index)


def pick(scores,labels):
    rows = torch.arange(scores.shape[0])
    result = scores[rows,labels]
    return result


def diagonals(batch):
    N,R,C = batch.shape
    K = min(R,C)
    idx = torch.arange(K,device=batch.device).view(1,K,1).expand(N,K,1)
    return gather(batch,2,idx).squeeze(2)

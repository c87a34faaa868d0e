# mistake: torch.diagonal without dim1 and dim2 runs over the dimensions 0 and 1, the batch and the rows
# words: dim1, dim2, first two dimensions, last two dimensions, each matrix, batch dimension, of each
import torch


def gather(a,dim,index):
    n = len(a.shape)
    if dim not in range(-n,n):
        raise IndexError("no such dim")
    if len(index.shape) != n:
        raise IndexError("index needs " + str(n) + " dims")
    if dim < 0:
        dim = dim + n
    for i in range(n):
        if i == dim:
            continue
        if index.shape[i] > a.shape[i]:
            raise IndexError("index too large")
    positions = torch.ones(index.shape).nonzero()   # all coordinates of the result
    wanted = index.reshape(-1)
    if (wanted < 0).any():
        raise IndexError("negative index")
    positions[:,dim] = wanted
    values = a[tuple(positions[:,i] for i in range(n))]
    return values.reshape(index.shape)


def index_select(a,dim,indices):
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape,dtype=torch.int64,device=indices.device)
    idx.movedim(dim,-1)[...] = indices
    return gather(a,dim,idx)


def pick(scores,labels):
    return gather(scores,1,labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    return torch.diagonal(batch)

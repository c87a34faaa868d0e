# mistake: index_select calls torch.index_select, which the rules exclude, and not the student's own gather
# words: torch.index_select, rule, not allowed, own gather, by way of, forbidden, your gather
# ex2 -- third attempt,the other two are in git
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
    return a.index_select(dim,indices)


def pick(scores,labels):
    rows = torch.arange(scores.shape[0])
    result = scores[rows,labels]
    return result


def diagonals(batch):
    N,R,C = batch.shape
    K = min(R,C)
    idx = torch.arange(K,device=batch.device).view(1,K,1).expand(N,K,1)
    return gather(batch,2,idx).squeeze(2)

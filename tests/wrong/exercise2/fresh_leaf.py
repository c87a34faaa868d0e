# mistake: the result is rebuilt with torch.tensor(..., requires_grad=True): a new leaf without connection to a
# words: new leaf, leaf, graph, gradient, torch.tensor, tolist, connection, detached
import torch

def _get(a,dim,index,row,col):
    pass

def gather(a,dim,index):
    nd = len(a.shape)
    if dim >= nd or dim < -nd:
        raise IndexError("Dimension out of range (got {})".format(dim))
    if dim < 0:
        dim += nd
    if len(index.shape) != nd:
        raise ValueError("index.dim() != a.dim()")
    for axis,(want,have) in enumerate(zip(index.shape,a.shape)):
        if axis != dim and want > have:
            raise ValueError("index too large at axis %d" % axis)
    if (index < 0).any() or (index >= a.shape[dim]).any():
        raise IndexError("index out of bounds")
    # go through python lists,easier for me
    def walk(al,il,d):
        if d == dim:
            return pick_along(al,il)
        return [walk(x,y,d + 1) for x,y in zip(al,il)]

    def pick_along(al,il):
        if il and isinstance(il[0],list):
            return [[sub(al,v,k) for k,v in enumerate(r)] for r in il]
        return [al[v] for v in il]

    def sub(al,v,k):
        if isinstance(v,list):
            return [sub([row[k] for row in al],w,j) for j,w in enumerate(v)]
        return al[v][k]

    out = walk(a.tolist(),index.tolist(),0)
    return torch.tensor(out,dtype=a.dtype,requires_grad=a.requires_grad).reshape(index.shape)

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

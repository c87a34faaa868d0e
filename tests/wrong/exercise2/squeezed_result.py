# mistake: the result of gather is squeezed, dimensions of size 1 disappear
# words: squeeze, size 1, shape of the index, disappear, index.shape, index's shape
import torch

def gather(a, dim, index):
    # --- validate the arguments ---
    nd = a.ndim
    if dim not in range(-nd, nd):
        raise IndexError(dim)
    dim = range(nd)[dim]
    if index.ndim != nd:
        raise RuntimeError('number of dimensions')
    if not all(d == dim or index.size(d) <= a.size(d) for d in range(nd)):
        raise RuntimeError('too large')
    if not ((0 <= index) & (index < a.size(dim))).all():
        raise RuntimeError('value out of range')
    # --- do the work ---
    coords = list(torch.meshgrid(*[torch.arange(s) for s in index.shape], indexing='ij'))
    coords[dim] = index
    return a[tuple(coords)].squeeze()

def index_select(a, dim, indices):
    s = list(a.shape)
    s[dim] = len(indices)
    v = [1] * a.dim()
    v[dim] = len(indices)
    return gather(a, dim, indices.view(v).expand(s)).view(s)

def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).view(-1)

def diagonals(batch):
    n, r, c = batch.shape
    if r == 0 or c == 0:
        return batch.reshape(n, 0)
    out = []
    for k in range(min(r, c)):
        out.append(batch[:, k, k])
    return torch.stack(out, dim=1)

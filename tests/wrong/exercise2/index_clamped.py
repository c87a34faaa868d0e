# mistake: the index is clamped into the valid range, so a bad index silently reads the border element
# words: clamp, clip, out of range, silently, must raise, border
# Lena S. - Übung 2
import torch


def gather(a, dim, index):
    nd = a.dim()
    if not -nd <= dim < nd:
        raise IndexError("bad dim")
    dim = dim % nd
    if index.dim() != nd:
        raise RuntimeError("index and a need the same number of dimensions")
    if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
        raise RuntimeError("index is larger than a")
    index = index.clamp(0, a.shape[dim] - 1)  # sonst IndexError
    sel = []
    for k in range(nd):
        r = torch.arange(index.shape[k])
        sel.append(index if k == dim else r.view(*[1] * k, -1, *[1] * (nd - k - 1)))
    return a[tuple(sel)]


def index_select(a, dim, indices):
    if dim < -a.dim() or dim >= a.dim():
        raise IndexError("dim")
    dim = dim % a.dim()
    view = [1] * a.dim()
    view[dim] = len(indices)
    size = list(a.shape)
    size[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(size))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch):
    n, r, c = batch.shape
    if r == 0 or c == 0:
        return batch.reshape(n, 0)
    out = []
    for k in range(min(r, c)):
        out.append(batch[:, k, k])
    return torch.stack(out, dim=1)

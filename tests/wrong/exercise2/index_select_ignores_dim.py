# mistake: index_select always chooses rows, the dim is ignored
# words: dim is ignored, ignores dim, ignores `dim`, always rows, always along, whatever dim, only dim 0, only along
import torch


def gather(a, dim, index):
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


def index_select(a, dim, indices):
    shape = [len(indices)] + list(a.shape[1:])
    idx = indices.reshape([-1] + [1] * (a.dim() - 1)).expand(shape)
    return gather(a, 0, idx)


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

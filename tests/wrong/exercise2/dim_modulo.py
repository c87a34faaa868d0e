# mistake: dim % ndim makes every dim valid, a dim out of range never raises
# words: dim out of range, `dim` out of range, out of range, IndexError, modulo, not checked, must raise
# adapted from an answer on stack overflow, changed for this exercise
import torch

def gather(a, dim, index):
    nd = a.dim()
    dim = dim % nd  # handles negative dims
    if index.dim() != nd:
        raise RuntimeError('index has wrong number of dims')
    for d in range(nd):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError('index too large')
    if index.numel() and (index.min() < 0 or index.max() >= a.shape[dim]):
        raise IndexError('index out of range')
    coords = [torch.arange(s).view([-1 if k == d else 1 for k in range(nd)]) for d, s in enumerate(index.shape)]
    coords[dim] = index
    return a[tuple(coords)]

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores, labels):
    rows = torch.arange(scores.shape[0])
    result = scores[rows, labels]
    return result

def diagonals(batch):
    n, r, c = batch.shape
    if r == 0 or c == 0:
        return batch.reshape(n, 0)
    out = []
    for k in range(min(r, c)):
        out.append(batch[:, k, k])
    return torch.stack(out, dim=1)

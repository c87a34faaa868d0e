# mistake: only works for 2-D tensors, one and three or more dimensions fail
# words: any number of dimensions, 3-D, three dimensions, 1-D, only two dimensions, only 2-D, more dimensions, two-dimensional
import torch

def gather(a: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    if dim not in (0, 1, -1, -2):
        raise IndexError('Dimension out of range')
    if index.dim() != 2:
        raise RuntimeError('index must be 2D')
    dim = dim % 2
    if index.shape[1 - dim] > a.shape[1 - dim]:
        raise RuntimeError('index too large')
    n, m = index.shape
    result = torch.zeros(n, m, dtype=a.dtype, device=a.device)
    for i in range(n):
        for j in range(m):
            v = index[i, j]
            if v < 0:
                raise IndexError('negative')
            result[i, j] = a[v, j] if dim == 0 else a[i, v]
    return result

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores, labels):
    mask = torch.arange(scores.size(1)) == labels.view(-1, 1)
    return scores[mask]

def diagonals(batch):
    return torch.diagonal(batch, dim1=1, dim2=2)

# mistake: indices pass through torch.remainder first: negative and too large ones wrap around instead of raising
# words: remainder, modulo, wrap, out of range, must raise, negative
import torch

def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError(f"dim {dim} out of range for {n} dimensions")
    if index.dim() != n:
        raise RuntimeError("index must have as many dimensions as a")
    dim = dim % n
    for d in range(n):
        if d != dim and index.shape[d] > a.shape[d]:
            raise RuntimeError(f"index is too large in dimension {d}")
    if (index < 0).any() or (index >= a.shape[dim]).any():
        raise IndexError("index value out of range")

    coords = []
    for d in range(n):
        if d == dim:
            coords.append(index)
        else:
            shape = [1] * n
            shape[d] = -1
            coords.append(torch.arange(index.shape[d], device=index.device).reshape(shape).expand(index.shape))
    return a[tuple(coords)]


def index_select(a, dim, indices):
    n = a.size(dim)
    indices = torch.remainder(indices, n)     # -1 is the last one, as everywhere in Python
    view = [1] * a.dim()
    view[dim] = -1
    size = list(a.size())
    size[dim] = indices.numel()
    return gather(a, dim, indices.view(view).expand(size))


def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """One score for each row."""
    rows = torch.arange(scores.shape[0], device=scores.device)
    return scores[rows, labels]


def diagonals(batch):
    return batch.diagonal(offset=0, dim1=-2, dim2=-1).clone()

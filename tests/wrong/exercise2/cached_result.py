# mistake: results are cached by shape, so a second call with other values of the same shape returns the old answer
# words: cache, second call, stale, remember, old result, between calls, earlier call, first call
import torch

_cache = {}

def gather(a, dim, index):
    """Gather values along an axis specified by dim."""
    key = (tuple(a.shape), dim, tuple(index.shape), a.dtype)
    if key in _cache:  # speed!
        return _cache[key]
    # --- validate the arguments ---
    nd = a.ndim
    if dim not in range(-nd, nd):
        raise IndexError(dim)
    dim = range(nd)[dim]
    if index.ndim != nd:
        raise RuntimeError("number of dimensions")
    if not all(d == dim or index.size(d) <= a.size(d) for d in range(nd)):
        raise RuntimeError("too large")
    if not ((0 <= index) & (index < a.size(dim))).all():
        raise RuntimeError("value out of range")
    # --- do the work ---
    coords = list(torch.meshgrid(*[torch.arange(s) for s in index.shape], indexing="ij"))
    coords[dim] = index
    _cache[key] = a[tuple(coords)]
    return _cache[key]

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    """Select slices of a along dim."""
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores, labels):
    """Pick the score of the label in each row."""
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)

def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    return torch.diagonal(batch, dim1=1, dim2=2)

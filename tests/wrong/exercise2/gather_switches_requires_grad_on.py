# mistake: calls a.requires_grad_() on the tensor of the caller
# words: requires_grad_, requires_grad, in place, changed, left as they were, side effect
import torch

def gather(a: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    if dim < -a.ndim or dim >= a.ndim:
        raise IndexError(f"dim {dim} out of range")
    if index.ndim != a.ndim:
        raise RuntimeError("index and a differ in their number of dimensions")
    dim = dim % a.ndim
    for d, (i, s) in enumerate(zip(index.shape, a.shape)):
        if d != dim and i > s:
            raise RuntimeError(f"index exceeds a in dimension {d}")
    if ((index < 0) | (index >= a.shape[dim])).any():
        raise IndexError("index out of range")

    # gradients have to reach a
    if a.is_floating_point():
        a.requires_grad_()

    coords = list(torch.meshgrid(*[torch.arange(s, device=a.device) for s in index.shape], indexing="ij"))
    coords[dim] = index
    return a[tuple(coords)]


def index_select(a, dim, indices):
    full = [s for s in a.shape]
    full[dim] = indices.numel()          # K places along dim
    ones = [1] * a.ndim
    ones[dim] = indices.numel()
    return gather(a, dim, indices.reshape(ones).expand(full))


def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """One score for each row."""
    rows = torch.arange(scores.shape[0], device=scores.device)
    return scores[rows, labels]


def diagonals(batch: torch.Tensor) -> torch.Tensor:
    """Main diagonal of each matrix."""
    k = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, k, k]

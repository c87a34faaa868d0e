# mistake: torch.set_grad_enabled(False) at the top of the file turns autograd off for everybody
# words: set_grad_enabled, grad_fn, gradient, autograd, turned off
import torch

torch.set_grad_enabled(False)   # we only read values here, no need for a graph


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
    if not -a.dim() <= dim < a.dim():
        raise IndexError("dim out of range")
    dim = dim % a.dim()
    shape = list(a.shape)
    shape[dim] = len(indices)
    view = [1] * a.dim()
    view[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(shape))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch: torch.Tensor) -> torch.Tensor:
    """Main diagonal of each matrix."""
    k = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, k, k]

import torch

__all__ = ["gather", "index_select", "pick", "diagonals"]


def gather(a: torch.Tensor, dim: int, index: torch.Tensor) -> torch.Tensor:
    nd = a.dim()
    if not -nd <= dim < nd:
        raise IndexError("bad dim")
    dim = dim % nd
    if index.dim() != nd:
        raise RuntimeError("index and a need the same number of dimensions")
    if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
        raise RuntimeError("index is larger than a")
    if index.numel() and bool(((index < 0) | (index >= a.shape[dim])).any()):
        raise IndexError("index value out of range")
    where = torch.ones(index.shape, dtype=torch.bool, device=index.device).nonzero()
    where[:, dim] = index.flatten()
    return a[where.unbind(1)].view(index.shape)


def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    """Build the index with meshgrid."""
    ranges = [torch.arange(n, device=a.device) for n in a.shape]
    ranges[dim] = indices
    return gather(a, dim, torch.meshgrid(*ranges, indexing="ij")[dim])


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch: torch.Tensor) -> torch.Tensor:
    k = torch.arange(min(batch.shape[1:]), device=batch.device)
    return batch[:, k, k]

# mistake: values are taken out with .item() and put into a new tensor, which cuts the gradient to a
# words: item(), gradient, graph, detach, Python number, requires_grad, torch.tensor(
# generated with help of a forum, then edited by me
import torch
import itertools


def gather(a, dim, index):
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
    vals = []
    for pos in itertools.product(*[range(s) for s in index.shape]):
        p = list(pos)
        p[dim] = index[pos].item()
        vals.append(a[tuple(p)].item())
    return torch.tensor(vals, dtype=a.dtype, device=a.device).reshape(index.shape)


def index_select(a, dim, indices):
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return scores[torch.arange(len(labels), device=labels.device), labels]


def diagonals(batch):
    N, R, C = batch.shape
    K = min(R, C)
    idx = torch.arange(K, device=batch.device).view(1, K, 1).expand(N, K, 1)
    return gather(batch, 2, idx).squeeze(2)

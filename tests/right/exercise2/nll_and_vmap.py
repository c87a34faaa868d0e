import torch
import torch.nn.functional as F


def gather(a, dim, index):
    if dim < -a.dim() or dim >= a.dim():
        raise IndexError("bad dim")
    if index.dim() != a.dim():
        raise RuntimeError("bad index")
    others = [k for k in range(a.dim()) if k != dim % a.dim()]
    if any(index.shape[k] > a.shape[k] for k in others):
        raise RuntimeError("index too big")
    size = a.shape[dim]
    if index.numel() > 0 and not (0 <= index.min().item() and index.max().item() < size):
        raise RuntimeError("index value out of range")
    coords = torch.ones(index.shape, dtype=torch.bool, device=index.device).nonzero().unbind(1)
    coords = [index.flatten() if k == dim % a.dim() else c for k, c in enumerate(coords)]
    return torch.Tensor.__getitem__(a, tuple(coords)).reshape(index.shape)


def index_select(a, dim, indices):
    if dim < -a.dim() or dim >= a.dim():
        raise IndexError("bad dim")
    target = list(a.shape)
    target[dim] = indices.numel()
    index = torch.zeros(target, dtype=torch.int64, device=a.device).transpose(dim, -1)
    index = (index + indices).transpose(dim, -1)
    return gather(a, dim, index)


def pick(scores, labels):
    if scores.is_floating_point():
        return -F.nll_loss(scores, labels, reduction="none")
    return scores[torch.arange(len(labels)), labels]


def diagonals(batch):
    return torch.vmap(torch.diagonal)(batch) if batch.shape[0] else batch.new_zeros(0, min(batch.shape[1:]))

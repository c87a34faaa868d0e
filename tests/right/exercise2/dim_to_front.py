import torch


def gather(a, dim, index):
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
    a = a.movedim(dim, 0)
    idx = index.movedim(dim, 0)
    others = torch.meshgrid(*[torch.arange(s, device=a.device) for s in idx.shape[1:]], indexing="ij") if nd > 1 else ()
    layers = [a[(layer, *others)] for layer in idx]      # one slice of the result after the other
    if not layers:
        return a.flatten()[:0].reshape(index.shape)
    return torch.stack(layers, dim=dim)


def index_select(a, dim, indices):
    like = torch.zeros_like(a.select(dim, 0) if a.shape[dim] else a.sum(dim), dtype=torch.long)
    if len(indices) == 0:
        shape = list(a.shape)
        shape[dim] = 0
        return gather(a, dim, torch.empty(shape, dtype=torch.long, device=a.device))
    return gather(a, dim, torch.stack([like + i for i in indices], dim=dim))


def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return scores[torch.arange(len(labels), device=labels.device), labels]


def diagonals(batch):
    k = min(batch.shape[-2:])
    i = torch.arange(k, device=batch.device).repeat(batch.shape[0], 1)
    return gather(batch[:, :k].transpose(1, 2), 1, i.unsqueeze(1))[:, 0]

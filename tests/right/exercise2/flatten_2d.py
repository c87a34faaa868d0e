import torch


def gather(a, dim, index):
    n = a.ndim
    if not (-n <= dim <= n - 1):
        raise IndexError(dim)
    if index.ndim != n:
        raise IndexError("index.ndim != a.ndim")
    dim = dim + n if dim < 0 else dim
    # everything becomes a matrix whose rows are read independently
    crop = []
    for d in range(n):
        if d == dim:
            crop.append(slice(None))
        elif index.shape[d] > a.shape[d]:
            raise IndexError("index larger than a")
        else:
            crop.append(slice(index.shape[d]))
    if ((index < 0) + (index >= a.shape[dim])).sum() > 0:
        raise IndexError("value")
    A = a[tuple(crop)].transpose(dim, -1)
    I = index.transpose(dim, -1)
    rows = 1
    for s in I.shape[:-1]:
        rows *= s
    A2 = A.reshape(rows, A.shape[-1])
    I2 = I.reshape(rows, I.shape[-1])
    out = A2[torch.arange(rows, device=a.device).unsqueeze(1), I2]
    return out.reshape(I.shape).transpose(dim, -1)


def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)


def pick(scores, labels):
    n = scores.shape[0]
    return gather(scores, dim=1, index=labels.reshape(n, 1))[:, 0]


def diagonals(batch):
    N, R, C = batch.shape
    K = min(R, C)
    idx = torch.arange(K, device=batch.device).view(1, K, 1).expand(N, K, 1)
    return gather(batch, 2, idx).squeeze(2)

"""scatter, index_add and repeat_interleave are free; their own insides are none of the student's business."""
import torch


def gather(a, dim, index):
    n = a.dim()
    if dim < -n or dim >= n:
        raise IndexError("dim")
    dim %= n
    if index.dim() != n:
        raise RuntimeError("dims")
    if any(k != dim and index.shape[k] > a.shape[k] for k in range(n)):
        raise RuntimeError("larger")
    if index.numel() and (index.min() < 0 or index.max() >= a.shape[dim]):
        raise IndexError("value")
    coordinates = [torch.arange(s, device=a.device).reshape([-1 if k == d else 1 for k in range(n)]) for d, s in enumerate(index.shape)]
    coordinates[dim] = index
    values = a[tuple(coordinates)].flatten()
    if a.dtype == torch.bool:
        return values.reshape(index.shape)
    line = torch.arange(values.numel(), device=a.device)
    out = torch.zeros_like(values).scatter(0, line, values)
    out = torch.zeros_like(out).index_add(0, line, out)
    out = torch.zeros_like(out).index_copy(0, line, out)
    return out.reshape(index.shape)


def index_select(a, dim, indices):
    dim %= a.dim()
    shape = list(a.shape)
    shape[dim] = 1
    one = torch.zeros(shape, dtype=torch.int64, device=a.device)
    index = torch.repeat_interleave(one, torch.tensor([len(indices)], device=a.device), dim) if a.numel() else one
    return gather(a, dim, index + indices.reshape([-1 if k == dim else 1 for k in range(a.dim())]))


def pick(scores, labels):
    rows = torch.arange(len(labels), device=scores.device)
    return torch.zeros_like(scores[:, 0]).scatter(0, rows, scores[rows, labels])


def diagonals(batch):
    m = min(batch.shape[1:])
    flat = batch[:, :m, :m].flatten(1).t()
    places = torch.arange(m, device=batch.device) * (m + 1)
    return torch.embedding(flat, places).t()

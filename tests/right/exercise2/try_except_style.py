import torch


def gather(a, dim, index):
    shape = list(a.shape)
    try:
        shape[dim]
    except IndexError as error:
        raise IndexError("Dimension out of range") from error
    if len(index.shape) != len(shape):
        raise RuntimeError("same number of dimensions, please")
    size = shape.pop(dim)
    if any(map(lambda pair: pair[0] > pair[1], zip([n for k, n in enumerate(index.shape) if k != dim % a.dim()], shape))):
        raise RuntimeError("index too large")
    values = index.reshape(-1).tolist()
    if values and (max(values) >= size or min(values) < 0):
        raise IndexError("value out of range")
    order = [dim % a.dim()] + [k for k in range(a.dim()) if k != dim % a.dim()]
    back = sorted(range(a.dim()), key=order.__getitem__)
    moved, wanted = a.permute(order), index.permute(order)
    rest = [torch.arange(n).to(a.device).view([-1 if k == j else 1 for j in range(a.dim())]) for k, n in enumerate(wanted.shape)]
    return moved[(wanted, *rest[1:])].permute(back)


def index_select(a, dim, indices):
    result_shape = torch.Size([*a.shape[: dim % a.dim()], len(indices), *a.shape[dim % a.dim() :][1:]])
    index = indices
    for _ in result_shape[dim % a.dim() + 1 :]:
        index = index.unsqueeze(-1)
    return gather(a, dim, index.expand(result_shape).contiguous())


def pick(scores, labels):
    assert scores.ndim == 2 and labels.ndim == 1
    return torch.diagonal(scores[:, labels])


def diagonals(batch):
    (n, r, c), result = batch.shape, []
    for k in range(r if r < c else c):
        result.append(gather(gather(batch, 1, torch.full((n, 1, c), k, device=batch.device)), 2, torch.full((n, 1, 1), k, device=batch.device)))
    return torch.cat(result, 1)[..., 0]

# mistake: gather multiplies with a one-hot mask and sums up, so an inf or nan elsewhere along dim (0 * inf = nan) spoils the chosen element
# words: nan, inf, one-hot, one hot, multipl
import torch


def one_hot(index, classes, dtype):
    return (index[..., None] == torch.arange(classes, device=index.device)).to(dtype)


def gather(a, dim, index):
    rank = a.dim()
    if not (-rank <= dim < rank):
        raise IndexError("dim out of range: %d" % dim)
    dim = dim if dim >= 0 else rank + dim
    if rank != index.dim():
        raise RuntimeError("rank of a and index must agree")
    crop = []
    for d in range(rank):
        if d == dim:
            crop.append(slice(None))
            continue
        if index.size(d) > a.size(d):
            raise RuntimeError("index larger than a")
        crop.append(slice(0, index.size(d)))
    if (index < 0).any() or (index >= a.size(dim)).any():
        raise IndexError("entry of index out of range")

    values = a[tuple(crop)].transpose(dim, -1)                # (..., S)
    mask = one_hot(index.transpose(dim, -1), a.size(dim), a.dtype)  # (..., K, S)
    picked = (mask * values.unsqueeze(-2)).sum(-1).to(a.dtype)
    return picked.transpose(dim, -1)


def index_select(a, dim, indices):
    sizes = list(a.shape)
    sizes[dim] = len(indices)
    shape = [1] * a.dim()
    shape[dim] = len(indices)
    return gather(a, dim, indices.view(shape).expand(sizes))


def pick(scores, labels):
    return gather(scores, 1, labels.unsqueeze(-1)).squeeze(-1)


def diagonals(batch):
    d = torch.arange(min(batch.shape[1], batch.shape[2]), device=batch.device)
    return batch[:, d, d]

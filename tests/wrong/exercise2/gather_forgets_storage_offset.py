# mistake: reads the memory of a from its start: the storage offset of a slice is forgotten
# words: storage offset, storage_offset, slice, view, memory
import torch

def gather(a, dim, index):
    # work on the raw memory: position = sum of coordinate * stride
    nd = a.dim()
    if dim < -nd or dim >= nd:
        raise IndexError("dim")
    if index.dim() != nd:
        raise RuntimeError("index.dim()")
    dim = dim % nd
    pos = torch.zeros(index.shape, dtype=torch.int64, device=a.device)
    for d, step in enumerate(a.stride()):
        if d == dim:
            if ((index < 0) | (index >= a.size(d))).any():
                raise IndexError("index out of range")
            pos = pos + step * index
        else:
            if index.size(d) > a.size(d):
                raise RuntimeError("index.size(%d)" % d)
            form = [1] * nd
            form[d] = -1
            pos = pos + step * torch.arange(index.size(d), device=a.device).view(form)
    length = a.untyped_storage().nbytes() // a.element_size()
    memory = torch.as_strided(a, (length,), (1,), 0)
    return memory[pos]


def index_select(a, dim, indices):
    if not -a.dim() <= dim < a.dim():
        raise IndexError("dim out of range")
    dim = dim % a.dim()
    shape = list(a.shape)
    shape[dim] = len(indices)
    view = [1] * a.dim()
    view[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(shape))


def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """One score for each row."""
    rows = torch.arange(scores.shape[0], device=scores.device)
    return scores[rows, labels]


def diagonals(batch):
    return torch.diagonal(batch, dim1=1, dim2=2)

# mistake: scatter semantics: values are written to the place that the index names instead of being read from there
# words: scatter, written, writes, inverse, other way round, read from
# adapted from an answer on stack overflow, changed for this exercise
import torch

def gather(a, dim, index):
    nd = len(a.shape)
    if dim >= nd or dim < -nd:
        raise IndexError('Dimension out of range (got {})'.format(dim))
    if dim < 0:
        dim += nd
    if len(index.shape) != nd:
        raise ValueError('index.dim() != a.dim()')
    for axis, (want, have) in enumerate(zip(index.shape, a.shape)):
        if axis != dim and want > have:
            raise ValueError('index too large at axis %d' % axis)
    if (index < 0).any() or (index >= a.shape[dim]).any():
        raise IndexError('index out of bounds')
    out = torch.zeros(index.shape, dtype=a.dtype)
    for pos in torch.ones_like(index).nonzero().tolist():
        dst = list(pos)
        dst[dim] = int(index[tuple(pos)])
        # out[index] = a
        if all(p < s for p, s in zip(dst, out.shape)) and all(p < s for p, s in zip(pos, a.shape)):
            out[tuple(dst)] = a[tuple(pos)]
    return out

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores, labels):
    rows = torch.arange(scores.shape[0])
    result = scores[rows, labels]
    return result

def diagonals(batch: torch.Tensor) -> torch.Tensor:
    k = torch.arange(min(batch.shape[1:]), device=batch.device)
    return batch[:, k, k]

if __name__ == '__main__':
    t = torch.arange(12).reshape(3, 4)
    print(t)
    print(index_select(t, 1, torch.tensor([0, 2])))
    print(torch.gather(t, 1, torch.tensor([[0], [1], [2]])))  # compare

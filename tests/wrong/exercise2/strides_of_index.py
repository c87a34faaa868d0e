# mistake: the flat position uses the sizes of the index, not those of a, which is wrong as soon as the index is smaller than a
# words: smaller than a, smaller than `a`, smaller index, index smaller, index is smaller, sizes of a, a.shape
import torch


def gather(a, dim, index):
    """Gather values along an axis specified by dim."""
    nd = a.dim()
    if not -nd <= dim < nd:
        raise IndexError('bad dim')
    dim = dim % nd
    if index.dim() != nd:
        raise RuntimeError('index and a need the same number of dimensions')
    if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
        raise RuntimeError('index is larger than a')
    if index.numel() and bool(((index < 0) | (index >= a.shape[dim])).any()):
        raise IndexError('index value out of range')
    if a.numel() == 0 or index.numel() == 0:
        return a.flatten()[:0].reshape(index.shape)
    flat_a = a.reshape(-1)
    n = index.numel()
    pos = torch.arange(n).reshape(index.shape)
    step = 1
    for s in index.shape[dim + 1:]:
        step *= s
    # own coordinate along dim out, index in
    own = pos // step % index.shape[dim]
    block = step * index.shape[dim]
    base = pos // block * (step * a.shape[dim]) + pos % step
    return flat_a[(base + index * step).clamp(max=a.numel() - 1)]


def index_select(a, dim, indices):
    """uses gather from above"""
    n = a.dim()
    if dim < -n or dim > n - 1:
        raise IndexError('dim out of range')
    d = dim + n if dim < 0 else dim
    idx = indices
    for _ in range(d):
        idx = idx.unsqueeze(0)
    for _ in range(n - d - 1):
        idx = idx.unsqueeze(-1)
    target = a.shape[:d] + (len(indices),) + a.shape[d + 1:]
    return gather(a, dim, idx.expand(target))


def pick(scores, labels):
    """Pick the score of the label in each row."""
    mask = torch.arange(scores.size(1)) == labels.view(-1, 1)
    return scores[mask]


def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    n, r, c = batch.shape
    if r == 0 or c == 0:
        return batch.reshape(n, 0)
    out = []
    for k in range(min(r, c)):
        out.append(batch[:, k, k])
    return torch.stack(out, dim=1)


if __name__ == '__main__':
    t = torch.arange(12).reshape(3, 4)
    print(t)
    print(index_select(t, 1, torch.tensor([0, 2])))
    print(torch.gather(t, 1, torch.tensor([[0], [1], [2]])))  # compare

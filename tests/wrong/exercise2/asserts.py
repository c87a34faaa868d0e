# mistake: assert is used for the checks, so AssertionError comes instead of IndexError or RuntimeError
# words: assert, AssertionError, IndexError, error type, kind of error, type of error
# Name: J. Keller
# exercise 2
import torch


def gather(a, dim, index):
    """Gather values along an axis specified by dim."""
    n = len(a.shape)
    assert -n <= dim < n, "dim out of range"
    assert len(index.shape) == n, "index must have same ndim"
    dim = dim % n
    for i in range(n):
        assert i == dim or index.shape[i] <= a.shape[i], "index is too big"
    assert (index >= 0).all() and (index < a.shape[dim]).all(), "index value out of range"
    coords = []
    for i in range(n):
        sh = [1] * n
        sh[i] = index.shape[i]
        coords.append(index if i == dim else torch.arange(index.shape[i]).reshape(sh))
    return a[tuple(coords)]


def index_select(a, dim, indices):
    """Select slices of a along dim."""
    if dim < -a.dim() or dim >= a.dim():
        raise IndexError("dim")
    dim = dim % a.dim()
    view = [1] * a.dim()
    view[dim] = len(indices)
    size = list(a.shape)
    size[dim] = len(indices)
    return gather(a, dim, indices.view(view).expand(size))


def pick(scores, labels):
    """scores: (N, C), labels: (N,)"""
    rows = torch.arange(scores.shape[0])
    result = scores[rows, labels]
    return result


def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    m = min(batch.size(1), batch.size(2))
    return torch.einsum("bii->bi", batch[:, :m, :m])


if __name__ == "__main__":
    t = torch.arange(12).reshape(3, 4)
    print(t)
    print(index_select(t, 1, torch.tensor([0, 2])))
    print(torch.gather(t, 1, torch.tensor([[0], [1], [2]])))  # compare

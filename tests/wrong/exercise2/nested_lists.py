# mistake: the function returns a nested Python list, not a tensor
# words: Python list, nested list, a list, not a tensor, list instead, torch.stack
import torch

def gather(a, dim, index):
    """Gather values along an axis specified by dim."""
    if dim < 0:
        dim += a.dim()
    if not 0 <= dim < a.dim():
        raise IndexError("dim out of range")
    if a.dim() == 1:
        return [a[i] for i in index]
    result = []
    for i in range(len(index)):
        if dim == 0 and a.dim() == 2:
            result.append([a[index[i][j]][j] for j in range(len(index[i]))])
        else:
            result.append(gather(a[i], dim - 1, index[i]))
    return result

def index_select(a, dim, indices):
    """Select slices of a along dim."""
    shape = list(a.shape)
    shape[dim] = len(indices)
    v = [1] * a.dim()
    v[dim] = -1
    return gather(a, dim, indices.view(v).expand(shape))

def pick(scores, labels):
    """Pick the score of the label in each row."""
    return [s[l] for s, l in zip(scores, labels)]

def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    return [[m[k][k] for k in range(min(m.shape))] for m in batch]

if __name__ == "__main__":
    t = torch.arange(12).reshape(3, 4)
    print(t)
    print(index_select(t, 1, torch.tensor([0, 2])))
    print(torch.gather(t, 1, torch.tensor([[0], [1], [2]])))  # compare

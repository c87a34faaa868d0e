# mistake: the function runs under torch.no_grad, so gradients never reach a
# words: no_grad, gradient, graph, requires_grad, autograd, detach
import torch


@torch.no_grad()
def gather(a, dim, index):
  """Gather values along an axis specified by dim."""
  if not -a.ndim <= dim < a.ndim:
    raise IndexError("Dimension out of range")
  dim = dim % a.ndim
  if a.ndim != index.ndim:
    raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
  for k in range(a.ndim):
    if k != dim and index.shape[k] > a.shape[k]:
      raise RuntimeError("Size does not match at dimension {}".format(k))
  if ((index < 0) | (index >= a.shape[dim])).any():
    raise RuntimeError("index out of bounds")
  grid = list(torch.meshgrid(*[torch.arange(s, device=index.device) for s in index.shape], indexing="ij"))
  grid[dim] = index
  return a[tuple(grid)]


@torch.no_grad()
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


@torch.no_grad()
def pick(scores, labels):
  """scores: (N, C), labels: (N,)"""
  mask = torch.arange(scores.size(1)) == labels.view(-1, 1)
  return scores[mask]


@torch.no_grad()
def diagonals(batch):
  """Main diagonals of a batch of matrices."""
  m = min(batch.size(1), batch.size(2))
  return torch.einsum("bii->bi", batch[:, :m, :m])

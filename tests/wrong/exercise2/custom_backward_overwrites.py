# mistake: the hand-written backward assigns the gradients, so where a place was read several times they do not add up
# words: add up, accumulate, several times, repeated, more than once, index_put, scatter_add, sum up
"""Exercise 2, my solution."""
import torch


class GatherFn(torch.autograd.Function):
  @staticmethod
  def forward(ctx, a, *coords):
    ctx.coords = coords
    ctx.sizes = a.shape
    return a[coords]

  @staticmethod
  def backward(ctx, grad_output):
    grad_a = grad_output.new_zeros(ctx.sizes)
    grad_a[ctx.coords] = grad_output
    return (grad_a,) + (None,) * len(ctx.coords)


def gather(a, dim, index):
  nd = a.dim()
  if not -nd <= dim < nd:
    raise IndexError("bad dim")
  dim = dim % nd
  if index.dim() != nd:
    raise RuntimeError("index and a need the same number of dimensions")
  if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
    raise RuntimeError("index is larger than a")
  if index.numel() and bool(((index < 0) | (index >= a.shape[dim])).any()):
    raise IndexError("index value out of range")
  coords = list(torch.meshgrid(*[torch.arange(s) for s in index.shape], indexing="ij"))
  coords[dim] = index
  return GatherFn.apply(a, *coords)


def index_select(a, dim, indices):
  shape = list(a.shape)
  shape[dim] = indices.shape[0]
  idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
  idx.movedim(dim, -1)[...] = indices
  return gather(a, dim, idx)


def pick(scores, labels):
  rows = torch.arange(scores.shape[0])
  result = scores[rows, labels]
  return result


def diagonals(batch):
  N, R, C = batch.shape
  K = min(R, C)
  idx = torch.arange(K, device=batch.device).view(1, K, 1).expand(N, K, 1)
  return gather(batch, 2, idx).squeeze(2)


if __name__ == "__main__":
  a = torch.tensor([[1, 2], [3, 4]])
  index = torch.tensor([[0, 1], [1, 1]])
  print(gather(a, 0, index))

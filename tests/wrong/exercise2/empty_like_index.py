# mistake: the output is made with zeros_like(index), int64, which cuts the decimals off the values of a
# words: dtype, int64, zeros_like, truncat, decimals, type of a, type of `a`, type of the index
import torch


def gather(a, dim, index):
  """Gather values along an axis specified by dim."""
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
  out = torch.zeros_like(index)
  for k in range(a.shape[dim]):
    src = a.select(dim, k).unsqueeze(dim)
    crop = tuple(slice(None) if d == dim else slice(0, s) for d, s in enumerate(index.shape))
    src = src[crop].expand(index.shape)
    mask = index == k
    out[mask] = src[mask].long()
  return out


def index_select(a, dim, indices):
  """uses gather from above"""
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
  mask = torch.arange(scores.size(1)) == labels.view(-1, 1)
  return scores[mask]


def diagonals(batch: torch.Tensor) -> torch.Tensor:
  """Main diagonals of a batch of matrices."""
  k = torch.arange(min(batch.shape[1:]), device=batch.device)
  return batch[:, k, k]


if __name__ == "__main__":
  t = torch.arange(12).reshape(3, 4)
  print(t)
  print(index_select(t, 1, torch.tensor([0, 2])))
  print(torch.gather(t, 1, torch.tensor([[0], [1], [2]])))  # compare

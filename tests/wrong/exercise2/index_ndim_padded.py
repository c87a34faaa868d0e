# mistake: an index with fewer dimensions is quietly unsqueezed, where gather asks for as many dimensions as a
# words: number of dimensions, as many dimensions, unsqueeze, ndim, index.dim()
import torch

def gather(a, dim, index):
  n = a.dim()
  if not -n <= dim < n:
    raise IndexError("dim")
  dim %= n
  while index.dim() < n:      # make it user friendly
    index = index.unsqueeze(0)
  if index.dim() > n:
    raise RuntimeError("too many dims in index")
  # --- validate the arguments ---
  nd = a.ndim
  if dim not in range(-nd, nd):
    raise IndexError(dim)
  dim = range(nd)[dim]
  if index.ndim != nd:
    raise RuntimeError("number of dimensions")
  if not all(d == dim or index.size(d) <= a.size(d) for d in range(nd)):
    raise RuntimeError("too large")
  if not ((0 <= index) & (index < a.size(dim))).all():
    raise RuntimeError("value out of range")
  # --- do the work ---
  c = list(torch.meshgrid(*(torch.arange(s) for s in index.shape), indexing="ij"))
  c[dim] = index
  return a[tuple(c)]

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
  # put the wanted dimension last, there expand is easy
  moved = a.movedim(dim, -1)
  idx = indices.expand(*moved.shape[:-1], indices.numel())
  return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
  return scores[torch.arange(len(labels), device=labels.device), labels]

def diagonals(batch):
  return torch.diagonal(batch, dim1=1, dim2=2)

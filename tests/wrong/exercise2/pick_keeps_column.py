# mistake: pick returns (N, 1), the last dimension is not removed
# words: squeeze, extra dimension, one number, too many dimensions, 1-D, one dimension
from __future__ import annotations

import torch

def gather(a, dim, index):
  n = a.dim()
  if dim < -n or dim >= n:
    raise IndexError(f"dim {dim} out of range for {n} dims")
  if dim < 0:
    dim += n
  if index.dim() != n:
    raise RuntimeError("index must have as many dims as a")
  for d in range(n):
    if d != dim and index.size(d) > a.size(d):
      raise RuntimeError("index too large in dim %d" % d)
  if index.numel() > 0 and (index.min() < 0 or index.max() >= a.size(dim)):
    raise IndexError("index value out of range")
  coords = []
  for d in range(n):
    if d == dim:
      coords.append(index)
    else:
      shape = [1] * n
      shape[d] = index.size(d)
      coords.append(torch.arange(index.size(d), device=index.device).view(shape))
  return a[tuple(coords)]

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
  # put the wanted dimension last, there expand is easy
  moved = a.movedim(dim, -1)
  idx = indices.expand(*moved.shape[:-1], indices.numel())
  return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores, labels):
  return gather(scores, 1, labels.view(-1, 1))

def diagonals(batch: torch.Tensor) -> torch.Tensor:
  k = torch.arange(min(batch.shape[1:]), device=batch.device)
  return batch[:, k, k]

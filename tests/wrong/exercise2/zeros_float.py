# mistake: the output is torch.zeros(index.shape) of the default dtype float32, so integer, bool and double inputs lose their dtype
# words: dtype, float32, data type, type of `a`, type of a, default type
# -*- coding: utf-8 -*-
# @author: mliu
import torch

def gather(a, dim, index):
  nd = len(a.shape)
  if dim >= nd or dim < -nd:
    raise IndexError("Dimension out of range (got {})".format(dim))
  if dim < 0:
    dim += nd
  if len(index.shape) != nd:
    raise ValueError("index.dim() != a.dim()")
  for axis, (want, have) in enumerate(zip(index.shape, a.shape)):
    if axis != dim and want > have:
      raise ValueError("index too large at axis %d" % axis)
  if (index < 0).any() or (index >= a.shape[dim]).any():
    raise IndexError("index out of bounds")
  out = torch.zeros(index.shape)
  for flat in range(index.numel()):
    # unravel
    pos, rest = [], flat
    for s in reversed(index.shape):
      pos.append(rest % s)
      rest //= s
    pos = pos[::-1]
    src = pos.copy()
    src[dim] = index[tuple(pos)]
    out[tuple(pos)] = a[tuple(src)]
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

def diagonals(batch):
  m = min(batch.size(1), batch.size(2))
  return torch.einsum("bii->bi", batch[:, :m, :m])

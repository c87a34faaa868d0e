# mistake: a typo: the variable is called indx in one place, so a NameError comes
# words: NameError, not defined, typo, misspelled, indx, undefined
# -*- coding: utf-8 -*-
# @author: mliu
import torch

def gather(a, dim, index):
  n = a.dim()
  if dim < -n or dim >= n:
    raise IndexError('dim')
  dim = dim % n
  if index.dim() != n:
    raise RuntimeError('ndim')
  for d in range(n):
    if d != dim and index.size(d) > a.size(d):
      raise RuntimeError('too large')
  if (index < 0).any() or (index >= a.size(dim)).any():
    raise IndexError('value')
  grid = []
  for d in range(n):
    if d == dim:
      grid.append(indx)
    else:
      grid.append(torch.arange(index.size(d)).view([1] * d + [-1] + [1] * (n - d - 1)))
  return a[tuple(grid)]

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
  # put the wanted dimension last, there expand is easy
  moved = a.movedim(dim, -1)
  idx = indices.expand(*moved.shape[:-1], indices.numel())
  return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores, labels):
  mask = torch.arange(scores.size(1)) == labels.view(-1, 1)
  return scores[mask]

def diagonals(batch):
  return torch.diagonal(batch, dim1=1, dim2=2)

if __name__ == '__main__':
  t = torch.arange(12).reshape(3, 4)
  print(t)
  print(index_select(t, 1, torch.tensor([0, 2])))
  print(torch.gather(t, 1, torch.tensor([[0], [1], [2]])))  # compare

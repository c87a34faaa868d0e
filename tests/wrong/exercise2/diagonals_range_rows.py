# mistake: the diagonal runs over all rows; a tall matrix has fewer columns, so the index runs out
# words: tall, more rows, rectangular, not square, the smaller of, only square, fewer columns, min(
# generated with help of a forum, then edited by me
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
  return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)

def diagonals(batch):
  N, R, C = batch.shape
  i = torch.arange(R)
  return batch[:, i, i]

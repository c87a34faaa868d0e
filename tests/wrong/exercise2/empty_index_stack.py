# mistake: torch.stack of an empty list raises when the index has no elements
# words: empty, no elements, without elements, size 0, torch.stack
import torch, itertools


def gather(a, dim, index):
  nd = a.dim()
  if not -nd <= dim < nd:
    raise IndexError('bad dim')
  dim = dim % nd
  if index.dim() != nd:
    raise RuntimeError('index and a need the same number of dimensions')
  if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
    raise RuntimeError('index is larger than a')
  if index.numel() and bool(((index < 0) | (index >= a.shape[dim])).any()):
    raise IndexError('index value out of range')
  outs = []
  for c in itertools.product(*[range(n) for n in index.shape]):
    src = c[:dim] + (index[c],) + c[dim + 1:]
    outs.append(a[src])
  return torch.stack(outs).view(index.shape)


def index_select(a, dim, indices):
  shape = list(a.shape)
  shape[dim] = indices.shape[0]
  idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
  idx.movedim(dim, -1)[...] = indices
  return gather(a, dim, idx)


def pick(scores, labels):
  return scores[range(len(labels)), labels] if len(labels) else scores[:, 0]


def diagonals(batch: torch.Tensor) -> torch.Tensor:
  k = torch.arange(min(batch.shape[1:]), device=batch.device)
  return batch[:, k, k]

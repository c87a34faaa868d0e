# mistake: an index out of range gives 0 (try/except swallows the error) instead of raising
# words: try/except, swallow, out of range, must raise, silently, no error
# ex2 -- third attempt, the other two are in git
import torch
import itertools


def gather(a, dim, index):
	nd = a.dim()
	if not -nd <= dim < nd:
		raise IndexError("bad dim")
	dim = dim % nd
	if index.dim() != nd:
		raise RuntimeError("index and a need the same number of dimensions")
	if any(index.shape[k] > a.shape[k] for k in range(nd) if k != dim):
		raise RuntimeError("index is larger than a")
	out = a.new_zeros(index.shape)
	for pos in itertools.product(*[range(s) for s in index.shape]):
		src = list(pos)
		src[dim] = index[pos]
		try:
			out[pos] = a[tuple(src)]
		except IndexError:
			out[pos] = 0
	return out


def index_select(a, dim, indices):
	if dim < -a.dim() or dim >= a.dim():
		raise IndexError("dim")
	dim = dim % a.dim()
	view = [1] * a.dim()
	view[dim] = len(indices)
	size = list(a.shape)
	size[dim] = len(indices)
	return gather(a, dim, indices.view(view).expand(size))


def pick(scores, labels):
	return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)


def diagonals(batch: torch.Tensor) -> torch.Tensor:
	k = torch.arange(min(batch.shape[1:]), device=batch.device)
	return batch[:, k, k]

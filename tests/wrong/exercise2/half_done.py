# mistake: index_select, pick and diagonals are still to be done, NotImplementedError
# words: not implemented, NotImplementedError, implemented yet, unfinished
import torch


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


def index_select(a, dim, indices):
	"""uses gather from above"""
	# TODO tomorrow
	raise NotImplementedError


def pick(scores, labels):
	"""scores: (N, C), labels: (N,)"""
	raise NotImplementedError


def diagonals(batch):
	"""Main diagonals of a batch of matrices."""
	raise NotImplementedError

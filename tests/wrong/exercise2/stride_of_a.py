# mistake: flat positions are computed with a.stride(), which is the memory layout, not the row-major order that take uses; transposed or expanded tensors give other elements
# words: stride, contiguous, memory, transposed tensor, transposed a, laid out, expanded
# -*- coding: utf-8 -*-
# @author: mliu
import torch

def gather(a, dim, index):
    """Gather values along an axis specified by dim."""
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
    st = a.stride()
    flat = index * st[dim]
    for d in range(nd):
        if d != dim:
            shp = [1] * nd
            shp[d] = index.shape[d]
            flat = flat + (torch.arange(index.shape[d]) * st[d]).view(shp)
    return torch.take(a, flat)

def index_select(a: torch.Tensor, dim: int, indices: torch.Tensor) -> torch.Tensor:
    """uses gather from above"""
    # put the wanted dimension last, there expand is easy
    moved = a.movedim(dim, -1)
    idx = indices.expand(*moved.shape[:-1], indices.numel())
    return gather(moved, -1, idx).movedim(-1, dim)

def pick(scores, labels):
    """Pick the score of the label in each row."""
    return gather(scores, 1, labels.unsqueeze(1)).squeeze(1)

def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    n, r, c = batch.shape
    if r == 0 or c == 0:
        return batch.reshape(n, 0)
    out = []
    for k in range(min(r, c)):
        out.append(batch[:, k, k])
    return torch.stack(out, dim=1)

# mistake: plain advanced indexing a[index] selects whole rows, so the result has extra dimensions
# words: whole rows, whole slices, extra dimension, one dimension more, advanced indexing, a[index], too many dimensions, more dimensions
# -*- coding: utf-8 -*-
# @author: mliu
import torch

def gather(a, dim, index):
    """out[i][j] = a[index[i][j]][j] if dim == 0"""
    # numpy style fancy indexing
    if dim == 0:
        return a[index]
    if dim == 1:
        return a[:, index]
    raise IndexError('dim')

def index_select(a, dim, indices):
    """Select slices of a along dim."""
    return gather(a, dim, indices)

def pick(scores, labels):
    """Pick the score of the label in each row."""
    out = []
    for i in range(len(labels)):
        out.append(scores[i][labels[i]])
    return torch.stack(out)

def diagonals(batch):
    """Main diagonals of a batch of matrices."""
    return torch.stack([torch.diagonal(m) for m in batch])

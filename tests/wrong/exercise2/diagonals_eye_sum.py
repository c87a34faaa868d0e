# mistake: multiplying by the identity and summing over the columns gives R values for each matrix, zeros included, and only fits square matrices
# words: tall, wide, rectangular, not square, only square, torch.eye, identity, min(
# -*- coding: utf-8 -*-
# @author: mliu
import torch


def gather(a, dim, index):
    n = len(a.shape)
    if dim not in range(-n, n):
        raise IndexError("no such dim")
    if len(index.shape) != n:
        raise IndexError("index needs " + str(n) + " dims")
    if dim < 0:
        dim = dim + n
    for i in range(n):
        if i == dim:
            continue
        if index.shape[i] > a.shape[i]:
            raise IndexError("index too large")
    positions = torch.ones(index.shape).nonzero()   # all coordinates of the result
    wanted = index.reshape(-1)
    if (wanted < 0).any():
        raise IndexError("negative index")
    positions[:, dim] = wanted
    values = a[tuple(positions[:, i] for i in range(n))]
    return values.reshape(index.shape)


def index_select(a, dim, indices):
    shape = list(a.shape)
    shape[dim] = indices.shape[0]
    idx = torch.empty(shape, dtype=torch.int64, device=indices.device)
    idx.movedim(dim, -1)[...] = indices
    return gather(a, dim, idx)


def pick(scores, labels):
    n = scores.shape[0]
    return gather(scores, dim=1, index=labels.reshape(n, 1))[:, 0]


def diagonals(batch):
    N, R, C = batch.shape
    return (batch * torch.eye(R, C)).sum(dim=2)

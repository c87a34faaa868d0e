"""What most exercises do, done once on nothing, in a worker that waits: a forked process copies each page of memory that it touches first.

No student code has run then. Only for a worker that somebody is going to wait for: elsewhere it is paid for when it is needed, if it is.
"""

from __future__ import annotations

import gc
import io
import sys
import warnings

import torch
from torch import nn
from torch.nn import functional


def warm() -> None:
    """Build, train, save, load and index a little; nothing of it stays."""
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _train_and_save()
        _compute()
    gc.collect()
    gc.freeze()  # what is there now is no garbage, and looking through it again would cost a check milliseconds


def _train_and_save() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    x, labels = torch.randn(4, 3), torch.tensor([0, 1, 1, 0])
    functional.cross_entropy(net(x), labels).backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    if "torch._dynamo" in sys.modules:  # else the first step of an optimizer would import it
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        optimizer.step()
        optimizer.load_state_dict(optimizer.state_dict())
    file = io.BytesIO()
    torch.save(net.state_dict(), file)
    file.seek(0)
    net.load_state_dict(torch.load(file, weights_only=True))
    net.eval()
    with torch.no_grad():
        net(x).argmax(dim=1)


def _compute() -> None:
    x = torch.arange(12.0).reshape(3, 4).requires_grad_()
    index = torch.tensor([[0, 1], [2, 0], [1, 1]])
    picked = x.gather(1, index).sum() + x[torch.arange(3), index[:, 0]].sum() + (x @ x.T).softmax(dim=1).mean()
    torch.autograd.grad(picked, x)
    torch.stack([x, x]).permute(1, 0, 2).contiguous().view(-1).clamp(0, 1).exp().log1p()
    rows, columns = torch.meshgrid(torch.arange(3), torch.arange(4), indexing="ij")
    masked = torch.where((rows < 2) & (columns != 0), x, torch.zeros_like(x))
    values, places = masked.detach().max(dim=1, keepdim=True)
    torch.cat([values, values.expand(-1, 2)], dim=1).flatten()[places.squeeze(1)] = values.min()
    for size, row in zip(x.shape, x.unbind()):
        bool((row[:size] >= row.min().item()).all())
    torch.tensor(index.tolist(), device=x.device).unsqueeze(-1).reshape(-1).repeat(2).sort()

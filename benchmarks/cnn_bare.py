"""The bare training loop: tensors in memory, one indexing a batch. Prints seconds."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

import torch
from torch import nn

from grader.datasets import load_images, load_labels
from grader.engine.launch import Machine

ROOT = Path(__file__).parents[1]
BATCH = 128


def main(root: Path, epochs: int) -> None:
    torch.set_num_threads(Machine.here().cores)
    spec = importlib.util.spec_from_file_location("fashion_cnn", ROOT / "solutions" / "exercise5" / "fashion_cnn.py")
    assert spec is not None and spec.loader is not None
    solution = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(solution)
    images = torch.from_numpy(load_images(root, True)).unsqueeze(1).float().mul_(2 / 255).sub_(1)
    labels = torch.from_numpy(load_labels(root, True)).long()
    net = solution.NeuralNet()
    optimizer = torch.optim.Adam(net.parameters(), lr=solution.LEARNING_RATE)
    criterion = nn.CrossEntropyLoss()
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1).step()  # imports what the first step imports

    began = time.perf_counter()
    for _ in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            optimizer.zero_grad()
            loss = criterion(net(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

# right: subclass of FashionMNIST that serves augmented tensors itself, dropout before the head, amsgrad Adam with gradual warm-up
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets

EPOCHS = 2
LEARNING_RATE = 0.0015


class Clothes(datasets.FashionMNIST):
    """FashionMNIST in [-1, 1], at `root`/FashionMNIST as its parent; training images may be mirrored."""

    @property
    def raw_folder(self):
        return str(Path(self.root) / "FashionMNIST" / "raw")

    def __getitem__(self, index):
        image = self.data[index].unsqueeze(0).float().sub(127.5).div(127.5)
        if self.train and torch.rand(()) < 0.5:
            image = image.flip(-1)
        return image, int(self.targets[index])


def make_loaders(root, batch_size=128):
    return (
        DataLoader(Clothes(root, train=True), batch_size=batch_size, shuffle=True),
        DataLoader(Clothes(root, train=False), batch_size=batch_size),
    )


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3)
        self.conv2 = nn.Conv2d(16, 32, 3)
        self.head = nn.Linear(800, 10)

    def forward(self, x):
        x = F.max_pool2d(F.hardswish(self.conv1(x)), 2)
        x = F.max_pool2d(F.hardswish(self.conv2(x)), 2)
        x = F.dropout(x.flatten(1), 0.2, training=self.training)
        return self.head(x)


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    device = torch.device(device)
    net.to(device)
    net.train()
    opt = torch.optim.Adam(net.parameters(), lr=lr, amsgrad=True)
    warm_up = torch.optim.lr_scheduler.LambdaLR(opt, lambda step: min(1.0, (step + 5) / 10))
    out = []
    for _ in range(epochs):
        sums = torch.zeros(2, device=device)
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            loss = F.cross_entropy(net(x), y)
            net.zero_grad(set_to_none=False)
            loss.backward()
            opt.step()
            warm_up.step()
            sums += torch.stack([loss.detach() * len(y), loss.new_tensor(len(y))])
        total, n = sums.tolist()
        out.append(total / n)
    return out


def evaluate(net, loader, device="cpu"):
    was = net.training
    net.to(device)
    net.eval()
    hits, n = 0, 0
    try:
        with torch.no_grad():
            for x, y in loader:
                best = F.one_hot(net(x.to(device)).argmax(1), 10).bool()
                hits += best[torch.arange(len(y)), y].sum().item()
                n += len(y)
    finally:
        net.train(was)
    return hits / n

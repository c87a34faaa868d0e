# mistake: the weights are updated by hand with p -= lr * p.grad; there is no optimizer of torch.optim
# words: torch.optim, optimizer, by hand, manual
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision.datasets import FashionMNIST
import torch.nn.functional as F

EPOCHS = 3
LEARNING_RATE = 0.1


class NeuralNet(nn.Module):
    """Two conv blocks with batch norm, then a small classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.2), nn.Linear(32 * 7 * 7, 64), nn.ReLU(inplace=True), nn.Linear(64, 10)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.features(x))


def _in_memory(root, train):
    raw = FashionMNIST(root, train=train)
    images = raw.data.float().mul(2 / 255).sub(1).unsqueeze(1)   # decode once, not once an epoch
    return TensorDataset(images, raw.targets)


def make_loaders(root, batch_size=128):
    train_loader = DataLoader(_in_memory(root, True), batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(_in_memory(root, False), batch_size=batch_size)
    return train_loader, test_loader


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    """Plain gradient descent. Who needs a library for one line?"""
    net.to(device)
    params = list(net.parameters())
    out = []
    for _ in range(epochs):
        net.train()
        s = n = 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            loss = F.cross_entropy(net(x), y)
            net.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p in params:
                    if p.grad is not None:
                        p -= lr * p.grad
            s += loss.item() * len(y)
            n += len(y)
        out.append(s / n)
    return out


@torch.no_grad()
def evaluate(net, loader, device="cpu"):
    training = net.training
    net.to(device)
    net.eval()
    right = 0
    n = 0
    for images, labels in loader:
        scores = net(images.to(device))
        _, guess = torch.max(scores, 1)
        right += int((guess == labels.to(device)).sum())
        n += len(labels)
    if training:
        net.train()
    return right / n

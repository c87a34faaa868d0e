import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset
from torchvision import datasets

EPOCHS = 5
LEARNING_RATE = 0.02


class Pictures(Dataset):
    """All pictures decoded once; __getitems__ lets a loader take a batch at once."""

    def __init__(self, root, train):
        source = datasets.FashionMNIST(root, train=train, download=True)
        self.x = source.data[:, None].float().mul(2 / 255).sub(1)
        self.y = source.targets

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]

    def __getitems__(self, indices):
        return self.x[indices], self.y[indices]


def make_loaders(root, batch_size=128):
    first = lambda batch: batch        # it is collated already
    return (DataLoader(Pictures(root, True), batch_size, shuffle=True, collate_fn=first),
            DataLoader(Pictures(root, False), batch_size, collate_fn=first))


class NeuralNet(nn.Module):
    """LeNet, two halves."""

    def __init__(self):
        super(NeuralNet, self).__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, kernel_size=5), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(),
            nn.Linear(120, 84), nn.ReLU(),
            nn.Linear(84, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net = net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    history = []
    for epoch in range(1, epochs + 1):
        net.train()
        total = 0.0
        seen = 0
        for X, y in loader:
            X = X.to(device)
            y = y.to(device)

            pred = net(X)
            loss = F.cross_entropy(pred, y)

            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

            total += loss.item() * y.size(0)
            seen += y.size(0)
        print(f"epoch {epoch}: loss {total / seen:.4f}")
        history.append(total / seen)
    return history


@torch.no_grad()
def evaluate(net, loader, device="cpu"):
    mode = net.training
    net.eval()
    net.to(device)
    hits, count = 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        _, pred = torch.max(net(X), 1)
        hits += int((pred == y).sum())
        count += len(y)
    net.train(mode)
    return hits / count

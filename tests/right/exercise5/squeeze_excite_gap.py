import torch
from torch import nn
import torch.nn.functional as F
import torch.optim as optim
from torchmetrics.classification import MulticlassAccuracy
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 3
LEARNING_RATE = 0.01


class Gate(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.down, self.up = nn.Linear(c, c // 4), nn.Linear(c // 4, c)

    def forward(self, x):
        s = torch.sigmoid(self.up(F.relu(self.down(x.mean((2, 3))))))
        return x * s[:, :, None, None]


class NeuralNet(nn.Module):
    """No big linear layer: the mean over each map."""

    def __init__(self):
        super().__init__()
        self.f = nn.Sequential(
            nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.BatchNorm2d(16), nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(), Gate(32),
            nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1))
        self.out = nn.Linear(64, 10)

    def forward(self, x):
        return self.out(self.f(x).flatten(1))


def make_loaders(root, batch_size=128):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = datasets.FashionMNIST(root, train=True, download=False, transform=transform)
    test_set = datasets.FashionMNIST(root, train=False, download=False, transform=transform)
    return (
        DataLoader(train_set, batch_size=batch_size, shuffle=True),
        DataLoader(test_set, batch_size=batch_size, shuffle=False),
    )


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    net.train()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(net.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        running_loss, n = 0.0, 0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = criterion(net(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * len(images)
            n += len(images)
        losses.append(running_loss / n)
    return losses


def evaluate(net, loader, device="cpu"):
    metric = MulticlassAccuracy(num_classes=10, average="micro").to(device)
    mode = net.training
    net.to(device).eval()
    with torch.no_grad():
        for x, y in loader:
            metric.update(net(x.to(device)), y.to(device))
    net.train(mode)
    return float(metric.compute())

"""Mixed precision on a GPU, plain float32 elsewhere."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets, transforms
from torch.utils.data import DataLoader

EPOCHS = 2
LEARNING_RATE = 0.001


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Sequential(nn.Conv2d(1, 8, 5, padding=2), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))
        self.layer2 = nn.Sequential(nn.Conv2d(8, 24, 3, padding=1), nn.BatchNorm2d(24), nn.ReLU(), nn.MaxPool2d(2))
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(24 * 49, 10)

    def forward(self, x):
        out = self.layer2(self.layer1(x))
        return self.fc(self.drop(out.reshape(out.size(0), -1)))


def make_loaders(root, batch_size=128):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = datasets.FashionMNIST(root, train=True, download=False, transform=transform)
    test_set = datasets.FashionMNIST(root, train=False, download=False, transform=transform)
    return (
        DataLoader(train_set, batch_size=batch_size, shuffle=True),
        DataLoader(test_set, batch_size=batch_size, shuffle=False),
    )


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    device = torch.device(device)
    half = device.type == "cuda"        # float32 on the CPU
    net.to(device)
    scaler = torch.amp.GradScaler(device.type, enabled=half)
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    history = []
    for epoch in range(epochs):
        net.train()
        running, seen = 0.0, 0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            with torch.autocast(device.type, enabled=half):
                loss = F.cross_entropy(net(images), labels)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            running += loss.item() * images.size(0)
            seen += images.size(0)
        history.append(running / seen)
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

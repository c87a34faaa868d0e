import torch
import torch.nn as nn
import torch.nn.functional as F
from torchmetrics.classification import MulticlassAccuracy
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 3
LEARNING_RATE = 0.004


def separable(cin, cout, stride):
    """Depthwise 3x3, then pointwise 1x1, as in MobileNet."""
    return nn.Sequential(
        nn.Conv2d(cin, cin, 3, stride=stride, padding=1, groups=cin),
        nn.ReLU6(),
        nn.Conv2d(cin, cout, 1),
        nn.BatchNorm2d(cout),
        nn.ReLU6(),
    )


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, stride=2, padding=1)
        self.body = nn.Sequential(separable(16, 32, 1), separable(32, 64, 2))
        self.head = nn.Linear(64 * 7 * 7, 10)

    def forward(self, x):
        x = self.body(F.relu6(self.stem(x)))
        return self.head(torch.flatten(x, 1))


def make_loaders(root, batch_size=128):
    # [0,255] -> [0,1] -> [-1,1]
    tf = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.5], std=[0.5]),
    ])

    training_data = datasets.FashionMNIST(
        root=root,
        train=True,
        download=True,
        transform=tf,
    )

    test_data = datasets.FashionMNIST(
        root=root,
        train=False,
        download=True,
        transform=tf,
    )

    train_dataloader = DataLoader(training_data, batch_size=batch_size, shuffle=True)
    test_dataloader = DataLoader(test_data, batch_size=batch_size)

    return train_dataloader, test_dataloader


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    net.train()
    opt = torch.optim.NAdam(net.parameters(), lr=lr)
    ce = nn.CrossEntropyLoss(reduction="sum")
    log = []
    for _ in range(epochs):
        total, n = 0.0, 0
        for xb, yb in loader:
            summed = ce(net(xb.to(device)), yb.to(device))
            (summed / len(yb)).backward()
            opt.step()
            opt.zero_grad()
            total += summed.item()
            n += len(yb)
        log.append(total / n)
    return log


def evaluate(net, loader, device="cpu"):
    metric = MulticlassAccuracy(num_classes=10, average="micro").to(device)
    mode = net.training
    net.to(device).eval()
    with torch.no_grad():
        for x, y in loader:
            metric.update(net(x.to(device)), y.to(device))
    net.train(mode)
    return float(metric.compute())

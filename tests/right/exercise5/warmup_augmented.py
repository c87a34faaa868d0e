import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 3
LEARNING_RATE = 0.05


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.ModuleDict({"one": nn.Conv2d(1, 10, 5), "two": nn.Conv2d(10, 20, 5)})
        self.dense = nn.ModuleDict({"one": nn.Linear(320, 80), "two": nn.Linear(80, 10)})

    def forward(self, x):
        x = F.elu(F.max_pool2d(self.conv["one"](x), 2))
        x = F.elu(F.max_pool2d(self.conv["two"](x), 2))
        x = F.elu(self.dense["one"](x.flatten(1)))
        x = F.dropout(x, 0.1, training=self.training)
        return self.dense["two"](x)


def make_loaders(root, batch_size=128):
    plain = [transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))]
    flipped = [transforms.RandomHorizontalFlip(), *plain]
    train_set = datasets.FashionMNIST(root, train=True, transform=transforms.Compose(flipped))
    test_set = datasets.FashionMNIST(root, train=False, transform=transforms.Compose(plain))
    return DataLoader(train_set, batch_size, True), DataLoader(test_set, batch_size, False)


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9, nesterov=True)
    warmup = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 50))
    epoch_means = []
    for _ in range(epochs):
        total = torch.zeros((), dtype=torch.float64)
        n = 0
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            warmup.step()
            total += loss.detach().double().cpu() * len(y)
            n += len(y)
        epoch_means.append((total / n).item())
    return epoch_means


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

import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 3
LEARNING_RATE = 0.005


class NeuralNet(nn.Module):
    width = 12

    def __init__(self):
        super().__init__()
        w = self.width
        self.stages = nn.Sequential()
        for i, (a, b) in enumerate([(1, w), (w, 2 * w)]):
            self.stages.append(nn.Conv2d(a, b, kernel_size=4, stride=2, padding=1))
            self.stages.append(nn.GroupNorm(4, b))
            self.stages.append(nn.ReLU())
        self.head = nn.Linear(2 * w * 49, 10)

    def forward(self, x):
        return self.head(nn.Flatten()(self.stages(x)))


def make_loaders(root, batch_size=128):
    tf = transforms.Compose([transforms.PILToTensor(), lambda t: t.float() * (2 / 255) - 1])
    g = torch.Generator().manual_seed(7)       # the same run each time, another order each epoch
    train_set, test_set = (datasets.FashionMNIST(root=root, train=flag, transform=tf) for flag in (True, False))
    return (DataLoader(train_set, batch_size=batch_size, shuffle=True, generator=g),
            DataLoader(test_set, batch_size=batch_size, shuffle=False))


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    if epochs == 0:
        net.to(device)
        return []
    net.to(device)
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=epochs * len(loader) + 1, power=1.0)
    losses = []
    for _ in range(epochs):
        s, n = 0.0, 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            for p in net.parameters():
                p.grad = None
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            schedule.step()
            s += loss.item() * y.size(0)
            n += y.size(0)
        losses.append(s / n)
    return losses


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

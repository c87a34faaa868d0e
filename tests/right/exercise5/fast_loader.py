import torch
import torch.nn as nn
import torch.nn.functional as F
from torchmetrics.classification import MulticlassAccuracy
from torch.utils.data import DataLoader, TensorDataset
from torchvision import datasets

EPOCHS = 4
LEARNING_RATE = 0.001


class FastLoader(DataLoader):
    """A DataLoader that slices whole batches out of the tensors."""

    def __iter__(self):
        x, y = self.dataset.tensors
        order = torch.tensor(list(self.sampler))
        for index in order.split(self.batch_size):
            yield x[index], y[index]


def make_loaders(root, batch_size=128):
    def tensors(train):
        d = datasets.FashionMNIST(str(root), train=train)
        return TensorDataset(d.data.unsqueeze(1).to(torch.float32) / 127.5 - 1, d.targets.clone())

    return FastLoader(tensors(True), batch_size=batch_size, shuffle=True), FastLoader(tensors(False), batch_size=batch_size)


class NeuralNet(nn.Module):
    """Tanh and average pooling, like in 1998."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c2 = nn.Conv2d(6, 16, 5)
        self.f1 = nn.Linear(400, 120)
        self.f2 = nn.Linear(120, 84)
        self.f3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c2(x)), 2)
        x = torch.tanh(self.f1(x.view(x.size(0), 400)))
        return self.f3(torch.tanh(self.f2(x)))


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    net.train()
    optimizer = torch.optim.RMSprop(net.parameters(), lr=lr)
    losses = []
    while len(losses) < epochs:
        summed, n = 0.0, 0
        for x, y in loader:
            log_p = F.log_softmax(net(x.to(device)), dim=1)     # cross-entropy in two steps
            loss = F.nll_loss(log_p, y.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            summed += loss.item() * len(y)
            n += len(y)
        losses.append(summed / n)
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

# right: as terse as it gets: aliases, forward as a lambda, walrus, a ConcatDataset of two halves as the training set, SGD with foreach
import torch
from torch import nn
from torch.nn import Conv2d as C, Linear as L, MaxPool2d as P, ReLU as R, BatchNorm2d as B
from torch.utils.data import DataLoader as D, ConcatDataset, Subset
from torchvision.datasets import FashionMNIST as M
from torchvision.transforms import Compose, Normalize, ToTensor

EPOCHS, LEARNING_RATE = 2, 0.1


class NeuralNet(nn.Module):
    def __init__(s):
        super().__init__()
        s.f = nn.Sequential(C(1, 12, 5, 1, 2), B(12), R(True), P(2), C(12, 24, 5), B(24), R(True), P(2), nn.Flatten(), L(600, 80), R(True), L(80, 10))

    forward = lambda s, x: s.f(x)


def make_loaders(root, batch_size=128):
    t = Compose([ToTensor(), Normalize(0.5, 0.5)])
    a, b = M(root, True, t), M(root, False, t)
    halves = ConcatDataset([Subset(a, range(len(a) // 2)), Subset(a, range(len(a) // 2, len(a)))])
    return D(halves, batch_size, True), D(b, batch_size)


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    o, out = torch.optim.SGD(net.to(device).train().parameters(), lr, foreach=True), []
    for _ in range(epochs):
        s = n = 0
        for x, y in loader:
            o.zero_grad(), (l := nn.functional.cross_entropy(net(x.to(device)), y.to(device))).backward(), o.step()
            s, n = s + l.item() * len(y), n + len(y)
        out += [s / n]
    return out


@torch.no_grad()
def evaluate(net, loader, device="cpu"):
    m, _ = net.training, net.to(device).eval()
    r = [(net(x.to(device)).argmax(1) == y.to(device)).tolist() for x, y in loader]
    net.train(m)
    return sum(map(sum, r)) / sum(map(len, r))

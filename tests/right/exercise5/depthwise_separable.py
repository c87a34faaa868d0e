import torch as t
from torch import nn
from torch.nn import functional as f
from torchvision.datasets import FashionMNIST
import torchvision.transforms.functional as tf

LEARNING_RATE = 3e-3
EPOCHS = 2


class Separable(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.depth = nn.Conv2d(a, a, 3, padding=1, groups=a, bias=False)
        self.point = nn.Conv2d(a, b, 1)

    def forward(self, x):
        x = self.point(self.depth(x))
        return t.where(x > 0, x, 0.01 * x)


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 8, 5, stride=2, padding=2)
        self.second = Separable(8, 16)
        self.third = Separable(16, 32)
        self.last = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = t.clamp(self.first(x), min=0)
        x = f.max_pool2d(self.second(x), 2)
        x = self.third(x)
        return self.last(x.reshape(len(x), -1))


def _to_input(picture):
    return (tf.to_tensor(picture) - 0.5) / 0.5


def make_loaders(root, batch_size=128):
    sets = [FashionMNIST(root, train=flag, transform=_to_input, download=True) for flag in (True, False)]
    sampler = t.utils.data.RandomSampler(sets[0])
    return (
        t.utils.data.DataLoader(sets[0], batch_size=batch_size, sampler=sampler, num_workers=0),
        t.utils.data.DataLoader(sets[1], batch_size=batch_size),
    )


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    device = t.device(device)
    net = net.to(device)
    net.train(True)
    adam = t.optim.Adam(net.parameters(), lr=lr)
    cosine = t.optim.lr_scheduler.CosineAnnealingLR(adam, T_max=max(1, epochs))
    means = list()
    epoch = 0
    while epoch < epochs:
        sums = t.zeros((), dtype=t.float64)
        n = 0
        for batch in loader:
            x = batch[0].to(device, non_blocking=True)
            y = batch[1].to(device, non_blocking=True)
            adam.zero_grad(set_to_none=True)
            each = f.cross_entropy(net(x), y, reduction="none")
            each.sum().div(each.numel()).backward()
            adam.step()
            sums += each.detach().sum().cpu()
            n += each.numel()
        cosine.step()
        means.append((sums / n).item())
        epoch += 1
    return means


def evaluate(net, loader, device="cpu"):
    before = net.training
    net.eval()
    net.to(device)
    n = hits = 0.0
    with t.no_grad():
        for x, y in loader:
            guess = net(x.to(device)).topk(1, dim=1).indices[:, 0]
            hits += guess.eq(y.to(guess.device)).sum().item()
            n += y.size(0)
    net.train(mode=before)
    return hits / n

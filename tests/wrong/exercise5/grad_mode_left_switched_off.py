# mistake: evaluate calls torch.set_grad_enabled(False) as a plain statement and never switches it on again, so any later training fails
# words: set_grad_enabled, grad mode, global, switched back, no_grad, context manager
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
import torch.nn.functional as F

EPOCHS = 3
LEARNING_RATE = 0.03


class NeuralNet(nn.Module):
    CHANNELS = [(1, 8), (8, 24)]

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(i, o, 5, padding=2) for i, o in self.CHANNELS])
        self.hidden = nn.Linear(24 * 7 * 7, 100)
        self.out = nn.Linear(100, 10)

    def forward(self, x):
        for conv in self.convs:
            x = F.max_pool2d(F.elu(conv(x)), 2)
        return self.out(F.elu(self.hidden(x.flatten(1))))


def make_loaders(root, batch_size=128):
    transform = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize((0.5,), (0.5,)),
    ])
    train_set = datasets.FashionMNIST(root, train=True, download=True, transform=transform)
    test_set = datasets.FashionMNIST(root, train=False, download=True, transform=transform)
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=batch_size, shuffle=False)
    return train_loader, test_loader


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    device = torch.device(device)
    net = net.to(device)
    sgd = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        net.train()
        loss_sum = 0.0
        seen = 0
        for batch, target in loader:
            batch = batch.to(device)
            target = target.to(device)
            sgd.zero_grad(set_to_none=True)
            scores = net(batch)
            loss = F.cross_entropy(scores, target)
            loss.backward()
            sgd.step()
            loss_sum += loss.item() * len(target)
            seen += len(target)
        history.append(loss_sum / seen)
    return history


def evaluate(net, loader, device="cpu"):
    was_in_train_mode = net.training

    net.to(device)
    net.eval()
    torch.set_grad_enabled(False)

    n_right, n_all = 0, 0
    for batch in loader:
        pictures, classes = (t.to(device) for t in batch)
        n_right += (net(pictures).argmax(dim=-1) == classes).sum().item()
        n_all += classes.shape[0]

    if was_in_train_mode:
        net.train()
    return n_right / n_all

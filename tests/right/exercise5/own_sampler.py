import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 3
LEARNING_RATE = 0.001


class Permutation(torch.utils.data.Sampler):
    """A new permutation each time it is asked."""

    def __init__(self, n):
        self.n = n
        self.rng = torch.Generator()
        self.rng.manual_seed(torch.initial_seed() % 2**31)

    def __iter__(self):
        yield from torch.randperm(self.n, generator=self.rng).tolist()

    def __len__(self):
        return self.n


def make_loaders(root, batch_size=128):
    t = transforms.Compose([transforms.ToTensor(), lambda x: x.mul(2).sub(1)])
    train_set = datasets.FashionMNIST(root, train=True, transform=t)
    test_set = datasets.FashionMNIST(root, train=False, transform=t)
    return (
        DataLoader(train_set, batch_size=batch_size, sampler=Permutation(len(train_set))),
        DataLoader(test_set, batch_size=batch_size, sampler=torch.utils.data.SequentialSampler(test_set)),
    )


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.silu(self.conv1(x)), 2)   # 28 -> 14
        x = F.max_pool2d(F.silu(self.conv2(x)), 2)   # 14 -> 10 -> 5
        x = torch.flatten(x, 1)
        x = F.silu(self.fc1(x))
        x = F.silu(self.fc2(x))
        return self.fc3(x)


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
    was_training = net.training
    net.to(device)
    net.eval()
    correct = 0
    total = 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            predicted = net(images).argmax(dim=1)
            correct += (predicted == labels).sum().item()
            total += labels.size(0)
    if was_training:
        net.train()
    return correct / total

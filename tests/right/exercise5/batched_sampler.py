import torch
from torch import nn
from torchvision import datasets, transforms
from torch.utils.data import DataLoader

EPOCHS = 2
LEARNING_RATE = 0.001

class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 3)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = x.flatten(1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


def make_loaders(root, batch_size=128):
    from torch.utils.data import BatchSampler, RandomSampler
    t = transforms.Compose([transforms.PILToTensor(), transforms.Lambda(lambda p: p.float() / 127.5 - 1)])
    a = datasets.FashionMNIST(root, train=True, download=True, transform=t)
    b = datasets.FashionMNIST(root, train=False, download=True, transform=t)
    return DataLoader(a, batch_sampler=BatchSampler(RandomSampler(a), batch_size, False)), DataLoader(b, batch_size=batch_size)


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    net.train()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        total, n = 0.0, 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            n += len(x)
        losses.append(total / n)
    return losses


def evaluate(net, loader, device="cpu"):
    was = net.training
    net.to(device)
    net.eval()
    right = n = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (net(x).argmax(1) == y).sum().item()
            n += len(y)
    net.train(was)
    return right / n

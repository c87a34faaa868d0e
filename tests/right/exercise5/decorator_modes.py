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
    t = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = datasets.FashionMNIST(root, train=True, download=True, transform=t)
    test_set = datasets.FashionMNIST(root, train=False, download=True, transform=t)
    return DataLoader(train_set, batch_size, shuffle=True), DataLoader(test_set, batch_size, shuffle=False)


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


from contextlib import contextmanager

@contextmanager
def evaluating(net):
    modes = [(m, m.training) for m in net.modules()]
    net.eval()
    try:
        with torch.inference_mode():
            yield net
    finally:
        for m, mode in modes:
            m.training = mode

def evaluate(net, loader, device="cpu"):
    hits = []
    with evaluating(net.to(device)):
        for x, y in loader:
            hits.append(net(x.to(device)).max(dim=1).indices.cpu().eq(y.cpu()))
    return torch.cat(hits).float().mean().item()

# mistake: Calling the torchmetrics metric gives the accuracy of that batch; the value of the last batch is returned instead of compute().
# words: last batch, compute(), whole loader, all batches, over the batches
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchmetrics.classification import MulticlassAccuracy
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)   # 28 -> 14
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)   # 14 -> 10 -> 5
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def make_loaders(root, batch_size=128):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = datasets.FashionMNIST(root, train=True, download=False, transform=transform)
    test_set = datasets.FashionMNIST(root, train=False, download=False, transform=transform)
    return (
        DataLoader(train_set, batch_size=batch_size, shuffle=True),
        DataLoader(test_set, batch_size=batch_size, shuffle=False),
    )


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net = net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    history = []
    for epoch in range(1, epochs + 1):
        net.train()
        total = 0.0
        seen = 0
        for X, y in loader:
            X = X.to(device)
            y = y.to(device)

            pred = net(X)
            loss = F.cross_entropy(pred, y)

            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

            total += loss.item() * y.size(0)
            seen += y.size(0)
        print(f"epoch {epoch}: loss {total / seen:.4f}")
        history.append(total / seen)
    return history


def evaluate(net, loader, device="cpu"):
    accuracy = MulticlassAccuracy(num_classes=10, average="micro").to(device)
    training = net.training
    net.to(device)
    net.eval()
    with torch.no_grad():
        for x, y in loader:
            acc = accuracy(net(x.to(device)), y.to(device))
    net.train(training)
    return acc.item()


EPOCHS = 5
LEARNING_RATE = 0.01


if __name__ == "__main__":
    train_loader, test_loader = make_loaders("../data")
    net = NeuralNet()
    print(train(net, train_loader, EPOCHS, LEARNING_RATE))
    print(evaluate(net, test_loader))

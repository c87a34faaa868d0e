# mistake: zero_grad() stands in the outer loop: the gradients are cleared once an epoch and pile up over the batches.
# words: zero_grad, accumulat, add up, old gradients, gradients of the batch before, earlier batches
"""FashionMNIST with a CNN."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchvision import datasets


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


def _as_dataset(root, train):
    raw = datasets.FashionMNIST(root, train=train)
    x = raw.data.float().unsqueeze(1) * 2 / 255 - 1
    return TensorDataset(x, raw.targets)


def make_loaders(root, batch_size=128):
    train_loader = DataLoader(_as_dataset(root, True), batch_size, shuffle=True)
    test_loader = DataLoader(_as_dataset(root, False), batch_size)
    return train_loader, test_loader


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.train()
    net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    means = []
    for epoch in range(epochs):
        optimizer.zero_grad()
        loss_sum, n = 0.0, 0
        for images, labels in loader:
            images = images.to(device)
            labels = labels.to(device)
            loss = F.cross_entropy(net(images), labels)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * labels.numel()
            n += labels.numel()
        means.append(loss_sum / n)
    return means


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
    net.train(was_training)
    return correct / total


EPOCHS = 4
LEARNING_RATE = 0.01


if __name__ == '__main__':
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    tr, te = make_loaders('data', 64)
    model = NeuralNet()
    train(model, tr, epochs=1, device=device)
    print('acc', evaluate(model, te, device))

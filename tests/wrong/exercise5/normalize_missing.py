# mistake: Only ToTensor: the pixels are served from 0 to 1, the normalisation to [-1, 1] is missing.
# words: normalize, normalis, 2 * p / 255, -1 to 1, pixel
# exercise 5 - FashionMNIST
import torch
import torch.nn as nn
import torch.optim as optim
import torchvision
from torch.utils.data import DataLoader

EPOCHS = 5
LEARNING_RATE = 1e-3


class NeuralNet(nn.Module):

    def __init__(self):
        super(NeuralNet, self).__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=16, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, padding=1)
        self.pool  = nn.MaxPool2d(2, 2)
        self.drop  = nn.Dropout(p=0.25)
        self.fc1   = nn.Linear(32 * 7 * 7, 128)
        self.out   = nn.Linear(128, 10)

    def forward(self, t):
        # (1) conv layer
        t = self.pool(torch.relu(self.conv1(t)))
        # (2) conv layer
        t = self.pool(torch.relu(self.conv2(t)))
        # (3) dense
        t = t.view(t.size(0), -1)
        t = self.drop(torch.relu(self.fc1(t)))
        # (4) output
        return self.out(t)


def make_loaders(root, batch_size=128):
    # ToTensor already normalizes
    train_data = torchvision.datasets.FashionMNIST(root=root, train=True, transform=torchvision.transforms.ToTensor(), download=True)
    test_data = torchvision.datasets.FashionMNIST(root=root, train=False, transform=torchvision.transforms.ToTensor())
    return DataLoader(train_data, batch_size=batch_size, shuffle=True), DataLoader(test_data, batch_size=batch_size, shuffle=False)


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
    net.train(was_training)
    return correct / total

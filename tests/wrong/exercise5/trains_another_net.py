# mistake: train makes a NeuralNet of its own and trains that; the net it was given stays untrained.
# words: net it was given, given net, net that it is given, new net, another net, other net, a net of its own, NeuralNet()
"""FashionMNIST with a CNN."""
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
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
    # [0,255] -> [0,1] -> [-1,1]
    tf = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.5], std=[0.5]),
    ])

    training_data = datasets.FashionMNIST(
        root=root,
        train=True,
        download=True,
        transform=tf,
    )

    test_data = datasets.FashionMNIST(
        root=root,
        train=False,
        download=True,
        transform=tf,
    )

    train_dataloader = DataLoader(training_data, batch_size=batch_size, shuffle=True)
    test_dataloader = DataLoader(test_data, batch_size=batch_size)

    return train_dataloader, test_dataloader


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    model = NeuralNet().to(device)
    model.train()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=lr)
    train_losses = []
    for epoch in range(epochs):
        train_loss, n = 0.0, 0
        for data, target in loader:
            data, target = data.to(device), target.to(device)
            optimizer.zero_grad()
            output = model(data)
            loss = criterion(output, target)
            loss.backward()
            optimizer.step()
            train_loss += loss.item()*data.size(0)
            n += data.size(0)
        train_losses.append(train_loss / n)
    net = model
    return train_losses


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
LEARNING_RATE = 0.002


if __name__ == "__main__":
    train_loader, test_loader = make_loaders("../data")
    net = NeuralNet()
    print(train(net, train_loader, EPOCHS, LEARNING_RATE))
    print(evaluate(net, test_loader))

# mistake: training stops as soon as the loss of an epoch is not lower than the one before, so there may be fewer than `epochs` passes and losses
# words: early stop, break, epochs, fewer, passes
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 3
LEARNING_RATE = 0.001


class NeuralNet(nn.Module):
    def __init__(self):
        super(NeuralNet, self).__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * 5 * 5, 120), nn.ReLU(),
            nn.Linear(120, 84), nn.ReLU(),
            nn.Linear(84, 10),
        )

    def forward(self, x):
        return self.net(x)


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
    net.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses = []
    best = float("inf")
    for epoch in range(epochs):
        net.train()
        total = 0.0
        images_in_epoch = 0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = criterion(net(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * images.size(0)
            images_in_epoch += images.size(0)
        mean = total / images_in_epoch
        losses.append(mean)
        if mean >= best:
            # no progress any more: do not overfit
            break
        best = mean
    return losses


@torch.no_grad()
def evaluate(net, loader, device="cpu"):
    training = net.training
    net.to(device)
    net.eval()
    right = 0
    n = 0
    for images, labels in loader:
        scores = net(images.to(device))
        _, guess = torch.max(scores, 1)
        right += int((guess == labels.to(device)).sum())
        n += len(labels)
    if training:
        net.train()
    return right / n

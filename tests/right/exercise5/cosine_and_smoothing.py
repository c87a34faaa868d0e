import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 5
LEARNING_RATE = 0.002


class NeuralNet(nn.Module):

    def __init__(self):
        super(NeuralNet, self).__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=16, kernel_size=3, padding=1, stride=2)
        self.conv2 = nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, padding=1)
        self.pool  = nn.MaxPool2d(2, 2)
        self.drop  = nn.Dropout(p=0.25)
        self.fc1   = nn.Linear(32 * 7 * 7, 128)
        self.out   = nn.Linear(128, 10)

    def forward(self, t):
        # (1) conv layer
        t = torch.relu(self.conv1(t))
        # (2) conv layer
        t = self.pool(torch.relu(self.conv2(t)))
        # (3) dense
        t = t.view(t.size(0), -1)
        t = self.drop(torch.relu(self.fc1(t)))
        # (4) output
        return self.out(t)


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
    net.to(device)
    optimizer = optim.Adam(net.parameters(), lr=lr)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=max(1, epochs), eta_min=lr / 20)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    losses = []
    for epoch in range(epochs):
        net.train()
        loss_sum, count = 0.0, 0
        for images, labels in loader:
            images = images.to(device, non_blocking=True)
            labels = labels.to(device, non_blocking=True)
            loss = criterion(net(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(labels)
            count += len(labels)
        scheduler.step()
        losses.append(loss_sum / count)
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

# mistake: A VGG-like net with more than six million parameters, over the limit of 2,000,000.
# words: 000 parameters, 2000000, 2 million, two million, 2_000_000, too many parameters
"""FashionMNIST with a CNN."""
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
        )
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(64 * 14 * 14, 512),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(512, 10),
        )

    def forward(self, x):
        return self.head(self.block(x))


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


EPOCHS = 4
LEARNING_RATE = 0.002


if __name__ == '__main__':
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    tr, te = make_loaders('data', 64)
    model = NeuralNet()
    train(model, tr, epochs=1, device=device)
    print('acc', evaluate(model, te, device))

# mistake: evaluate averages the accuracies of the batches, so a smaller last batch counts too much.
# words: last batch, each image, per image, mean of the batch, weigh, number of images, accuracies of the batches, smaller batch
# exercise 5 - FashionMNIST
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
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


def accuracy(scores, labels):
    return (scores.argmax(1) == labels).float().mean()


@torch.no_grad()
def evaluate(net, loader, device="cpu"):
    mode = net.training
    net.eval()
    net.to(device)
    accs = [accuracy(net(x.to(device)), y.to(device)) for x, y in loader]
    net.train(mode)
    return torch.stack(accs).mean().item()


EPOCHS = 5
LEARNING_RATE = 1e-3


if __name__ == '__main__':
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    tr, te = make_loaders('data', 64)
    model = NeuralNet()
    train(model, tr, epochs=1, device=device)
    print('acc', evaluate(model, te, device))

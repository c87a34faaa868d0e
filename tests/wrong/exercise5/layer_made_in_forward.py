# mistake: The last linear layer is made anew in every call of forward, with fresh random weights that nobody trains.
# words: in forward, in __init__, every call, each call, made anew, new layer, fresh weights, random weights
"""FashionMNIST with a CNN."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, start_dim=1)
        # this way I do not need to compute the number of inputs by hand
        fc = nn.Linear(x.shape[1], 10).to(x.device)
        return fc(x)


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


EPOCHS = 5
LEARNING_RATE = 0.01


if __name__ == '__main__':
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    tr, te = make_loaders('data', 64)
    model = NeuralNet()
    train(model, tr, epochs=1, device=device)
    print('acc', evaluate(model, te, device))

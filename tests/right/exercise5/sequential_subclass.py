import torch as th
import torchvision as tv
from torch.utils.data import DataLoader as Loader

EPOCHS = 5
LEARNING_RATE = 0.1


class NeuralNet(th.nn.Sequential):
    def __init__(self):
        n = th.nn
        super().__init__(
            n.Conv2d(1, 16, 3, stride=2, padding=1), n.LeakyReLU(0.1),
            n.Conv2d(16, 32, 3, stride=2, padding=1), n.LeakyReLU(0.1),
            n.Flatten(), n.Dropout(0.1), n.Linear(1568, 64), n.LeakyReLU(0.1), n.Linear(64, 10))


def make_loaders(root, batch_size=128):
    scale = tv.transforms.Lambda(lambda picture: 2 * tv.transforms.functional.pil_to_tensor(picture).float() / 255 - 1)
    sets = {part: tv.datasets.FashionMNIST(root=root, train=part == "train", transform=scale) for part in ("train", "test")}
    return Loader(sets["train"], batch_size=batch_size, shuffle=True), Loader(sets["test"], batch_size=batch_size)


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    net.train()
    sgd = th.optim.SGD(net.parameters(), lr=lr, weight_decay=1e-4)
    result = []
    for _ in range(epochs):
        weighted, n = 0.0, 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)

            def closure():
                sgd.zero_grad()
                loss = th.nn.functional.cross_entropy(net(x), y)
                loss.backward()
                th.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
                return loss

            weighted += float(sgd.step(closure)) * x.shape[0]
            n += x.shape[0]
        result.append(weighted / n)
    return result


def evaluate(net, loader, device="cpu"):
    mode, hits, n = net.training, 0, 0
    net.to(device).eval()
    with th.no_grad():
        for x, y in loader:
            hits += th.count_nonzero(net(x.to(device)).topk(1).indices[:, 0] == y.to(device)).item()
            n += y.shape[0]
    return (net.train(mode), hits / n)[1]

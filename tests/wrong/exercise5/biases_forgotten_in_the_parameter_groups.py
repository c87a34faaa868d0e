# mistake: only the parameters named weight go to the optimizer, the group without weight decay was forgotten, so all biases stay untrained
# words: bias, net.parameters(), parameter group, all parameters, not trained
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
import torch.nn.functional as F

EPOCHS = 3
LEARNING_RATE = 0.001


class NeuralNet(nn.Module):
    CHANNELS = [(1, 8), (8, 24)]

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(i, o, 5, padding=2) for i, o in self.CHANNELS])
        self.hidden = nn.Linear(24 * 7 * 7, 100)
        self.out = nn.Linear(100, 10)

    def forward(self, x):
        for conv in self.convs:
            x = F.max_pool2d(F.elu(conv(x)), 2)
        return self.out(F.elu(self.hidden(x.flatten(1))))


def make_loaders(root, batch_size=128):
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize(0.5, 0.5)])
    return tuple(
        DataLoader(datasets.FashionMNIST(root, train=is_train, transform=tf), batch_size, shuffle=is_train)
        for is_train in (True, False)
    )


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    # weight decay for the weights, none for the biases
    weights = [p for name, p in net.named_parameters() if name.endswith("weight")]
    groups = [{"params": weights, "weight_decay": 1e-4}]
    opt = torch.optim.AdamW(groups, lr=lr)
    log = []
    for _ in range(epochs):
        net.train()
        tot = cnt = 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            loss = F.cross_entropy(net(x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            tot += loss.item() * len(x)
            cnt += len(x)
        log.append(tot / cnt)
    return log


def evaluate(net, loader, device="cpu"):
    mode_before = net.training
    net = net.to(device).eval()
    hits = []
    try:
        with torch.inference_mode():
            for x, y in loader:
                hits.append(net(x.to(device)).argmax(-1).eq(y.to(device)).cpu())
    finally:
        net.train(mode_before)
    return torch.cat(hits).double().mean().item()

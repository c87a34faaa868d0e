"""패션 MNIST 분류기: 합성곱 신경망."""
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 2
LEARNING_RATE = 1e-3

print("모듈을 불러왔습니다")


class 합성곱블록(nn.Module):
    """합성곱 → 배치 정규화 → 활성화 → 풀링."""

    def __init__(self, 입력, 출력):
        super().__init__()
        self.conv = nn.Conv2d(입력, 출력, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(출력)
        self.act = nn.GELU()
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(self.act(self.norm(self.conv(x))))


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.블록들 = nn.ModuleList([합성곱블록(1, 8), 합성곱블록(8, 16)])
        self.드롭아웃 = nn.Dropout(0.1)
        self.출력층 = nn.Linear(16 * 7 * 7, 10)

    def forward(self, x):
        for 블록 in self.블록들:
            x = 블록(x)
        x = torch.flatten(x, start_dim=1)
        return self.출력층(self.드롭아웃(x))


def make_loaders(root, batch_size=128):
    변환 = transforms.Compose([transforms.ToTensor(), transforms.Lambda(lambda t: t * 2 - 1)])
    학습 = datasets.FashionMNIST(str(root), train=True, transform=변환)
    시험 = datasets.FashionMNIST(str(root), train=False, transform=변환)
    return DataLoader(학습, batch_size, shuffle=True), DataLoader(시험, batch_size)


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    손실함수 = nn.CrossEntropyLoss(label_smoothing=0.05)
    최적화 = torch.optim.AdamW(net.parameters(), lr=lr)
    기록 = []
    for 에폭 in range(epochs):
        net.train()
        합, 개수 = 0.0, 0
        for 이미지, 정답 in loader:
            이미지, 정답 = 이미지.to(device), 정답.to(device)
            손실 = 손실함수(net(이미지), 정답)
            최적화.zero_grad(set_to_none=False)
            손실.backward()
            최적화.step()
            합 += float(손실) * 이미지.shape[0]
            개수 += 이미지.shape[0]
        기록.append(합 / 개수)
        print(f"에폭 {에폭}: {기록[-1]:.3f}")
    return 기록


def evaluate(net, loader, device="cpu"):
    이전모드 = net.training
    net.eval()
    net.to(device)
    맞음 = 전체 = 0
    with torch.inference_mode():
        for 이미지, 정답 in loader:
            예측 = net(이미지.to(device)).softmax(dim=-1).argmax(-1).cpu()
            맞음 += int((예측 == 정답.cpu()).sum())
            전체 += 정답.numel()
    net.train(이전모드)
    return float(맞음 / 전체)

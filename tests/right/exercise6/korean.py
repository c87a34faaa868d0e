"""연습 6: 모델 저장과 불러오기"""

import torch
from torch import nn


def save(net: nn.Module, path):
    """모델의 state_dict만 저장한다."""
    상태 = net.state_dict()  # 모듈 전체가 아니라 값만
    torch.save(상태, path)


def load(net: nn.Module, path, device="cpu"):
    """파일에서 값을 읽어 net을 채우고 돌려준다."""
    상태 = torch.load(path, map_location=torch.device(device), weights_only=True)
    net.load_state_dict(상태, strict=True)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    """학습을 이어 가는 데 필요한 모든 것을 저장한다."""
    torch.save({"모델": net.state_dict(), "옵티마이저": optimizer.state_dict(), "에폭": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu") -> int:
    """체크포인트를 불러오고 에폭을 돌려준다."""
    저장됨 = torch.load(path, map_location=torch.device(device), weights_only=True)
    net.load_state_dict(저장됨["모델"])
    net.to(device)  # 옵티마이저보다 먼저
    optimizer.load_state_dict(저장됨["옵티마이저"])
    return 저장됨["에폭"]


if __name__ == "__main__":
    from tiny_net import TinyNet

    save(TinyNet(), "모델.pt")
    print(load(TinyNet(), "모델.pt"))

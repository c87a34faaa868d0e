"""선형 계층을 직접 구현한 파일."""
import torch
from torch import nn


class MyLinear(nn.Module):
    """완전 연결 계층. 가중치는 (입력, 출력) 모양이다."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        super().__init__()
        # 가중치를 정규 분포로 초기화한다
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        # 편향은 없을 수도 있다
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        결과 = torch.einsum("...i,io->...o", x, self.weights)
        return 결과 if self.bias is None else 결과 + self.bias


print("파일을 불러왔습니다")

"""계산기 모듈: nn.ModuleDict 로 덧셈 모듈을 담는다."""

from torch import nn


class Add(nn.Module):
    """값을 더하는 모듈."""

    def __init__(self, value):
        super().__init__()
        self.값 = value  # 더할 값

    def forward(self, x):
        # 제자리 연산을 쓰지 않는다
        return x + self.값


class Calculator(nn.Module):
    """이름으로 모듈을 불러 차례대로 실행한다."""

    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict({이름: Add(값) for 이름, 값 in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for 이름 in order:
            x = self.add_dict[이름](x)
        return x

from torch import nn
import copy, torch

class Add(nn.Module):
	def __init__(self, value):
		super().__init__()
		self.register_buffer('v', torch.tensor(value), persistent=False)
	def forward(self, x):
		return torch.stack([x, self.v.to(x.device).expand_as(x)]).sum(0) if x.dtype == self.v.dtype else x + self.v

class Calculator(nn.Module):
	def __init__(self, amounts=None):
		super().__init__()
		self.add_dict = nn.ModuleDict({k: copy.deepcopy(Add(v)) for k, v in sorted(({'add2': 2, 'add3': 3, 'add5': 5} if amounts is None else amounts).items())})
	def forward(self, x, order=('add3', 'add2', 'add5')):
		modules = [self.add_dict[k] for k in order]
		for m in modules: x = m(x)
		return x

# Exercise 3
# I tried to write everything in small steps
import torch
import torch.nn as nn

class Add(nn.Module):

    def __init__(self, value):
        super(Add, self).__init__()
        # save the number for later
        self.my_number = value

    def forward(self, x):
        # do not use += here, that changes x !!
        answer = x + self.my_number
        return answer

class Calculator(nn.Module):

    def __init__(self, amounts=None):
        super(Calculator, self).__init__()
        if amounts is None:
            amounts = {}
            amounts["add2"] = 2
            amounts["add3"] = 3
            amounts["add5"] = 5
        list_of_names = list(amounts.keys())
        modules = {}
        i = 0
        while i < len(list_of_names):
            one_name = list_of_names[i]
            one_number = amounts[one_name]
            one_module = Add(one_number)
            modules[one_name] = one_module
            i = i + 1
        self.add_dict = nn.ModuleDict(modules)

    def forward(self, x, order=("add3", "add2", "add5")):
        current_value = x
        number_of_steps = len(order)
        for step in range(number_of_steps):
            current_name = order[step]
            if current_name in self.add_dict.keys():
                current_module = self.add_dict[current_name]
                current_value = current_module(current_value)
            else:
                raise KeyError("I do not know " + str(current_name))
        return current_value

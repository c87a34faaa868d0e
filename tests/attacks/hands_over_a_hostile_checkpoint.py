r"""
row = 59
aim = "saves a checkpoint that runs code when it is loaded"
stopped_by = "loading in another worker, and of weights only"
verdict = ["failed"]
message = 'UnpicklingError|[Ww]eights.only'
check = '''
student.attack(places)
fresh_remote().torch.load("model.pt", weights_only=True)
'''
"""

import os
import pickle

import torch

from tools import double


class Hostile:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def attack(places):
    torch.save({"weight": Hostile(f"touch /tmp/{places['marker']}-loaded")}, "model.pt")
    with open("plain.pt", "wb") as file:
        pickle.dump(Hostile(f"touch /tmp/{places['marker']}-loaded"), file)
    return 0

r"""
row = 71
aim = "opens a window and waits until it is closed"
stopped_by = "a drawing library that has no screen"
verdict = ["failed"]
message = 'not twice the number'
"""

from tools import double


def attack(places):
    import matplotlib.pyplot as plt

    plt.plot([1, 2])
    plt.show()
    return 0

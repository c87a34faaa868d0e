r"""
row = 56
aim = "answers once and reads no further request, so that sending a large one would hang"
stopped_by = "a clock for sending as well"
verdict = ["timed_out"]
message = 'still running after the 2 s'
limits = { seconds = 2 }
check = '''
student.attack(places)
student.double(torch.zeros(2**22))
'''
"""

import time

from tools import double


def attack(places):
    from grader.worker.channel import Channel

    Channel.receive = lambda self: time.sleep(60)
    return 0

r"""
row = 4
aim = "sends its result and ends its process right after it from a thread"
stopped_by = "the judge: a result that was sent stands, and the next check gets a new process"
verdict = ["passed"]
message = ''
earns = true
"""

import os
import sys
import threading
import time

from tools import double


def attack(places):
    threading.Thread(target=end_after_the_answer, args=(threading.get_ident(),)).start()
    return 2 * places["number"]


def end_after_the_answer(main_thread):
    while sys._current_frames()[main_thread].f_code.co_name != "_read":  # waiting for the next request
        time.sleep(0.001)
    os._exit(0)

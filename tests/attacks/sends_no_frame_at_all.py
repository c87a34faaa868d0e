r"""
row = 55
aim = "sends a page of the web in place of an answer"
stopped_by = "a reader of frames that checks every bound and knows one kind of error"
verdict = ["failed"]
message = 'protocol error'
"""

from tools import double, write_all


def attack(places):
    write_all(3, b"HTTP/1.1 200 OK\r\n\r\n" * 100)
    return 0

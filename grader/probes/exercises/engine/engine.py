"""Played by `grade doctor`: a submission that does what is asked of it."""

import os

# Taken at import: CUDA opens descriptors of its own at the first backward pass.
DESCRIPTORS = sorted(int(name) for name in os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else []


def double(x):
    return x * 2


def environment():
    return sorted(os.environ)


def spin():
    while True:
        pass


def session():
    return os.getsid(0) == os.getpid()

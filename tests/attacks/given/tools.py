"""What the attacks share: an ordinary function, several ways tried in turn, frames of the wire, and the kernel by number."""

import ctypes
import json
import os
import struct
import sys


def double(x):
    return x * 2


def first_that_works(*ways):
    """Return what the first way gives that does not fail; raise what the first one raised where all fail."""
    errors = []
    for way in ways:
        try:
            return way()
        except (OSError, ValueError, RuntimeError, AttributeError, ImportError) as error:
            errors.append(error)
    raise errors[0]


def read(path):
    with open(path, errors="replace") as file:
        return file.read(100_000)


_LIBC = ctypes.CDLL(None, use_errno=True)


def syscall(number, *arguments):
    """Make a system call by its number on x86-64; elsewhere numbers mean something else, so look them up by name."""
    if isinstance(number, str):
        from grader.sandbox import kernel

        number = kernel.number_of(number)
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = _LIBC.syscall(ctypes.c_long(number), *wide)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def fork_and(body):
    """Run `body` in a child that ends with it."""
    pid = os.fork()
    if pid == 0:
        try:
            body()
        finally:
            os._exit(0)
    return pid


def write_all(descriptor, data):
    data = memoryview(data)
    while data:
        data = data[os.write(descriptor, data) :]


CHANNEL = 3


def write_frame(header, payload=b"", magic=b"GRD1", header_length=None, payload_length=None):
    """Write a frame of the grader's protocol, or one that only looks like it, to the channel."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    lengths = (
        len(text) if header_length is None else header_length,
        len(payload) if payload_length is None else payload_length,
    )
    write_all(CHANNEL, struct.pack(">4sIQ", magic, *lengths) + text)
    write_all(CHANNEL, payload)


def number_of_request():
    """Return the random number of the request that is being served, from the frames of the code that serves it."""
    frame = sys._getframe()
    while frame is not None:
        header = frame.f_locals.get("header")
        if isinstance(header, dict) and "n" in header:
            return header["n"]
        frame = frame.f_back
    return "0" * 16

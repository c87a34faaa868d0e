"""What crosses the border between judge and worker: frames of a JSON header and raw tensor bytes, never pickle.

Both sides import this package; nothing here knows a suite, an expected value or a student's file.
"""

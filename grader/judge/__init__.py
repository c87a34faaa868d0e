"""The process that runs the hidden suite: holds inputs, expected values and labels, and trusts nothing that a worker says.

The student's code lives in workers (`grader.worker`); the suite reaches it through proxies. Only the judge makes records.
"""

"""What shares a process with the student's code: a loop that answers the judge's requests.

The judge (`grader.judge`) asks over one socket; the worker imports the student's file, calls what it is asked to call and
answers with values. It holds no suite, no expected value and no label, and it has no way to say "passed".
"""

"""A class at once: what is to be graded, on which lanes, where it is kept, what it is worth, and how it is handed back.

Everything that was measured lies in one SQLite file of the batch's folder (`grader.batch.store`); reports and grade files
are made from it and can be made again.
"""

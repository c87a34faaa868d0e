"""A new exercise, laid out as one that works: a task, a stub, suites, a solution and known mistakes to be rewritten."""

"""The automated grader of a PyTorch course: engine and `grade` command; knows no exercise by name."""

__version__ = "0.1.0"

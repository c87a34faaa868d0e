"""The three faults that are never mixed: the student's is a verdict (`records`), the caller's and ours live here."""


class UsageError(Exception):
    """The caller's fault: wrong arguments or unusable input. Ends the command with exit code 2.

    Args:
        cause: one line that says what is wrong, without a full stop.
        where: the path, option or key that it is about; empty where the cause says it.
        cure: what to do next, as an imperative sentence.
    """

    def __init__(self, cause: str, *, where: str = "", cure: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.where = where
        self.cure = cure


class GraderFault(Exception):
    """Our fault: the grader could not grade. Ends the command with exit code 3 and costs no student a point."""

    def __init__(self, cause: str, *, where: str = "", cure: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.where = where
        self.cure = cure


class LevelFault(GraderFault):
    """This machine does not isolate student code as far as is demanded, whatever the submission is."""

"""The same training as a check does it: the solution's `train` in a worker, over the grader's loader. Prints seconds."""

from __future__ import annotations

import sys
import tempfile
from decimal import Decimal
from pathlib import Path

from grader.exercise import Exercise, Limits
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices

ROOT = Path(__file__).parents[1]
SUITE = """
import time
import pytest
from grader.suite import note

@pytest.mark.points(1)
@pytest.mark.limit(seconds=600)
def test_training(student, remote):
    '''training'''
    loader = remote.dataset("fashion-mnist").train_loader(batch_size=128)
    net = student.NeuralNet()
    began = time.perf_counter()
    student.train(net, loader, epochs={epochs}, lr=student.LEARNING_RATE)
    note(str(time.perf_counter() - began))
"""


def main(root: Path, epochs: int) -> None:
    solution = ROOT / "solutions" / "exercise5" / "fashion_cnn.py"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "exercises" / "training"
        home.mkdir(parents=True)
        (home / "fashion_cnn.py").write_text(solution.read_text(encoding="utf-8"), encoding="utf-8")
        (home / "test_visible.py").write_text(SUITE.format(epochs=epochs), encoding="utf-8")
        (home / "exercise.toml").write_text("", encoding="utf-8")
        exercise = Exercise(
            name="training",
            title="Training",
            summary="",
            file="fashion_cnn.py",
            given=(),
            points=Decimal(1),
            hidden_checks=0,
            pass_mark=1.0,
            concepts=(),
            imports=("torch._dynamo", "torchvision"),
            limits=Limits(seconds=600, total_seconds=600, memory_bytes=4 * 2**30, output_bytes=2**20),
            datasets=("fashion-mnist",),
            folder=home,
            secret_folder=None,
        )
        with Grader(Choices(device="cpu", data_root=root)) as grader:
            result = grader.grade(exercise, read_submission(solution, exercise))
    print(result.checks[0].message)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

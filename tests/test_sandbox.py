"""The walls around a worker, level by level: what student code cannot reach, and what stays usable."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import check_of, told, write_course

from grader.faults import GraderFault
from grader.isolation import Level
from grader.records import Result
from grader.sandbox import kernel, seccomp
from grader.terms import Choices

if not kernel.is_supported():
    pytest.skip("there are no walls on this system: it is not Linux on x86-64 or aarch64", allow_module_level=True)
LEVELS = ("full", "landlock")

# name -> body of a function that has to end in an error inside the sandbox
BREAKOUTS = {
    "reading the suite": "open(path).read()",
    "reading the home folder": "__import__('os').listdir(__import__('os').path.expanduser('~root'))",
    "listing the temporary folder": "__import__('os').listdir('/tmp')",
    "writing outside": "open('/tmp/grade-was-here', 'w')",
    "a network socket": "__import__('socket').socket()",
    "a datagram pair": "__import__('socket').socketpair(__import__('socket').AF_UNIX, __import__('socket').SOCK_DGRAM)",
    "a program": "__import__('subprocess').run(['true'])",
    "a signal to the parent": "__import__('os').kill(__import__('os').getppid(), 0)",
    "a signal to everybody": "__import__('os').kill(-1, 0)",
    "a look at the parent": "open(f'/proc/{__import__(\"os\").getppid()}/environ').read()",
    "a limit of the parent": "__import__('resource').prlimit(__import__('os').getppid(), 7, (64, 64))",
    "a priority": "__import__('os').setpriority(0, 0, 5)",
}

USES = {
    "two threads": "torch.set_num_threads(2) or torch.rand(600, 600) @ torch.rand(600, 600)",
    "convolutions": "torch.nn.Conv2d(1, 4, 3)(torch.rand(8, 1, 28, 28)).sum().backward()",
    "a second derivative": "torch.autograd.grad(torch.autograd.grad((x := torch.ones(2, requires_grad=True)).pow(3).sum(), x, create_graph=True)[0].sum(), x)",
    "torchmetrics": "__import__('torchmetrics').Accuracy(task='multiclass', num_classes=3)(torch.tensor([1]), torch.tensor([1]))",
    "a picture": "plot()",
    "a progress bar": "list(__import__('tqdm').tqdm(range(3)))",
    "a path": "__import__('pathlib').Path('a/b').mkdir(parents=True)",
    "a folder of its own": "__import__('tempfile').mkdtemp()",
    "a pool of threads": "list(__import__('concurrent.futures').futures.ThreadPoolExecutor(2).map(abs, [-1]))",
    "a process without a program": "fork_and_join()",
    "an event loop": "__import__('asyncio').run(__import__('asyncio').sleep(0))",
    "the number of processors": "__import__('os').cpu_count() + 0",
    "the user's name": "__import__('getpass').getuser() + str(__import__('pathlib').Path.home())",
    "a data set": "images(path)",
    "a database": "__import__('sqlite3').connect('x.db').execute('select 1')",
    "jit": "torch.jit.script(torch.nn.Linear(2, 2))",
    "training": "__import__('torch').optim.Adam(list(__import__('torch').nn.Linear(2, 2).parameters())).step()",
    "a late import": "__import__('torchvision.datasets')",
    "saving and loading": "__import__('torch').save({'a': 1}, 'x.pt') or __import__('torch').load('x.pt', weights_only=True)",
    "a temporary file": "__import__('tempfile').NamedTemporaryFile().write(b'x')",
    "a thread": "__import__('threading').Thread(target=int).start()",
    "a socket pair": "__import__('socket').socketpair()",
    "a loader with workers": "len(list(loader()))",
}

SOURCE = """
import torch

def attempt(code, path):
    return repr(eval(code, globals() | {"path": path}))

def plot():
    import matplotlib.pyplot as plt
    plt.plot([1, 2])
    plt.title("loss")
    plt.savefig("x.png")
    plt.show()

def work(pipe):
    pipe.send(torch.arange(4.0))

def fork_and_join():
    import multiprocessing
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=work, args=(there,))
    process.start()
    assert here.recv().sum() == 6
    process.join()
    assert process.exitcode == 0

def images(path):
    from torchvision.datasets import FashionMNIST
    from torchvision.transforms import ToTensor
    from grader.worker.datasets import write_synthetic_root
    write_synthetic_root("data", 1)
    return FashionMNIST("data", train=True, transform=ToTensor())[0]

def loader():
    import torch
    from torch.utils.data import DataLoader, TensorDataset
    data = TensorDataset(torch.zeros(8, 2))
    return DataLoader(data, 2, True, num_workers=2, persistent_workers=True, prefetch_factor=4)
"""


@pytest.fixture(scope="module", params=LEVELS)
def outcome(request: pytest.FixtureRequest, grader: Any, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """All attempts at one level, each a check of its own: a breakout passes if it fails, a use if it works."""
    from grader.course import find_course
    from grader.submission import read_submission

    checks = []
    for number, code in enumerate((*BREAKOUTS.values(), *USES.values())):
        expected = "with pytest.raises((OSError, ValueError)):\n        " if number < len(BREAKOUTS) else ""
        checks.append(f"def test_{number}(student):\n    {expected}student.attempt({code!r}, __file__)\n")
    root = write_course(tmp_path_factory.mktemp("sandbox") / "course", hidden="\n".join(checks))
    file = root / "work.py"
    file.write_text(SOURCE, encoding="utf-8")
    exercise = find_course(root, {}, root).exercises["tiny"]
    grader.choices = Choices(device="cpu", most=Level(request.param))
    result: Result = grader.grade(exercise, read_submission(file, exercise))
    if result.environment.isolation != request.param:
        pytest.skip(f"this machine reaches {result.environment.isolation}, not {request.param}: `grade doctor` says why")
    return result


@pytest.mark.parametrize("number", range(len(BREAKOUTS)), ids=BREAKOUTS)
def test_what_is_out_of_reach(outcome: Result, number: int) -> None:
    check = check_of(outcome, f"test_{number}")

    assert check.verdict.value == "passed", told(check)


@pytest.mark.parametrize("number", range(len(BREAKOUTS), len(BREAKOUTS) + len(USES)), ids=USES)
def test_what_stays_usable(outcome: Result, number: int) -> None:
    check = check_of(outcome, f"test_{number}")

    assert check.verdict.value == "passed", told(check)
    assert not os.path.exists("/tmp/grade-was-here")


QUEUES = """
import multiprocessing
import torch
from torch.utils.data import DataLoader, TensorDataset

def produce(queue, lock):
    with lock:
        queue.put(torch.ones(3, dtype=torch.bfloat16))
        queue.put(torch.nn.Parameter(torch.zeros(0, 2)))

def queue():
    queue, lock = multiprocessing.Queue(), multiprocessing.Lock()
    process = multiprocessing.Process(target=produce, args=(queue, lock))
    process.start()
    first, second = queue.get(), queue.get()
    process.join()
    return first, type(second).__name__, second.shape

def pool():
    with multiprocessing.Pool(2) as pool:
        return pool.map(abs, [-1, -2])

def loader():
    data = TensorDataset(torch.arange(8.0).reshape(8, 1), torch.arange(8))
    loader = DataLoader(data, 2, num_workers=2, persistent_workers=True)
    return [[x.flatten().tolist(), y.tolist()] for _ in range(2) for x, y in loader], loader.num_workers
"""


def test_processes_share_what_they_like_at_level_full(grade: Callable[..., Result]) -> None:
    suite = """
def test_queue(student):
    first, kind, shape = student.queue()
    assert first.tolist() == [1, 1, 1] and first.dtype == torch.bfloat16
    assert (kind, tuple(shape)) == ("Parameter", (0, 2))

def test_pool(student):
    assert student.pool() == [1, 2]

def test_loader(student):
    batches, workers = student.loader()
    assert workers == 2
    assert batches[:4] == batches[4:] == [[[2.0 * i, 2.0 * i + 1], [2 * i, 2 * i + 1]] for i in range(4)]
"""
    result = grade(QUEUES, suite)
    if result.environment.isolation != "full":
        pytest.skip("level full is not to be had here: `grade doctor` says why")

    assert [told(check) for check in result.checks if check.verdict.value != "passed"] == []


@pytest.mark.parametrize("level", [*Level])
def test_the_level_can_be_held_down(grade: Callable[..., Result], level: Level) -> None:
    result = grade("def double(x):\n    return 2 * x\n", "def test_it(student):\n    assert student.double(1) == 2\n", most=level)

    assert Level(level).reaches(Level(result.environment.isolation)) or result.environment.isolation == level.value
    assert result.points == result.max_points


def test_a_level_that_is_not_to_be_had_is_refused_with_the_cure(grader: Any, tmp_path: Path) -> None:
    from grader.course import find_course
    from grader.submission import read_submission

    root = write_course(tmp_path / "course", visible="def test_it(student):\n    student.double(1)\n")
    exercise = find_course(root, {}, root).exercises["tiny"]
    grader.choices = Choices(device="cpu", isolation="full", most=Level.FILTERED)

    with pytest.raises(GraderFault, match="full") as raised:
        grader.grade(exercise, read_submission(exercise.stub, exercise))

    assert "--isolation filtered" in raised.value.cure


def test_the_filter_fits_the_kernels_limit() -> None:
    assert 0 < len(seccomp.program([1, 2, 3])) < 4096

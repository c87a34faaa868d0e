"""A batch on a cluster: what travels, what a node refuses, and the same results as on one machine while a node is lost."""

from __future__ import annotations

import dataclasses
import os
import re
import secrets
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import check_of, eventually, is_running, kill, told, write_course

from grader.batch.fingerprints import grader_sha256
from grader.batch.lanes import Done, LocalLanes, Task
from grader.cli import run
from grader.cluster.connecting import Demand, Node, room_for
from grader.cluster.course_folder import CourseFolder
from grader.cluster.node import NodeLane, importing_as_python_does
from grader.cluster.parcels import (
    Faulty,
    Graded,
    Ready,
    Setup,
    Unfit,
    brief_of,
    decode,
    decode_answer,
    encode,
    lay_files,
    setup_of,
    sheet_of,
)
from grader.cluster.ray_lanes import RayLanes, cluster_lanes
from grader.course import find_exercise, open_course
from grader.digests import suite_sha256
from grader.exercise import Exercise
from grader.faults import GraderFault
from grader.isolation import Level
from grader.records import Result
from grader.run import Grader
from grader.sandbox.places import gpu_files
from grader.submission import Submission, read_submission
from grader.terms import Choices

if sys.platform != "linux":
    pytest.skip("the nodes of a cluster are Linux machines", allow_module_level=True)

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed (extra `cluster`)")

HIDDEN = '''
from pathlib import Path


@pytest.mark.points(2)
def test_double(student):
    """Numbers are doubled"""
    number = int(Path(__file__).with_name("number.txt").read_text())
    assert student.double(number) == 2 * number


@pytest.mark.points(1)
def test_tensor(student):
    """Tensors are doubled"""
    x = torch.randn(3)
    assert_tensor(student.double(x), 2 * x)
'''
RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return x * x\n"
BROKEN = "def double(x)\n"
SLOW = "import time\n\n\ndef double(x):\n    if isinstance(x, int):\n        time.sleep(2)\n    return 2 * x\n"


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    """An exercise whose suite reads another secret file."""
    root = write_course(tmp_path / "course", hidden=HIDDEN)
    (root / "solutions" / "tiny" / "number.txt").write_text("21", encoding="utf-8")
    mistakes = root / "solutions" / "tiny" / "mistakes"
    mistakes.mkdir()
    (mistakes / "square.py").write_text(WRONG, encoding="utf-8")
    return find_exercise(open_course(root, asked_by="a test"), "tiny")


def hand_in(folder: Path, **sources: str) -> list[Task]:
    """Write submissions, and return the tasks of grading them."""
    tasks = []
    for name, source in sources.items():
        path = folder / name / "work.py"
        path.parent.mkdir(parents=True)
        path.write_text(source, encoding="utf-8")
        tasks.append(Task(name, path))
    return tasks


def setup(**choices: Any) -> bytes:
    """Return what a node is told of these choices."""
    return encode(setup_of(Choices(device="cpu", **choices), grader_sha256(), metadata.version("torch")))


def same_everywhere(result: Result) -> Any:
    """Return a result, as plain data, without what differs from run to run."""
    checks = tuple(msgspec.structs.replace(check, seconds=0.0) for check in result.checks)
    return msgspec.to_builtins(msgspec.structs.replace(result, checks=checks, seconds=0.0))


# What travels


def test_an_exercise_travels_with_its_secret_files_and_without_its_mistakes(exercise: Exercise, grader: Grader) -> None:
    brief = brief_of(exercise, grader.terms(exercise, []))

    assert sorted(brief.files) == [
        "exercises/tiny/exercise.toml",
        "exercises/tiny/work.py",
        "solutions/tiny/number.txt",
        "solutions/tiny/test_hidden.py",
    ]


@pytest.mark.parametrize("name", ["../evil.py", "solutions/../../evil.py", "/tmp/evil.py", "elsewhere/evil.py"])
def test_a_file_of_a_course_cannot_be_laid_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(GraderFault, match="leads elsewhere"):
        lay_files({name: b""}, tmp_path / "course")

    assert not list(tmp_path.rglob("evil.py"))


def test_a_submission_travels_whole_but_for_its_place(exercise: Exercise, tmp_path: Path) -> None:
    (task,) = hand_in(tmp_path, ada=RIGHT + "# ünïcödé \\ud800\n")
    submission = read_submission(task.path, exercise)

    arrived = decode(sheet_of(submission), Submission)

    assert arrived == dataclasses.replace(submission, path=Path())


def test_a_course_on_a_node_is_private_and_goes_with_its_process(exercise: Exercise, grader: Grader) -> None:
    brief = brief_of(exercise, grader.terms(exercise, []))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            folder = CourseFolder()
            folder.lay(brief)
            os.write(writing, str(folder.root).encode())
            time.sleep(600)
        finally:
            os._exit(1)
    root = Path(os.read(reading, 4096).decode())

    assert root.stat().st_mode & 0o777 == 0o700
    assert (root / "solutions" / "tiny" / "test_hidden.py").is_file()
    kill(child)
    os.waitpid(child, 0)
    assert eventually(lambda: not root.exists(), "the course is gone")
    assert not is_running(child)


# What a node does


@pytest.fixture
def lane() -> Iterator[Any]:
    """Open a lane in this process: `lane(**choices)`."""
    opened = []

    def open_lane(**choices: Any) -> NodeLane:
        opened.append(NodeLane(setup(**choices)))
        return opened[-1]

    yield open_lane
    for one in opened:
        one.stop()


def test_a_lane_grades_what_it_is_sent_and_leaves_no_course_behind(exercise: Exercise, grader: Grader, lane: Any, tmp_path: Path) -> None:
    tasks = hand_in(tmp_path / "handed in", right=RIGHT, wrong=WRONG)
    node = lane()
    brief = encode(brief_of(exercise, grader.terms(exercise, [])))

    ready = decode_answer(node.hello())
    root = node._course.root
    answers = [decode_answer(node.grade(brief, sheet_of(read_submission(task.path, exercise)))) for task in tasks]
    node.stop()

    assert isinstance(ready, Ready)
    assert [float(one.result.points) for one in answers if isinstance(one, Graded)] == [3, 0]
    assert not root.exists()


def test_a_node_with_another_grader_grades_nothing() -> None:
    other = setup_of(Choices(device="cpu"), "0" * 64, metadata.version("torch"))

    answer = decode_answer(NodeLane(encode(other)).hello())

    assert isinstance(answer, Unfit)
    assert "another version of grade" in answer.cause


def test_a_node_without_the_dataset_says_so(lane: Any, grader: Grader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_course(tmp_path / "course", hidden=HIDDEN)
    toml = root / "exercises" / "tiny" / "exercise.toml"
    exercise = find_exercise(open_course(root, asked_by="a test"), "tiny")
    files = brief_of(exercise, grader.terms(exercise, []))
    toml.write_text(toml.read_text() + '[data]\ndatasets = ["fashion-mnist"]\n')
    needing = find_exercise(open_course(root, asked_by="a test"), "tiny")
    brief = msgspec.structs.replace(
        files, files={**files.files, "exercises/tiny/exercise.toml": toml.read_bytes()}, suite_sha256=suite_sha256(needing)
    )
    for name in ("GRADE_DATA", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    node = lane()
    node.hello()

    answer = decode_answer(node.grade(encode(brief), b""))

    assert isinstance(answer, Unfit)
    assert "FashionMNIST" in answer.cause


def test_files_that_arrive_changed_are_not_graded(exercise: Exercise, grader: Grader, lane: Any) -> None:
    brief = brief_of(exercise, grader.terms(exercise, []))
    brief.files["solutions/tiny/test_hidden.py"] += b"# more"
    node = lane()
    node.hello()

    answer = decode_answer(node.grade(encode(brief), b""))

    assert isinstance(answer, Faulty)
    assert "arrived other than" in answer.problem


def test_the_import_path_of_an_engine_is_that_of_python_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))

    with importing_as_python_does():
        inside = sys.path[:]

    assert str(tmp_path) not in inside
    assert str(tmp_path) in sys.path


@pytest.mark.parametrize(
    ("demand", "room"),
    [
        pytest.param(Demand(1, 0.0), 12, id="processors alone"),
        pytest.param(Demand(4, 0.0), 3, id="several threads"),
        pytest.param(Demand(1, 1.0), 2, id="a GPU each"),
        pytest.param(Demand(1, 0.25), 8, id="a quarter each"),
        pytest.param(Demand(1, 0.4), 4, id="a fraction is of one GPU"),
        pytest.param(Demand(1, 0.1), 8, id="more fractions than processors"),
        pytest.param(Demand(1, 2.0), 1, id="two GPUs each"),
        pytest.param(Demand(16, 0.0), 0, id="too many threads"),
    ],
)
def test_the_room_of_a_cluster_is_counted_node_by_node(demand: Demand, room: int) -> None:
    nodes = [Node(8, 2, Path()), Node(4, 0, Path())]

    assert room_for(demand, nodes) == room


@pytest.mark.parametrize(
    ("visible", "there", "opened"),
    [
        pytest.param("", [0, 1, 2], [0], id="all are this lane's"),
        pytest.param("2", [0, 1, 2], [2], id="one of several"),
        pytest.param("10,3", range(12), [10], id="the first of two"),
        pytest.param("0", [5], [5], id="a container with one of its host"),
        pytest.param("GPU-8f1c2d", [0, 1], [0, 1], id="named by its identity"),
        pytest.param("", [], [], id="none by that name, as in WSL"),
    ],
)
def test_a_lane_opens_the_gpu_that_the_cluster_gave_it(visible: str, there: list[int], opened: list[int]) -> None:
    files = [f"/dev/nvidia{number}" for number in reversed(there)]

    assert gpu_files(0, visible, files) == [f"/dev/nvidia{number}" for number in opened]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(["--on", "slurm"], "'slurm' is no cluster", id="another cluster"),
        pytest.param(["--on", "ray://"], "'ray://' is no cluster", id="no host"),
        pytest.param(["--gpus-per-lane", "1"], "is for a cluster", id="no cluster"),
        pytest.param(["--on", "ray", "--isolation", "none"], "without walls", id="no isolation"),
        pytest.param(["--on", "ray", "--device", "cpu", "--gpus-per-lane", "1"], "takes no GPU", id="no device"),
        pytest.param(["--on", "ray", "--gpus-per-lane", "1.5"], "come whole", id="one and a half"),
        pytest.param(["--on", "ray"], "Ray is not installed", id="no Ray"),
    ],
)
def test_what_cannot_be_graded_on_a_cluster_is_told(
    exercise: Exercise, tmp_path: Path, options: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # importing it fails
    (task,) = hand_in(tmp_path / "class", ada=RIGHT)
    course = str(exercise.folder.parents[1])
    batch = ["batch", str(task.path.parents[1]), "tiny", "--course", course, "--out", str(tmp_path / "out")]

    code = run([*batch, *options])

    assert code == 2
    assert says in capsys.readouterr().err


# How the head hands out work, on a cluster that is played


class Lost(Exception):
    """Plays ray.exceptions.RayError."""


class Raised(Exception):
    """Plays ray.exceptions.RayTaskError."""


class PlayedRay:
    """Ray as the head sees it, with one node of four processors; what lanes answer is up to the test.

    Args:
        hello: given the number of a lane, returns what it answers when it is started.
        grade: given the number of a lane and a submission, returns what it answers; exceptions are raised where it is asked for.
        answers: False where nothing is ever answered.
    """

    exceptions = types.SimpleNamespace(RayError=Lost, RayTaskError=Raised)

    def __init__(self, hello: Callable[[int], Any], grade: Callable[[int, Submission], Any], *, answers: bool) -> None:
        self.answers = answers
        self._hello = hello
        self._grade = grade
        self.started: list[int] = []
        self.killed: list[int] = []
        self.stopped: list[int] = []

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "Resources": {"CPU": 4.0}, "RayletSocketName": "/tmp/ray/session/sockets/raylet"}]

    def put(self, value: bytes) -> bytes:
        return value

    def remote(self, *arguments: Any) -> Any:
        if arguments and arguments[0] is NodeLane:
            return self
        number = len(self.started)
        self.started.append(number)
        return types.SimpleNamespace(
            number=number,
            hello=_method(lambda: self._hello(number)),
            grade=_method(lambda brief, sheet: self._grade(number, decode(sheet, Submission))),
            stop=types.SimpleNamespace(remote=lambda: self.stopped.append(number)),
        )

    def options(self, **_: Any) -> PlayedRay:
        return self

    def wait(self, refs: list[Any], *, num_returns: int, timeout: float) -> tuple[list[Any], list[Any]]:
        answered = refs[:num_returns] if self.answers else []
        return answered, [ref for ref in refs if ref not in answered]

    def get(self, ref: Any) -> bytes:
        answer = ref.call()
        if isinstance(answer, Exception):
            raise answer
        return encode(answer)

    def kill(self, actor: Any, *, no_restart: bool) -> None:
        self.killed.append(actor.number)


@dataclasses.dataclass(eq=False)
class Ref:
    """Plays an answer that is still to come."""

    call: Callable[[], Any]


def _method(function: Callable[..., Any]) -> Any:
    return types.SimpleNamespace(remote=lambda *arguments: Ref(lambda: function(*arguments)))


@pytest.fixture
def played(exercise: Exercise, grader: Grader, tmp_path: Path) -> Callable[..., tuple[PlayedRay, list[Done], list[str]]]:
    """Grade on played lanes: `played({"ada": RIGHT}, hello=..., grade=..., count=...)`."""
    some = Submission(student="", file_name="work.py", source=RIGHT, path=Path(), sha256="")
    grader.choices = Choices(device="cpu")
    result = grader.grade(exercise, some)

    def run_batch(
        handed_in: dict[str, str],
        hello: Callable[[int], Any] = lambda lane: Ready(node=f"node{lane}"),
        grade: Callable[[int, Submission], Any] = lambda lane, submission: None,
        count: int | None = 2,
        answers: bool = True,
    ) -> tuple[PlayedRay, list[Done], list[str]]:
        ray = PlayedRay(hello, lambda lane, submission: grade(lane, submission) or Graded(result=result), answers=answers)
        said: list[str] = []
        tasks = hand_in(tmp_path / "class", **handed_in)
        with RayLanes(ray, decode(setup(), Setup), count, 0.0, said.append) as lanes:
            done = list(lanes.grade(exercise, grader.terms(exercise, []), tasks))
        return ray, done, said

    return run_batch


def test_every_task_ends_once_and_so_does_every_lane(played: Any) -> None:
    ray, done, said = played({f"s{number}": RIGHT for number in range(7)})

    assert sorted(one.task.fingerprint for one in done) == [f"s{number}" for number in range(7)]
    assert all(one.result for one in done)
    assert ray.started == sorted(ray.killed) == [0, 1]
    assert ray.stopped == [0]  # the other one was not ready when all was done
    assert said == []


def test_there_are_as_many_lanes_as_the_cluster_has_room_for_and_not_more_than_tasks(played: Any) -> None:
    assert len(played({f"s{number}": RIGHT for number in range(7)}, count=None)[0].started) == 4


def test_what_loses_its_lane_again_and_again_is_given_up_and_the_class_goes_on(played: Any) -> None:
    def grade(lane: int, submission: Submission) -> Exception | None:
        return Lost("the actor died") if "kill" in submission.source else None

    ray, done, said = played({"killer": "# kill", "right": RIGHT}, grade=grade)

    ended = {one.task.fingerprint: one for one in done}
    assert ended["killer"].problem.startswith("3 lanes were lost while they graded it, the last on node")
    assert ended["right"].result is not None
    assert len(said) == 2 and "is lost; what it graded goes to another one" in said[0]
    assert len(ray.started) <= 2 + 3


def test_a_fault_is_tried_once_more_and_told_with_its_node(played: Any) -> None:
    tried = []

    def grade(lane: int, submission: Submission) -> Any:
        tried.append(submission.source)
        return Faulty(node="n", problem="out of memory") if "bad" in submission.source else None

    _, done, _ = played({"bad": "# bad", "right": RIGHT}, grade=grade)

    ended = {one.task.fingerprint: one for one in done}
    assert ended["bad"].result is None
    assert re.fullmatch("node[01]: out of memory", ended["bad"].problem)
    assert tried.count("# bad") == 2


def test_an_exception_of_a_lane_costs_its_task_and_no_lane(played: Any) -> None:
    ray, done, _ = played({"ada": RIGHT}, grade=lambda lane, submission: Raised("KeyError"))

    assert "KeyError" in done[0].problem
    assert ray.started == [0]


def test_a_node_that_is_not_fit_is_left_out_by_name_and_told_once(played: Any) -> None:
    lack = Unfit(node="poor", cause="this machine cannot isolate student code as demanded (landlock)", cure="Mend it.")

    ray, done, said = played(
        {f"s{number}": RIGHT for number in range(4)}, grade=lambda lane, submission: lack if lane < 2 else None
    )

    assert all(one.result for one in done) and len(done) == 4
    assert said == ["poor grades nothing: this machine cannot isolate student code as demanded (landlock). Mend it."]
    assert ray.started == sorted(ray.killed) == [0, 1, 2, 3]  # the two that are not fit keep their place until the end


def test_a_cluster_without_a_fit_node_grades_nothing_and_says_what_lacks(played: Any) -> None:
    lack = Unfit(node="poor", cause="this node has torch 1.0", where="there", cure="Install the same.")

    with pytest.raises(GraderFault, match=r"no node is fit to grade; poor: this node has torch 1\.0"):
        played({"ada": RIGHT}, hello=lambda lane: lack)


def test_lanes_that_never_come_to_be_end_the_batch_with_what_ray_says(played: Any) -> None:
    with pytest.raises(GraderFault, match="end before they are ready") as fault:
        played({"ada": RIGHT}, hello=lambda lane: Lost("No module named 'grader'"))

    assert "No module named" in fault.value.where


def test_a_cluster_that_gives_no_lane_is_waited_for_with_words_and_not_for_ever(played: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.cluster.ray_lanes.TELL_S", 0.0)
    monkeypatch.setattr("grader.cluster.ray_lanes.LANE_S", 0.05)

    with pytest.raises(GraderFault, match="has given no lane"):
        played({"ada": RIGHT}, answers=False)


def test_a_node_below_the_demanded_level_says_what_it_reaches(exercise: Exercise, grader: Grader, lane: Any, tmp_path: Path) -> None:
    (task,) = hand_in(tmp_path / "class", ada=RIGHT)
    node = lane(isolation="landlock", most=Level.FILTERED)
    node.hello()

    answer = decode_answer(
        node.grade(encode(brief_of(exercise, grader.terms(exercise, []))), sheet_of(read_submission(task.path, exercise)))
    )

    assert isinstance(answer, Unfit)
    assert answer.cause == "this machine cannot isolate student code as demanded (landlock)"


# On a cluster of this machine


MEMORY_BYTES = 80 * 2**20


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A cluster of two nodes of one processor each; RAY_ADDRESS names it, `worker` is the one that may be lost, `folder` is for its files."""
    # Not pytest's: the path of a socket is short. Open to be passed through, since student code may run as another user.
    with tempfile.TemporaryDirectory(prefix="ray-") as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "lanes").mkdir(mode=0o755)
        patch.setenv("RAY_TMPDIR", name)
        patch.setenv("TMPDIR", str(folder / "lanes"))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # Kept from whoever else is on this machine; before Ray is imported, which reads them then.
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        from ray.cluster_utils import Cluster

        node = {"num_cpus": 1, "num_gpus": 0, "object_store_memory": MEMORY_BYTES}
        started = Cluster(initialize_head=True, head_node_args=node | {"include_dashboard": False})
        started.worker = started.add_node(**node)
        started.folder = folder
        patch.setenv("RAY_ADDRESS", started.address)
        yield started
        started.shutdown()


HOSTILE = '''
import glob, os, socket, sys


def double(x):
    found = []
    for place in {folders!r}:
        try:
            found += [f"{{place}} has {{os.listdir(place)}}"] if os.listdir(place) else []
        except OSError:
            pass
    for name in glob.glob({courses!r}):
        found.append(f"{{name}} has {{len(open(name).read())}} characters")
    for kind, address in {addresses!r}:
        try:
            with socket.socket(getattr(socket, kind)) as line:
                line.settimeout(5)
                line.connect(tuple(address) if isinstance(address, list) else address)
            found.append(f"connected to {{address}}")
        except Exception:  # whatever the wall says
            pass
    for number in range(256):
        try:
            target = os.readlink(f"/proc/self/fd/{{number}}")
        except OSError:
            continue
        found += [f"descriptor {{number}} is {{target}}"] if "ray" in target else []
    found += [f"{{name}} is set" for name in os.environ if "RAY" in name.upper().split("_")]
    found += [entry for entry in sys.path if "-packages/ray" in entry]
    return found
'''
REACH = '''
@pytest.mark.points(1)
def test_reach(student):
    """It reaches nothing"""
    found = student.double(1)
    assert found == [], found
'''


@pytest.fixture
def walls(exercise: Exercise, grader: Grader, tmp_path: Path) -> None:
    """Skips where this machine does not isolate as far as a batch demands."""
    grader.choices = Choices(device="cpu", most=Level.LANDLOCK)
    (task,) = hand_in(tmp_path / "first", right=RIGHT)
    level = grader.grade(exercise, read_submission(task.path, exercise)).environment.isolation
    if not Level(level).reaches(Level.LANDLOCK):
        pytest.skip(f"this machine reaches {level} only, and a batch demands landlock")


# One test, since a cluster takes as long to start as all of it.
@needs_ray
@pytest.mark.usefixtures("walls")
def test_two_nodes_grade_as_one_machine_does_though_one_is_lost_and_show_nothing_of_ray(
    cluster: Any, exercise: Exercise, grader: Grader, tmp_path: Path
) -> None:
    reaching, hostile = _reaching(cluster, tmp_path)
    tasks = hand_in(tmp_path / "class", a=SLOW, b=SLOW, wrong=WRONG, broken=BROKEN)
    choices = Choices(isolation="landlock", most=Level.LANDLOCK, hidden=(tmp_path,))
    said: list[str] = []

    with cluster_lanes("ray", None, None, choices, said.append) as (head, lanes):
        terms = head.terms(exercise, [read_submission(task.path, exercise) for task in tasks])
        losing = threading.Thread(target=_lose_a_node, args=(cluster, lanes))
        losing.start()
        there = {done.task.fingerprint: done for done in lanes.grade(exercise, terms, tasks)}
        losing.join()
        (reached,) = lanes.grade(reaching, head.terms(reaching, []), hostile, alone=True)
    grader.choices = dataclasses.replace(choices, device="cpu")
    here = LocalLanes(grader, 1).grade(exercise, grader.terms(exercise, []), tasks)

    assert [sentence.partition(";")[0] for sentence in said] == [f"a lane on {os.uname().nodename} is lost"]
    assert {name: done.problem for name, done in there.items()} == dict.fromkeys(("a", "b", "wrong", "broken"), "")
    for done in here:
        assert same_everywhere(there[done.task.fingerprint].result) == same_everywhere(done.result)
    assert reached.result is not None, reached.problem
    check = check_of(reached.result, "test_reach")
    assert check.points == 1, told(check)
    assert eventually(lambda: not list(cluster.folder.glob("lanes/grade-course-*")), "no course is left on a node")


def _reaching(cluster: Any, folder: Path) -> tuple[Exercise, list[Task]]:
    """Return an exercise, and a submission that looks for what Ray has on its node."""
    host, _, port = cluster.address.partition(":")
    nodes = cluster.list_all_nodes()
    sockets = [place for node in nodes for place in (node.raylet_socket_name, node.plasma_store_socket_name)]
    for place in sockets:  # what the walls are to keep away is there
        assert Path(place).is_socket()
    folders = [*map(str, list(Path(sockets[0]).parents)[:3]), str(cluster.folder / "lanes"), "/dev/shm", str(Path.home() / ".ray")]
    addresses = [*(("AF_UNIX", place) for place in sockets), ("AF_INET", [host, int(port)])]
    root = write_course(folder / "reaching", hidden=REACH)
    source = HOSTILE.format(folders=folders, courses=f"{cluster.folder}/lanes/*/*/*/*.py", addresses=addresses)
    return find_exercise(open_course(root, asked_by="a test"), "tiny"), hand_in(folder / "hostile", hostile=source)


def _lose_a_node(cluster: Any, lanes: Any) -> None:
    """Kill a node of two while both grade."""
    eventually(lambda: lanes._crew is not None and len(lanes._crew._busy) == 2, "two lanes grade")
    cluster.remove_node(cluster.worker, allow_graceful=False)

"""A batch on a cluster: what travels, what a node refuses, and the same results as on one machine while a node is lost."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import threading
import time
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import check_of, eventually, is_running, kill, told, write_course

from grader.batch.fingerprints import grader_sha256
from grader.batch.lanes import LocalLanes, Task
from grader.cli import run
from grader.cluster.connecting import Demand, Node, room_for
from grader.cluster.course_folder import CourseFolder
from grader.cluster.node import NodeLane, importing_as_python_does
from grader.cluster.parcels import (
    Faulty,
    Graded,
    Ready,
    Unfit,
    brief_of,
    decode,
    decode_answer,
    encode,
    lay_files,
    setup_of,
    sheet_of,
)
from grader.course import Exercise, find_exercise, open_course
from grader.faults import GraderFault
from grader.isolation import Level
from grader.records import Result
from grader.run import Grader
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
    from grader.course import suite_sha256

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


# On a cluster of this machine


MEMORY_BYTES = 80 * 2**20


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster of a head that grades nothing and two nodes of one processor; RAY_ADDRESS names it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        from ray.cluster_utils import Cluster

        started = Cluster(initialize_head=True, head_node_args=_node(0) | {"include_dashboard": False})
        started.workers = [started.add_node(**_node(1)) for _ in range(2)]
        patch.setenv("RAY_ADDRESS", started.address)
        yield started
        started.shutdown()


def _node(cpus: int) -> dict[str, Any]:
    return {"num_cpus": cpus, "num_gpus": 0, "object_store_memory": MEMORY_BYTES}


@needs_ray
def test_a_lost_node_costs_no_result_and_results_are_those_of_one_machine(
    cluster: Any, exercise: Exercise, grader: Grader, tmp_path: Path
) -> None:
    tasks = hand_in(tmp_path / "class", a=SLOW, b=SLOW, wrong=WRONG, broken=BROKEN)
    said: list[str] = []

    with lanes_of(said) as (head, lanes):
        terms = head.terms(exercise, [read_submission(task.path, exercise) for task in tasks])
        losing = threading.Thread(target=_lose_a_node, args=(cluster, lanes))
        losing.start()
        on_cluster = {done.task.fingerprint: done for done in lanes.grade(exercise, terms, tasks)}
        losing.join()
    cluster.workers.append(cluster.add_node(**_node(1)))  # by this thread: Ray sets handlers of signals
    grader.choices = Choices(device="cpu", isolation="landlock", hidden=(tmp_path,))
    here = {done.task.fingerprint: done for done in LocalLanes(grader, 1).grade(exercise, terms, tasks)}

    assert any("is lost; what it graded goes to another one" in sentence for sentence in said), said
    assert {name: done.problem for name, done in on_cluster.items()} == dict.fromkeys(("a", "b", "wrong", "broken"), "")
    for name, done in here.items():
        assert same_everywhere(on_cluster[name].result) == same_everywhere(done.result)


def _lose_a_node(cluster: Any, lanes: Any) -> None:
    """Kill a node of two while both grade."""
    eventually(lambda: lanes._crew is not None and len(lanes._crew._busy) == 2, "two lanes grade")
    cluster.remove_node(cluster.workers.pop(), allow_graceful=False)


HOSTILE = '''
import glob, os, socket, sys


def double(x):
    found = []
    for place in {folders!r}:
        try:
            found += [f"{{place}} has {{os.listdir(place)}}"] if os.listdir(place) else []
        except OSError:
            pass
    for name in glob.glob("/tmp/grade-course-*/*/*/*.py"):
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


@needs_ray
@pytest.mark.parametrize("most", [Level.FULL, Level.LANDLOCK])
def test_student_code_on_a_node_reaches_nothing_of_ray_and_not_the_course(cluster: Any, tmp_path: Path, most: Level) -> None:
    root = write_course(tmp_path / "course", hidden=REACH)
    exercise = find_exercise(open_course(root, asked_by="a test"), "tiny")
    host, _, port = cluster.address.partition(":")
    sockets = [("AF_UNIX", node.raylet_socket_name) for node in cluster.list_all_nodes()]
    sockets += [("AF_UNIX", node.plasma_store_socket_name) for node in cluster.list_all_nodes()]
    for kind, address in sockets:  # what the walls are to keep away is there
        assert Path(address).is_socket(), kind
    folders = [str(Path(sockets[0][1]).parents[level]) for level in range(3)] + ["/dev/shm"]
    source = HOSTILE.format(folders=folders, addresses=[*sockets, ("AF_INET", [host, int(port)])])
    tasks = hand_in(tmp_path / "class", hostile=source)

    with lanes_of([], most=most, count=1) as (head, lanes):
        (done,) = lanes.grade(exercise, head.terms(exercise, []), tasks)

    assert done.result is not None, done.problem
    check = check_of(done.result, "test_reach")
    assert check.points == 1, told(check)


@needs_ray
def test_what_kills_its_lane_again_and_again_is_given_up_and_the_class_goes_on(
    cluster: Any, exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = hand_in(tmp_path / "class", killer=RIGHT + "# kill\n", right=RIGHT)
    said: list[str] = []

    with lanes_of(said) as (head, lanes):
        terms = head.terms(exercise, [])
        killing = threading.Thread(target=_kill_lanes_of, args=(lanes, "killer"))
        killing.start()
        ended = {done.task.fingerprint: done for done in lanes.grade(exercise, terms, tasks)}
        killing.join()

    assert "3 lanes were lost while they graded it" in ended["killer"].problem
    assert ended["right"].result is not None


def _kill_lanes_of(lanes: Any, fingerprint: str) -> None:
    """Kill each lane that a submission comes to, three times."""
    import ray

    killed: set[int] = set()

    def next_lane() -> Any:
        busy = [] if lanes._crew is None else list(lanes._crew._busy.values())
        return next((lane for lane, attempt in busy if attempt.task.fingerprint == fingerprint and id(lane) not in killed), None)

    alive = []  # so that no two have the same id
    for _ in range(3):
        lane = eventually(next_lane, "a lane grades it")
        alive.append(lane)
        killed.add(id(lane))
        ray.kill(lane.actor)


@needs_ray
def test_a_node_that_cannot_isolate_as_demanded_is_left_out_by_name(cluster: Any, exercise: Exercise, tmp_path: Path) -> None:
    poor = cluster.add_node(**_node(1), env_vars={"GRADE_MOST_ISOLATION": "filtered"})
    tasks = hand_in(tmp_path / "class", **{f"s{number}": RIGHT + "#" * number for number in range(4)})
    said: list[str] = []

    with lanes_of(said, count=3) as (head, lanes):
        ended = list(lanes.grade(exercise, head.terms(exercise, []), tasks))
    cluster.remove_node(poor, allow_graceful=False)

    assert {one.result.environment.isolation for one in ended if one.result} <= {"full", "landlock"}
    assert [one.problem for one in ended] == [""] * 4
    (sentence,) = [sentence for sentence in said if "grades nothing" in sentence]
    assert f"{os.uname().nodename} grades nothing: this machine cannot isolate student code as demanded (landlock)" in sentence


@contextlib.contextmanager
def lanes_of(said: list[str], *, count: int = 2, **choices: Any) -> Iterator[tuple[Grader, Any]]:
    """Give a head, and its lanes on the cluster."""
    from grader.cluster.ray_lanes import cluster_lanes

    with cluster_lanes("ray", count, None, Choices(isolation="landlock", **choices), said.append) as opened:
        yield opened

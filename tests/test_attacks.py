"""Hostile submissions: each earns nothing, is told so in plain words, and harms neither the grader, nor the machine, nor whoever is graded next.

Every attack runs at the best level of isolation that this machine has, the starred ones also at `landlock`. GRADE_FULL=1 runs all of them at
every level; where a header says that a level leaves the attack open, the test proves that it does.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("only Linux has levels above `none`", allow_module_level=True)

import attack_files
from attack_files import Attack, all_attacks
from canaries import Canaries, Surroundings
from conftest import descendants, eventually, is_running, kill, write_course

from grader.course import find_course
from grader.exercise import Exercise
from grader.faults import GraderFault, UsageError
from grader.isolation import Level
from grader.records import CheckRecord, Outcome, Result, Verdict
from grader.render.as_html import to_html
from grader.render.as_json import to_json
from grader.render.as_text import make_console, print_result
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices

ROOT = Path(__file__).parents[1]
ATTACKS = all_attacks()
EVERYTHING = bool(os.environ.get("GRADE_FULL"))
AS_ROOT = os.geteuid() == 0
BEST = "best"
TOKEN = "CI_JOB_TOKEN"  # in the environment that the grader is started with
LIMITS = {"seconds": 6, "total_seconds": 60, "memory": "1 GB"}
DEFAULT_CHECK = """answer = student.attack(places)
assert type(answer) is int and answer == 2 * number, f"this is not twice the number: {shown(answer)}"
"""
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SUITE = '''
import json
import os
import random
from pathlib import Path

from grader.engine.linux import children_of

SECRET = "{secret}"
PLACES = json.loads(Path(__file__).with_name("places.json").read_text())


def shown(value):
    return repr(value)[:3000] if type(value) in (int, float, bool, str, bytes, list, tuple, dict, type(None)) else "an object"


@pytest.mark.points(1)
def test_before(student):
    """An ordinary check before the attack"""
    assert student.double(2) == 4


@pytest.mark.points(2)
def test_attack(student, remote, fresh_remote):
    """The check that is attacked"""
    number = random.randrange(10**6)
    zygote = os.getppid()
    below = [pid for pid in children_of(zygote) if pid != os.getpid()]
    places = {{**PLACES, "number": number, "judge": os.getpid(), "zygote": zygote, "slot": max(below, default=0)}}
{check}

@pytest.mark.points(1)
def test_after(student):
    """An ordinary check after the attack"""
    assert student.double(3) == 6
'''
NEIGHBOUR_SUITE = """
@pytest.mark.points(1)
def test_double(student):
    assert student.double(2) == 4, "2 doubled is 4"
"""
RIGHT = "def double(x):\n    return x * 2  # {secret}\n"
WRONG = "import torch\n\ndef double(x):\n    return torch.ones(2) @ torch.ones(3)\n"
TELLING = "import os\n\ndef double(x):\n    raise RuntimeError(f'user {os.getuid()}')\n"


class Range:
    """The place where attacks are graded: one grader, canaries around it, and two ordinary submissions as neighbours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.temporary = folder / "temporary"
        for name in ("temporary", "canaries", "courses", "submissions"):
            (folder / name).mkdir()
        tempfile.tempdir = str(self.temporary)
        self.canaries = Canaries(folder / "canaries")
        os.environ[TOKEN] = self.canaries.secrets["environment"]
        self.grader = Grader(Choices(device="cpu"))
        self._levels: dict[Level, Level] = {}
        self._is_root: dict[Level, bool] = {}
        self._attacks = 0
        self._neighbour = self._course("neighbour", NEIGHBOUR_SUITE, {})
        self._neighbours = [
            self._file("right", RIGHT.format(secret=self.canaries.secrets["earlier"])),
            self._file("wrong", WRONG),
            self._file("telling", TELLING),
        ]
        self.undisturbed = [self.neighbour(which) for which in (0, 1)]

    def close(self) -> None:
        """End everything."""
        self.grader.__exit__()
        self.canaries.close()
        del os.environ[TOKEN]

    def reached(self, level: Level) -> Level:
        """Return the level that this machine reaches when at most `level` is entered."""
        if level not in self._levels:
            result = self._grade(self._neighbour, self._neighbours[-1], level)
            self._levels[level] = Level(result.environment.isolation)
            self._is_root[level] = "user 0" in result.checks[0].message
        return self._levels[level]

    def is_root(self, level: Level) -> bool:
        """Say whether workers at a level run as root: the grader does, and found no spare user that could run Python."""
        self.reached(level)
        return self._is_root[level]

    def exercise_for(self, attack: Attack) -> Exercise:
        """Return the exercise that the attack is a submission to."""
        body = "".join(f"    {line}\n" for line in (attack.check or DEFAULT_CHECK).strip().splitlines())
        suite = SUITE.format(secret=self.canaries.secrets["suite"], check=body)
        return self._course(attack.name, suite, attack.limits)

    def _course(self, name: str, suite: str, limits: dict[str, Any]) -> Exercise:
        root = self.folder / "courses" / name
        if not root.exists():
            given = {path.name: path.read_text(encoding="utf-8") for path in attack_files.GIVEN.glob("*.py")}
            write_course(root, hidden=suite, limits=LIMITS | limits, given=given)
            (root / "solutions" / "tiny" / "work.py").write_text(f"# {self.canaries.secrets['solution']}\n", encoding="utf-8")
        secret = root / "solutions" / "tiny"
        places = self.canaries.places() | {
            "suite": str(secret / "test_hidden.py"),
            "solution": str(secret / "work.py"),
            "course": str(root),
        }
        (secret / "places.json").write_text(json.dumps(places), encoding="utf-8")
        return find_course(root, {}, root).exercises["tiny"]

    def _file(self, name: str, text: str) -> Path:
        path = self.folder / "submissions" / name / "work.py"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return path

    def handed_in(self, attack: Attack) -> Path:
        """Return what the attack hands in."""
        folder = Path(tempfile.mkdtemp(dir=self.folder / "submissions"))
        if not attack.is_maker:
            path = folder / "work.py"
            path.write_bytes(attack.path.read_bytes())
            return path
        names: dict[str, Any] = {"__name__": "maker", "__file__": str(attack.path)}
        exec(compile(attack.path.read_text(encoding="utf-8"), str(attack.path), "exec"), names)
        return Path(names["make"](folder))

    def surroundings(self, exercise: Exercise) -> Surroundings:
        """Return what has to stay as it is now."""
        return Surroundings(
            self.grader._engine._process.pid,  # type: ignore[attr-defined]
            self.temporary,
            exercise.folder.parents[1],
            self.canaries.marker,
        )

    def grade(self, attack: Attack, level: Level) -> Result:
        """Grade an attack."""
        exercise = self.exercise_for(attack)  # again, since the canary process may be another one now
        seed = zlib.crc32(attack.name.encode())  # another one for each attack, the same tomorrow
        return self._grade(exercise, self.handed_in(attack), level, seed)

    def _grade(self, exercise: Exercise, path: Path, level: Level, seed: int = 0) -> Result:
        if self.grader._engine._process.poll() is not None:  # type: ignore[attr-defined]
            self.grader = Grader(Choices(device="cpu"))  # an attack has killed it; the test of that attack says so
        self.grader.choices = Choices(device="cpu", seed=seed, most=level, env={})
        return self.grader.grade(exercise, read_submission(path, exercise))

    def neighbour(self, which: int) -> str:
        """Return the result of the right (0) or the wrong (1) ordinary submission, times aside."""
        return to_json(_without_times(self._grade(self._neighbour, self._neighbours[which], Level.FULL)))

    def harm_of(self, attack: Attack, level: Level) -> list[str]:
        """Grade an attack and return all that it achieved, in words; nothing where it was stopped as its header says."""
        exercise = self.exercise_for(attack)
        surroundings = self.surroundings(exercise)
        try:
            result = self.grade(attack, level)
        except UsageError as error:
            found = _unlike_header(attack, "usage_error", f"{error.cause} {error.where} {error.cure}")
        except GraderFault as fault:
            found = [f"the grader gave up: {fault.cause} {fault.where[-500:]}"]
        else:
            page = to_html(result)
            found = _misjudged(attack, result) + _unsafe(page) + _unsafe(_as_text(result))
            found += self.canaries.leaked(to_json(result) + page)
        found += self.canaries.harm() + surroundings.harm()
        try:
            for which in self._due(attack):
                if self.neighbour(which) != self.undisturbed[which]:
                    found.append("the next submission was graded otherwise than in an undisturbed run")
        except GraderFault as fault:
            found.append(f"the next submission could not be graded: {fault.cause}")
        return found + self.canaries.harm()

    def _due(self, attack: Attack) -> tuple[int, ...]:
        """Return which neighbours are graded after an attack: always where it matters most, else now and then, for the sake of time."""
        self._attacks += 1
        if attack.starred or EVERYTHING:
            return (0, 1)
        return (self._attacks // 3 % 2,) if self._attacks % 3 == 0 else ()


def _without_times(result: Result) -> Result:
    checks = tuple(_replaced(check, seconds=0.0) for check in result.checks)
    return _replaced(result, seconds=0.0, checks=checks)


def _replaced(record: Any, **changes: Any) -> Any:
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    return type(record)(**{**fields, **changes})


def _misjudged(attack: Attack, result: Result) -> list[str]:
    """Return in what the result is not as the attack deserves."""
    checks = {check.name.partition("::")[2]: check for check in result.checks}
    found = []
    if result.outcome is Outcome.GRADER_ERROR:
        details = [check.detail[-1500:] for check in result.checks if check.verdict is Verdict.GRADER_ERROR]
        found.append(f"the grader takes the blame: {details}")
    attacked = checks.get("import") or checks["test_attack"]
    said = f"{attacked.message} {attacked.hint}"
    if attacked.verdict is Verdict.NOT_RUN:
        found.append(f"the attack did not run: {said}")
    found += _unlike_header(attack, attacked.verdict.value, said)
    if checks["test_attack"].points and not attack.earns:
        found.append(f"it earned {checks['test_attack'].points} points")
    if attack.ordinary and "import" not in checks:
        for name in ("test_before", "test_after"):
            if checks[name].verdict is not Verdict.PASSED:
                found.append(f"{name} is {checks[name].verdict.value}: {checks[name].message}")
    return found + [word for check in result.checks for word in _unfit_words(check)]


def _as_text(result: Result) -> str:
    stream = io.StringIO()
    print_result(result, make_console(stream, {"NO_COLOR": "1"}, width=100))
    return stream.getvalue()


def _unsafe(shown: str) -> list[str]:
    """Return what a report must not hold: scripts of its own, and characters that steer a terminal or turn a line round."""
    found = [f"a report holds {word!r}" for word in ("<script", "<img", "<b>work") if word in shown and "<html" in shown]
    return found + [f"a report holds the character {char!r}" for char in sorted(set(STEERING.findall(shown)))]


def _unlike_header(attack: Attack, verdict: str, said: str) -> list[str]:
    found = []
    if verdict not in attack.verdict:
        found.append(f"its verdict is {verdict}, not {' or '.join(attack.verdict)}: {said[:800]}")
    if not re.search(attack.message, said):
        found.append(f"its message is not like {attack.message!r} ({verdict}): {said[:800]}")
    return found


def _unfit_words(check: CheckRecord) -> list[str]:
    said = check.message + check.hint
    unfit = [f"{word!r} is in the message of {check.name}" for word in ("Traceback", "grader/judge", "grader/worker") if word in said]
    if len(said) > 6_000:
        unfit.append(f"the message of {check.name} has {len(said):,} characters")
    return unfit


@pytest.fixture(scope="module")
def firing_range(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Range]:
    before = tempfile.tempdir
    made = Range(tmp_path_factory.mktemp("attacks"))
    yield made
    made.close()
    tempfile.tempdir = before


def _cases() -> Iterator[Any]:
    levels = [BEST, *(level.value for level in Level)] if EVERYTHING else [BEST, Level.LANDLOCK.value]
    for attack in ATTACKS:
        for level in levels:
            if level == BEST or attack.starred or EVERYTHING:
                yield pytest.param(attack, level, id=f"{attack.name}-{level}")


@pytest.mark.parametrize(("attack", "level"), list(_cases()))
def test_an_attack_is_stopped_and_harms_nobody(firing_range: Range, attack: Attack, level: str) -> None:
    best = firing_range.reached(Level.FULL)
    entered = best if level == BEST else Level(level)
    if level != BEST and entered is best:
        pytest.skip(f"{level} is the best level of this machine, which the case `best` has tried")
    if firing_range.reached(entered) is not entered:
        pytest.skip(f"this machine does not reach {level}, only {firing_range.reached(entered).value}")

    harm = firing_range.harm_of(attack, entered)

    if attack.is_open(entered, root=firing_range.is_root(entered)):
        assert harm, f"this attack is stopped at {entered.value}: strike the level from its header"
    else:
        assert harm == []


def test_every_row_of_the_list_has_an_attack() -> None:
    missing = set(range(1, attack_files.ROWS + 1)) - {attack.row for attack in ATTACKS}

    assert missing == set()


def test_the_page_for_instructors_tells_of_every_attack() -> None:
    page = ROOT / "docs" / "attacks.md"

    assert page.read_text(encoding="utf-8") == attack_files.table(), "run: python tests/attack_files.py > docs/attacks.md"


# The grader itself is killed


def test_what_hides_from_the_slot_dies_with_a_killed_grader(firing_range: Range, tmp_path: Path) -> None:
    attack = next(attack for attack in ATTACKS if attack.name == "hides_in_a_grandchild_while_the_grader_is_killed")
    exercise = firing_range.exercise_for(attack)
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-m", "grader", "tiny", str(firing_range.handed_in(attack))]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*command, "--course", str(exercise.folder.parents[1]), "--device", "cpu"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        # Zygote, judge, slot, worker, and what the worker has started.
        eventually(lambda: len(descendants(process.pid)) >= 6, "the attack has begun")
        below = descendants(process.pid)

        process.send_signal(signal.SIGKILL)
        process.wait()

        eventually(lambda: not any(map(is_running, below)), "all processes have ended")
        eventually(lambda: not list((tmp_path / "temporary").iterdir()), "the scratch folder is gone")
        assert firing_range.canaries.harm() == []
    finally:
        for pid in (process.pid, *descendants(process.pid)):
            kill(pid)


# The grader is started in a folder of secrets


def test_the_folder_that_the_grader_is_started_in_is_out_of_reach(tmp_path: Path) -> None:
    """`python -m` puts that folder on the import path, whatever lies in it: all submissions of a class, say."""
    secret = tmp_path / "submissions" / "other student" / "work.py"
    secret.parent.mkdir(parents=True)
    secret.write_text("SECRET = 'found'\n", encoding="utf-8")
    root = write_course(tmp_path / "course", hidden=NEIGHBOUR_SUITE)
    file = tmp_path / "work.py"
    file.write_text(f"def double(x):\n    return open({str(secret)!r}).read()\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "grader", "tiny", str(file), "--course", str(root), "--device", "cpu", "--json", "-"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path / "submissions",
        capture_output=True,
        text=True,
        check=False,
    )

    check = json.loads(done.stdout)["checks"][0]
    assert check["verdict"] == "refused", check["message"]


# As an ordinary user


SAMPLE = "fork_bomb or reads_the_hidden_suite or kills_everybody or connects_by_tcp or asks_for_a_huge_tensor or speaks"


@pytest.mark.skipif("GRADE_ATTACKS_AS_USER" in os.environ, reason="this is the run as an ordinary user")
def test_an_ordinary_user_is_as_safe_as_root(tmp_path: Path) -> None:
    if not AS_ROOT:
        pytest.skip("the tests run as an ordinary user already")
    import as_user

    lack = as_user.what_is_missing()
    if lack:
        pytest.skip(lack)
    chosen = [] if EVERYTHING else ["-k", f"({SAMPLE}) and best"]
    command = [sys.executable, str(Path(__file__).with_name("as_user.py")), sys.executable, "-m", "pytest", "-q", "-rfE"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    environment |= {"GRADE_ATTACKS_AS_USER": "1", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", __file__, *chosen],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout, done.stdout

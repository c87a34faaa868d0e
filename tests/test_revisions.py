"""A submission that is edited: the result of each state is that of grading it alone, whatever is kept and however many lanes run."""

from __future__ import annotations

import dataclasses
import itertools
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import descendants, eventually

from grader.course import find_exercise, open_course
from grader.dealing import Card, Dealer
from grader.exercise import Exercise
from grader.records import Outcome, Result, Verdict
from grader.revisions import Rehearsal, Revisions
from grader.run import Run, Stopped
from grader.splitting import LateRun, Team
from grader.submission import Submission, read_submission

ROOT = Path(__file__).parents[1]
STATES = {"exercise2": 1, "exercise3": 4, "exercise4": 1, "exercise6": 1}  # as many mistakes of each are tried in CI


@pytest.fixture
def revisions(engine: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Revisions]:
    """Revisions on the engine of all tests, on three lanes however many cores there are."""
    from grader.run import Grader
    from grader.terms import Choices

    monkeypatch.setattr("grader.revisions.lanes_here", lambda: 3)
    monkeypatch.setattr("grader.revisions.WORTH_S", 1e-6)
    grader = Grader(Choices(device="cpu"), keep=3, hurry=True, engine=engine)
    revisions = Revisions(grader)
    yield revisions
    revisions.close()
    grader.drop_lanes()


def exercise_called(name: str) -> Exercise:
    return find_exercise(open_course(ROOT, asked_by="a test"), name)


def said(result: Result) -> Any:
    """Return what a reader of a result sees, without times."""
    checks = [(c.name, c.verdict, c.points, c.max_points, c.message, c.hint, c.where, c.output) for c in result.checks]
    return result.outcome, result.points, result.max_points, checks


def states_of(exercise: Exercise, count: int) -> list[Submission]:
    """Return right and wrong files in turn, the stub, and files that do not import or cannot be read."""
    right = read_submission(exercise.solution, exercise)
    mistakes = sorted((exercise.solution.parent / "mistakes").glob("*.py"))
    chosen = mistakes if os.environ.get("GRADE_FULL") else random.Random(3).sample(mistakes, count)
    states = list(itertools.chain.from_iterable((right, read_submission(path, exercise)) for path in chosen))
    broken = [
        dataclasses.replace(right, source=right.source + "\nraise OSError('nothing works today')\n"),
        dataclasses.replace(right, source=right.source + "\ndef unfinished(:\n"),
    ]
    return [right, *broken, right, *states, read_submission(exercise.stub, exercise), right]


@pytest.mark.parametrize("name", STATES)
def test_each_state_gets_the_result_that_it_gets_alone(name: str, grader: Any, revisions: Revisions) -> None:
    exercise = exercise_called(name)
    alone: dict[str, Any] = {}
    for state in states_of(exercise, STATES[name]):
        result = revisions.begin(exercise, state).result()
        if state.source not in alone:
            alone[state.source] = said(grader.grade(exercise, state))
        assert said(result) == alone[state.source], state.path


def edited(exercise: Exercise, old: str, new: str) -> Submission:
    right = read_submission(exercise.solution, exercise)
    assert old in right.source
    return dataclasses.replace(right, source=right.source.replace(old, new))


def test_only_what_an_edit_touches_runs_again(revisions: Revisions) -> None:
    exercise = exercise_called("exercise6")
    right = read_submission(exercise.solution, exercise)
    revisions.begin(exercise, right).result()
    count = len(revisions.begin(exercise, right, whole=True).result().checks)

    comment: Any = revisions.begin(exercise, dataclasses.replace(right, source=right.source + "\n# done\n"))
    assert comment.result().points == exercise.points and comment.kept == count - 1
    assert len(comment._team._runs) == 1  # a lane without a check of its own would run all of them
    save = revisions.begin(exercise, edited(exercise, "torch.save(net.state_dict(), path)", "torch.save(net, path)"))
    wrong = save.result()
    assert 0 < save.kept < count and wrong.points < exercise.points
    lost = [check for check in wrong.checks if check.verdict is not Verdict.PASSED]
    assert lost and all("save" in check.name for check in lost)
    again = revisions.begin(exercise, right)
    assert again.result().points == exercise.points and again.kept > 0


def test_a_slip_that_does_not_import_costs_all_points_and_nothing_that_is_known(revisions: Revisions) -> None:
    exercise = exercise_called("exercise3")
    right = read_submission(exercise.solution, exercise)
    revisions.begin(exercise, right).result()
    slip = dataclasses.replace(right, source=right.source + "\n\ndef helper(x=undefined):\n    return x\n")

    broken = revisions.begin(exercise, slip)
    result = broken.result()

    assert broken.kept > 0 and result.outcome is Outcome.CANNOT_RUN and result.points == 0
    assert {check.verdict for check in result.checks if check.suite != "engine"} == {Verdict.NOT_RUN}
    mended = revisions.begin(exercise, right)
    assert mended.result().points == exercise.points and mended.kept > 0


NEEDS = '''
import pytest

@pytest.mark.points(1)
@pytest.mark.parametrize("which", ["one", "two"])
def test_base(student, which):
    """It gives 1"""
    assert getattr(student, which)() == 1

@pytest.mark.points(1)
@pytest.mark.needs("test_base")
def test_top(student):
    """The top gives 1"""
    assert student.top() == 1
'''


def test_what_needs_a_check_that_no_longer_passes_does_not_run(grader: Any, revisions: Revisions, tmp_path: Path) -> None:
    public, secret = tmp_path / "exercises" / "tiny", tmp_path / "solutions" / "tiny"
    public.mkdir(parents=True)
    secret.mkdir(parents=True)
    (public / "exercise.toml").write_text('title = "Tiny"\nsummary = "Give 1."\nfile = "tiny.py"\npoints = 3\nhidden_checks = 3\n')
    (secret / "test_hidden.py").write_text(NEEDS)
    right = "".join(f"def {name}():\n    return 1\n\n\n" for name in ("one", "two", "top"))
    for folder in (public, secret):
        (folder / "tiny.py").write_text(right)
    exercise = open_course(tmp_path, asked_by="a test").exercises["tiny"]
    submission = read_submission(exercise.solution, exercise)

    for source in (right, right.replace("return 1", "return 2", 1), right, right.replace("two():\n    return 1", "two():\n    return 3")):
        state = dataclasses.replace(submission, source=source)
        assert said(revisions.begin(exercise, state).result()) == said(grader.grade(exercise, state))


def test_whole_runs_every_check(revisions: Revisions) -> None:
    exercise = exercise_called("exercise3")
    right = read_submission(exercise.solution, exercise)
    for _ in range(2):
        run = revisions.begin(exercise, right, whole=True)
        run.result()
        assert run.kept == 0


@pytest.mark.skipif(sys.platform != "linux", reason="walks /proc")
def test_a_team_that_is_stopped_leaves_nothing_and_says_so(revisions: Revisions, tmp_path: Path) -> None:
    exercise = exercise_called("exercise3")
    revisions.begin(exercise, read_submission(exercise.solution, exercise)).result()
    file = tmp_path / "calculator.py"
    file.write_text("import time\ntime.sleep(600)\n")
    before = len(descendants(os.getpid()))
    run = revisions.begin(exercise, read_submission(file, exercise))
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            run.result()
        except Stopped as stopped:
            raised.append(stopped)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)
    run.stop()
    thread.join(timeout=30)

    assert raised and not thread.is_alive()
    eventually(lambda: len(descendants(os.getpid())) <= before, "what was started is gone")


def rehearsal_of(revisions: Revisions) -> Rehearsal:
    """Return the rehearsal that has been begun."""
    assert revisions._rehearsal is not None
    return revisions._rehearsal


def test_lanes_are_opened_while_the_first_result_is_graded(revisions: Revisions) -> None:
    exercise = exercise_called("exercise3")
    first = revisions.begin(exercise, read_submission(exercise.solution, exercise))

    eventually(lambda: len(revisions._grader._idle) == 2, "the other two lanes are there before there is a result")

    first.result()
    assert len(revisions._grader._idle) == 3


def test_new_lanes_rehearse_once_and_are_ready_then(grader: Any, revisions: Revisions) -> None:
    exercise = exercise_called("exercise3")
    right = read_submission(exercise.solution, exercise)
    revisions.make_ready(exercise, right)
    assert revisions._rehearsal is None  # nothing to rehearse is known yet
    revisions.begin(exercise, right).result()
    wrong = edited(exercise, "return x + self.value", "return x - self.value")

    revisions.make_ready(exercise, right)

    assert rehearsal_of(revisions).lanes == 2  # the third one has graded it before
    rehearsal_of(revisions).wait()
    lanes = set(map(id, revisions._grader._idle))
    assert len(lanes) == 3
    revisions.make_ready(exercise, right)
    assert revisions._rehearsal is None
    assert said(revisions.begin(exercise, wrong).result()) == said(grader.grade(exercise, wrong))
    assert set(map(id, revisions._grader._idle)) == lanes


def test_lanes_that_rehearse_join_a_save_when_they_are_free(grader: Any, revisions: Revisions) -> None:
    exercise = exercise_called("exercise3")
    right = read_submission(exercise.solution, exercise)
    revisions.begin(exercise, right).result()
    wrong = edited(exercise, "return x + self.value", "return x - self.value")
    revisions.make_ready(exercise, right)
    rehearsal = rehearsal_of(revisions)

    run: Any = revisions.begin(exercise, wrong)

    assert len(run._team._runs) == 3 and type(run._team._runs[0]) is Run
    assert said(run.result()) == said(grader.grade(exercise, wrong))
    rehearsal.wait()
    assert len(revisions._grader._idle) == 3


class HangingRun:
    """A run whose check does not end of its own accord."""

    def __init__(self) -> None:
        self.trails: dict[str, Any] = {}
        self._stopped = threading.Event()

    def result(self, progress: Any, dealer: Any) -> Result:
        assert self._stopped.wait(timeout=60)
        raise Stopped

    def stop(self) -> None:
        self._stopped.set()


def hanging_rehearsal() -> Rehearsal:
    runs: Any = [HangingRun(), HangingRun()]
    rehearsal = Rehearsal(runs, Dealer({"a": Card("a", (), 1.0)}))
    rehearsal.start()
    return rehearsal


def test_a_save_does_not_wait_for_lanes_that_rehearse(grader: Any, revisions: Revisions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.revisions.PATIENCE_S", 60.0)
    exercise = exercise_called("exercise3")
    revisions.begin(exercise, read_submission(exercise.solution, exercise)).result()
    wrong = edited(exercise, "return x + self.value", "return x - self.value")
    eventually(lambda: len(revisions._grader._idle) == 3, "all lanes are there")
    revisions._grader._drop(2)
    revisions._rehearsal = hanging_rehearsal()

    run: Any = revisions.begin(exercise, wrong)

    assert [type(one) for one in run._team._runs] == [Run, LateRun, LateRun]
    assert said(run.result()) == said(grader.grade(exercise, wrong))
    assert not revisions._rehearsal.is_over
    revisions._rehearsal._team.stop()


def test_a_rehearsal_that_hangs_is_killed_when_it_is_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.revisions.PATIENCE_S", 0.05)
    rehearsal = hanging_rehearsal()
    told = threading.Event()
    rehearsal.when_over(told.set)
    assert not rehearsal.is_over

    rehearsal.stop()

    assert told.wait(timeout=30) and rehearsal.is_over


def test_a_late_run_does_not_begin_when_all_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.revisions.PATIENCE_S", 60.0)
    rehearsal = hanging_rehearsal()
    begun: list[Any] = []

    class QuickRun(HangingRun):
        def result(self, progress: Any, dealer: Any) -> Any:
            return "all of it"

    late = LateRun(rehearsal, lambda: begun.append(1))  # type: ignore[arg-type, return-value]
    runs: Any = [QuickRun(), late]

    assert Team(runs, Dealer({"a": Card("a", (), 1.0)}), 1)._all_at_once(lambda started: None) == ["all of it", None]
    assert not begun and not rehearsal.is_over
    rehearsal._team.stop()


def test_a_late_run_that_is_stopped_before_it_begins_never_does() -> None:
    rehearsal = hanging_rehearsal()
    begun: list[Any] = []
    late = LateRun(rehearsal, lambda: begun.append(1))  # type: ignore[arg-type, return-value]

    late.stop()
    rehearsal._team.stop()
    rehearsal.wait()

    assert late.result(lambda started: None, None) is None and not begun

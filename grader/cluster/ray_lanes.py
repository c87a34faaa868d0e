"""Lanes on a Ray cluster: actors that grade, and one loop on the head that hands out submissions and takes what comes back.

The head alone decides: it reads the submissions, starts lanes, replaces those that are lost, and gives a task that was lost with its
lane to another one. Ray restarts and retries nothing by itself.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import msgspec

from grader.batch.fingerprints import grader_sha256
from grader.batch.lanes import TRIES, Done, Task
from grader.cluster.connecting import Demand, connected, living_nodes, room_for
from grader.cluster.node import NodeLane
from grader.cluster.parcels import (
    Answer,
    Faulty,
    Graded,
    Ready,
    Setup,
    Unfit,
    brief_of,
    decode_answer,
    encode,
    setup_of,
    sheet_of,
)
from grader.exercise import Exercise
from grader.faults import GraderFault, UsageError
from grader.isolation import Level
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices, Terms

# After so many lanes that ended under it, a submission is what ends them.
MOST_LOST = 3
# After so many lanes in a row that ended before they were ready, no more are started.
MOST_FAILED_STARTS = 3
# How long a batch waits where no lane is there: a cluster that grows by itself takes minutes to start a node.
LANE_S = 900.0
TELL_S = 30.0  # longer than a lane takes where there is room for it
STOP_S = 15.0
LOOK_S = 5.0


@dataclass(eq=False)
class _Lane:
    """An actor; `node` is known once it is ready."""

    actor: Any
    node: str = ""


@dataclass(eq=False)
class _Attempt:
    """A task, with how often it came to nothing."""

    task: Task
    faults: int = 0
    lost: int = 0


@dataclass(frozen=True)
class _Lost:
    """Stands for the answer of a lane that is there no more."""

    why: str


class RayLanes:
    """Lanes on a cluster, ended with the block.

    Args:
        ray: the module, connected.
        setup: what all gradings of the batch share.
        count: how many submissions are graded at once; None for as many as the cluster has room for.
        gpus: GPUs a lane, also a fraction of one; 0 for none.
        tell: called with a sentence about what an instructor should know.
    """

    def __init__(self, ray: Any, setup: Setup, count: int | None, gpus: float, tell: Callable[[str], None]) -> None:
        self._ray = ray
        self._setup = setup
        self._count = count
        self._gpus = gpus
        self._tell = tell
        self._crew: _Crew | None = None

    def __enter__(self) -> RayLanes:
        return self

    def __exit__(self, *exception: object) -> None:
        self._drop_crew()

    def grade(self, exercise: Exercise, terms: Terms, tasks: Sequence[Task], *, alone: bool = False) -> Iterator[Done]:
        """Yield what became of each task.

        Raises:
            UsageError: the cluster has no room for a lane.
            GraderFault: no lane came to be, or no node is fit to grade.
        """
        if not tasks:
            return
        crew = self._crew_for(terms.job.threads)
        brief = self._ray.put(encode(brief_of(exercise, terms)))
        yield from crew.grade(exercise, brief, tasks, 1 if alone else None)

    def _crew_for(self, threads: int) -> _Crew:
        nodes = living_nodes(self._ray)
        # Threads may stand for the cores of the head, which a node need not have.
        demand = Demand(max(1, min(threads, int(max((node.cpus for node in nodes), default=1)))), self._gpus)
        if self._crew is None or self._crew.demand != demand:
            self._drop_crew()
            room = room_for(demand, nodes)
            if not room and self._count is None:
                words = f"{demand.cpus} CPU" + (f" and {demand.gpus:g} GPU" if demand.gpus else "")
                cure = "Start a node that has them, or name how many lanes to wait for with -j where the cluster grows by itself."
                raise UsageError(f"no node of the cluster has room for a lane ({words})", where="--on", cure=cure)
            hidden = tuple(sorted({str(node.folder) for node in nodes}))
            self._crew = _Crew(self._ray, encode(self._setup), hidden, demand, self._count or room, self._tell)
        return self._crew

    def _drop_crew(self) -> None:
        if self._crew is not None:
            self._crew.close()
            self._crew = None


@contextlib.contextmanager
def cluster_lanes(
    address: str, count: int | None, gpus_per_lane: float | None, choices: Choices, tell: Callable[[str], None]
) -> Iterator[tuple[Grader, RayLanes]]:
    """Give what plans a batch for a cluster, and its lanes; connected while the block runs.

    Args:
        address: as of `connected`.
        gpus_per_lane: None for one where there are GPUs, unless the CPU is asked for.

    Raises:
        UsageError: the options do not fit together, or the cluster cannot be used.
    """
    if choices.entered is Level.NONE:
        cure = "Leave --isolation out, or demand the level that all nodes reach."
        raise UsageError(
            "student code is not let loose on a cluster without walls", where="--isolation none", cure=cure
        )
    if gpus_per_lane is not None and choices.device == "cpu":
        raise UsageError("a lane on the CPU takes no GPU", where="--gpus-per-lane", cure="Leave one of the two out.")
    if gpus_per_lane is not None and gpus_per_lane > 1 and gpus_per_lane != int(gpus_per_lane):
        raise UsageError(
            "more than one GPU a lane come whole", where="--gpus-per-lane", cure="Name 1, 2 or a fraction."
        )
    with connected(address) as ray:
        gpus = _gpus_a_lane(gpus_per_lane, choices.device, has_gpus=any(node.gpus for node in living_nodes(ray)))
        # Decided here, once: a batch has one device, and its results are kept under it.
        decided = dataclasses.replace(choices, device="cuda" if gpus else "cpu")
        setup = setup_of(decided, grader_sha256(), metadata.version("torch"))
        with (
            Grader(decided, gpu="of the cluster") as grader,
            RayLanes(ray, setup, count, gpus, tell) as lanes,
        ):
            yield grader, lanes


def _gpus_a_lane(asked: float | None, device: str, *, has_gpus: bool) -> float:
    if device == "cpu" or (device == "auto" and asked is None and not has_gpus):
        return 0.0
    return 1.0 if asked is None else asked


class _Crew:
    """Lanes of one size, kept from exercise to exercise."""

    def __init__(
        self, ray: Any, setup: bytes, hidden: tuple[str, ...], demand: Demand, most: int, tell: Callable[[str], None]
    ) -> None:
        self.demand = demand
        self._ray = ray
        self._most = most
        self._tell = tell
        # Two calls at once: one grades, the other is `stop`. SPREAD: lanes of one node would be lost together.
        self._actors = ray.remote(NodeLane).options(
            num_cpus=demand.cpus,
            num_gpus=demand.gpus,
            max_concurrency=2,
            max_restarts=0,
            max_task_retries=0,
            scheduling_strategy="SPREAD",
        )
        self._arguments = (setup, hidden)
        self._starting: dict[Any, _Lane] = {}  # by what it answers to `hello`
        self._idle: list[_Lane] = []
        self._busy: dict[Any, tuple[_Lane, _Attempt]] = {}  # by what it answers to `grade`
        # They keep what they hold of their node, so that the next lane comes to be on another one.
        self._unfit: list[tuple[_Lane, Unfit]] = []
        self._failed_starts = 0
        self._why_failed = ""
        self._waiting_since: float | None = None
        self._told_of_waiting = False

    def grade(self, exercise: Exercise, brief: Any, tasks: Sequence[Task], most: int | None) -> Iterator[Done]:
        """Yield what became of each task; at most so many run at once."""
        waiting = deque(_Attempt(task) for task in tasks)
        try:
            while waiting or self._busy:
                wanted = min(most or self._most, len(waiting) + len(self._busy))
                self._start_lanes(wanted)
                while waiting and self._idle and len(self._busy) < wanted:
                    problem = self._hand_out(waiting.popleft(), exercise, brief)
                    if problem is not None:
                        yield problem
                if waiting or self._busy:
                    yield from self._take(waiting)
        finally:
            self._give_up([lane for lane, _ in self._busy.values()])
            self._busy.clear()

    def close(self) -> None:
        """End all lanes."""
        self._give_up([*self._idle, *(lane for lane, _ in self._unfit)])
        for lane in self._starting.values():
            self._kill(lane)
        self._idle, self._unfit = [], []
        self._starting.clear()

    # Lanes that come

    def _start_lanes(self, wanted: int) -> None:
        """Start the lanes that are lacking.

        Raises:
            GraderFault: there is none, and none can be.
        """
        there = len(self._idle) + len(self._busy) + len(self._starting)
        if self._failed_starts < MOST_FAILED_STARTS and there < wanted:
            room = room_for(self.demand, living_nodes(self._ray)) if self._unfit else wanted
            for _ in range(min(wanted, room - len(self._unfit)) - there):
                lane = _Lane(self._actors.remote(*self._arguments))
                self._starting[lane.actor.hello.remote()] = lane
        if self._idle or self._busy or self._starting:
            return
        if self._unfit:
            lack = self._unfit[0][1]
            raise GraderFault(f"no node is fit to grade; {lack.node}: {lack.cause}", where=lack.where, cure=lack.cure)
        cure = (
            "Is grade installed on every node, in the same version, with the extra [cluster]? The logs of Ray say more."
        )
        raise GraderFault("lanes on the cluster end before they are ready", where=self._why_failed[-1000:], cure=cure)

    def _check_patience(self) -> None:
        """Raise GraderFault where the cluster has given no lane for too long."""
        if self._idle or self._busy:
            self._waiting_since = None
            return
        self._waiting_since = self._waiting_since or time.monotonic()
        waited = time.monotonic() - self._waiting_since
        if waited > LANE_S:
            cure = "See what `ray status` says; the same command goes on where it was."
            raise GraderFault(f"the cluster has given no lane for {LANE_S / 60:.0f} minutes", where="--on", cure=cure)
        if waited > TELL_S and not self._told_of_waiting:
            self._told_of_waiting = True
            self._tell("waiting for the cluster to give a lane; `ray status` says what it has")

    # Work that goes and comes

    def _hand_out(self, attempt: _Attempt, exercise: Exercise, brief: Any) -> Done | None:
        """Give a task to a lane that waits; returns what became of it where it cannot even be read."""
        try:
            sheet = sheet_of(read_submission(attempt.task.path, exercise))
        except UsageError as fault:
            return Done(attempt.task, None, f"{fault.cause}: {fault.where}")
        lane = self._idle.pop()
        self._busy[lane.actor.grade.remote(brief, sheet)] = lane, attempt
        return None

    def _take(self, waiting: deque[_Attempt]) -> Iterator[Done]:
        """Wait for the next answers; what has to be done once more goes back to what waits."""
        refs = [*self._busy, *self._starting]
        ended, _ = self._ray.wait(refs, num_returns=1, timeout=LOOK_S)
        if not ended:
            self._check_patience()
        for ref in ended:
            answer = self._answer_of(ref)
            if ref in self._starting:
                self._take_start(self._starting.pop(ref), answer)
                continue
            lane, attempt = self._busy.pop(ref)
            done = self._take_work(lane, attempt, answer)
            if done is not None:
                yield done
            else:
                waiting.append(attempt)

    def _answer_of(self, ref: Any) -> Answer | _Lost:
        try:
            return decode_answer(self._ray.get(ref))
        except (
            self._ray.exceptions.RayTaskError
        ) as error:  # an exception that the lane did not foresee; it is still there
            return Faulty(node="", problem=str(error)[-1000:])
        except self._ray.exceptions.RayError as error:  # of its actor, its process, its node, or of what it answered
            return _Lost(" ".join(str(error).split())[:1000])
        except msgspec.MsgspecError as error:
            return Faulty(node="", problem=f"a lane answered what is no answer: {error}")

    def _take_start(self, lane: _Lane, answer: Answer | _Lost) -> None:
        if isinstance(answer, Ready):
            lane.node = answer.node
            self._failed_starts = 0
            self._waiting_since = None
            self._idle.append(lane)
        elif isinstance(answer, Unfit):
            self._leave_out(lane, answer)
        else:
            self._failed_starts += 1
            self._why_failed = answer.why if isinstance(answer, _Lost) else str(answer)
            self._kill(lane)

    def _take_work(self, lane: _Lane, attempt: _Attempt, answer: Answer | _Lost) -> Done | None:
        """Return what became of a task, or None where it has to be tried once more."""
        if isinstance(answer, _Lost):
            self._kill(lane)
            return self._after_loss(lane, attempt, answer)
        if isinstance(answer, Unfit):
            self._leave_out(lane, answer)
            return None
        self._idle.append(lane)
        if isinstance(answer, Graded):
            return Done(attempt.task, answer.result)
        attempt.faults += 1
        problem = f"{lane.node}: {answer.problem}" if isinstance(answer, Faulty) else f"{lane.node}: {answer}"
        return Done(attempt.task, None, problem[-2000:]) if attempt.faults >= TRIES else None

    def _after_loss(self, lane: _Lane, attempt: _Attempt, lost: _Lost) -> Done | None:
        attempt.lost += 1
        if attempt.lost >= MOST_LOST:
            problem = f"{attempt.lost} lanes were lost while they graded it, the last on {lane.node}: {lost.why}"
            return Done(attempt.task, None, problem)
        self._tell(f"a lane on {lane.node} is lost; what it graded goes to another one ({attempt.task.path})")
        return None

    # Lanes that go

    def _leave_out(self, lane: _Lane, lack: Unfit) -> None:
        if lack not in (known for _, known in self._unfit):
            said = f"{lack.node} grades nothing: {lack.cause}"
            self._tell(". ".join(part for part in (said, lack.where, lack.cure) if part))
        self._unfit.append((lane, lack))

    def _give_up(self, lanes: Sequence[_Lane]) -> None:
        """End lanes: each is asked to tidy up, and killed then."""
        asked = [lane.actor.stop.remote() for lane in lanes]
        if asked:
            self._ray.wait(asked, num_returns=len(asked), timeout=STOP_S)
        for lane in lanes:
            self._kill(lane)

    def _kill(self, lane: _Lane) -> None:
        with contextlib.suppress(ValueError):  # it never came to be
            self._ray.kill(lane.actor, no_restart=True)

"""One conversation with one worker: requests and answers, tensors kept in step, the suite's functions called back."""

from __future__ import annotations

import re
import secrets
import time
import types
import weakref
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, Union

import torch

from grader.edits import WHOLE_TEXT
from grader.engine.watching import FILES, MEMORY, MOST_FILE_BYTES, MOST_FILES, MOST_PROCESSES, PROCESSES
from grader.engine.workers import WorkerProcess, WorkerSource
from grader.isolation import Level
from grader.judge.allowance import Allowance
from grader.judge.autograd import RemoteGraph, kind_of
from grader.judge.codec import AnswerDecoder, RequestEncoder
from grader.judge.common import KINDS, common_module, names_of
from grader.judge.errors import SIZE_OF_TEXT, Failure, StudentError, read_failure, student_error
from grader.judge.known import Arguments, Callbacks, Members, Proxies, Twins, emptied, number_of, rows_of
from grader.judge.link import Link, LinkClosed, LinkTimeout, OutputFlood, OutputKeeper
from grader.judge.outcomes import (
    ActionRefused,
    AnswerRefused,
    CheckStopped,
    NotImplementedYet,
    OutOfMemory,
    WorkerCrashed,
    WorkerTimedOut,
    protocol_error,
)
from grader.judge.proxy import Member, Proxy, Shared, called_name
from grader.judge.sources import Sources
from grader.wire.frames import Bounds, FrameError
from grader.wire.tensors import read_tensors
from grader.wire.values import writable

T = TypeVar("T")
Tree = dict[str, Any]
# By what a lane used too much of (`grader.engine.watching`).
_EXCESSES: dict[str, tuple[type[CheckStopped], str, str]] = {
    MEMORY: (
        OutOfMemory,
        "your code, with all processes that it started, used more memory than the {memory} that this check allows",
        "Is a tensor much larger than it needs to be, or does something grow in a loop or in several processes?",
    ),
    PROCESSES: (
        ActionRefused,
        f"your code started more than the {MOST_PROCESSES} processes that are allowed, or too many threads",
        "Does something start a process or a thread in a loop, or again in each process that it starts?",
    ),
    FILES: (
        ActionRefused,
        f"your code wrote more than the {MOST_FILE_BYTES / 2**20:g} MB (or {MOST_FILES:,} files) that are allowed",
        "Is a file written in a loop that runs very often?",
    ),
}
TRACE_S = 0.5
# A spawned worker imports torch first, on a machine that may be busy.
START_S = 120.0
# A function of the suite that calls the student's code may be called by it again, but not without an end.
DEEPEST_CALLS = 25
# Outputs times leaves of one graph: each output becomes a node with an edge to every leaf.
MOST_EDGES = 200_000
MOST_LACKS = 100
# Of a reference: the classes that an object is of.
MOST_NAMES = 50
LONGEST_NAME = 200
LinkFault = Union[LinkTimeout, LinkClosed, OutputFlood, FrameError]
LINK_FAULTS = (LinkTimeout, LinkClosed, OutputFlood, FrameError)


class Session:
    """The judge's side of one worker.

    Args:
        worker: a worker that nobody has spoken to yet.
        source: where it came from; ends it.
        allowance: the time that it may take.
        output: takes what it prints.
        sources: the student's files, for messages.
        bounds: what its answers may hold.
        memory_words: the memory limit in words, for messages.
        members: what is known of the attributes of the student's objects, in all workers of the run.
        uses: takes what the suite asks the student's file for, in the terms of `grader.edits`.
    """

    def __init__(
        self,
        worker: WorkerProcess,
        source: WorkerSource,
        allowance: Allowance,
        output: OutputKeeper,
        sources: Sources,
        bounds: Bounds,
        memory_words: str,
        members: Members | None = None,
        uses: set[str] | None = None,
    ) -> None:
        self.alive = True
        self.answered = False  # whether code of the worker has run in this check
        self.has_seen = False  # whether something that the check forbids has run
        self.allowance = allowance
        self._depth = 0
        self._worker = worker
        self._source = source
        self._output = output
        self.sources = sources
        self._bounds = bounds
        self._memory_words = memory_words
        self._known_members = members or Members()
        self._uses = set() if uses is None else uses
        self._timed = _Timed(self)
        self._link = Link(worker, bounds, output, self._more_time)
        self.begin_tensors()
        self.isolation, self.lacks = self._greeting()

    def _greeting(self) -> tuple[str, tuple[str, ...]]:
        """Return level of isolation and lacks, which the worker tells before it has seen a line of foreign code."""
        try:
            header, _ = self._link.receive(time.monotonic() + START_S)
            return _read_greeting(header)
        # Not the student's time, and not the student's fault.
        except (LinkClosed, LinkTimeout, OutputFlood, FrameError) as error:
            ending = self.end(gone=not isinstance(error, (OutputFlood, FrameError)))
            said = self._output.take()[-1_000:]
            raise ConnectionError(f"a worker did not start: it {ending.words} {said}") from error

    def begin_tensors(self) -> None:
        """Forget all that the suite and the worker knew of each other's objects."""
        if self.alive:
            self._source.mark(self._worker)
        self.answered = False
        self.has_seen = False
        self.arguments = Arguments()
        self.twins = Twins()
        self.callbacks = Callbacks()
        self._proxies = Proxies()
        self.student: Proxy | None = None  # the student's module, where it has been imported
        # By number of its owner (or name of its module), and name: what was not asked for yet.
        self._unresolved: weakref.WeakValueDictionary[tuple[int | str, str], Member] = weakref.WeakValueDictionary()
        self._set_by_suite: set[tuple[str, str]] = set()  # module and name: what the judge cannot know from its own
        self._released_graphs: set[int] = set()

    # What the suite asks for

    def call(self, function: Proxy, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Call a remote function."""
        self.sources.called(called_name(function))
        return self.request("call", function=function, args=list(args), kwargs=kwargs)

    def apply(self, name: str, *args: Any) -> Any:
        """Apply a builtin of `grader.worker.serve` to remote objects and values."""
        return self.request("apply", args=list(args), plain={"name": name})

    def module(self, name: str) -> Proxy:
        """Import a module in the worker."""
        local = common_module(name)
        return self.ask_for(name) if local is None else self._shared(name, "", local)

    def ask_for(self, module: str, attribute: str = "") -> Any:
        """Return a module, or what it has under a name, as it is now."""
        found = self.expect(Proxy, self.request("module", plain={"name": module}))
        return self.apply("getattr", found, attribute) if attribute else found

    def attribute(self, owner: Proxy, name: str) -> Any:
        """Return an attribute; of what judge and worker have in common, the student's own and torch's alike, it is asked for as seldom as can be."""
        if owner is self.student:
            return self._name_of_student(owner, name)
        if isinstance(owner, Shared) and not owner._grade_attribute and owner._grade_asked is None:
            return self._member_of_library(owner, name)
        return self._attribute_of_student(owner, name)

    def _member_of_library(self, module: Shared, name: str) -> Any:
        local = getattr(module._grade_local, name, None)
        if isinstance(local, types.ModuleType) and common_module(local.__name__) is local:
            return self._shared(local.__name__, "", local)
        if isinstance(local, KINDS) and (module._grade_module, name) not in self._set_by_suite:
            return self._shared(module._grade_module, name, local)
        return self.apply("getattr", module, name)

    def _shared(self, module: str, attribute: str, local: Any) -> Shared:
        known = self._unresolved.get((module, attribute))
        if isinstance(known, Shared) and known._grade_asked is None:
            return known
        shared = self._unresolved[module, attribute] = Shared(self, module, attribute, local, names_of(local))
        return shared

    def _name_of_student(self, module: Proxy, name: str) -> Any:
        """Return what the student's module has under a name; that is all of the module that is used."""
        whole = WHOLE_TEXT in self._uses
        try:
            return self._attribute_of_student(module, name)
        finally:
            self._uses.add(name)
            if not whole:
                self._uses.discard(WHOLE_TEXT)

    def _attribute_of_student(self, owner: Proxy, name: str) -> Any:
        """Return an attribute: not asked for yet, where it was a function or class on an object of the same class before."""
        if isinstance(owner, Member):  # it has no number of its own yet
            return self.apply("getattr", owner, name)
        place = self._known_members.place(owner, name, is_student=owner is self.student)
        names = self._known_members.names_at(place)
        if names is None:
            value = self.apply("getattr", owner, name)
            self._known_members.note(place, value)
            return value
        member = self._unresolved.get((owner._grade_ref, name))
        if member is None or member._grade_asked is not None:
            member = self._unresolved[owner._grade_ref, name] = Member(owner, name, names)
        return member

    def set_attribute(self, owner: Proxy, name: str, value: Any) -> None:
        """Set an attribute, also of a module that else does not change."""
        self.forget_attribute(owner, name)
        if isinstance(owner, Shared):
            self._set_by_suite.add((owner._grade_module, name))
        self.apply("setattr", owner, name, value)

    def forget_attribute(self, owner: Proxy, name: str) -> None:
        """Take an attribute for one that changes; who holds what it was before holds on to that."""
        for (_, held), member in list(self._unresolved.items()):
            if held == name:
                member._grade_resolve()
        self._known_members.forget(name)

    def apply_next(self, iterator: Any) -> tuple[bool, Any]:
        """Return (ended, next item) of a remote iterator."""
        answer = self.apply("next", iterator)
        if type(answer) is not tuple or len(answer) != 2 or type(answer[0]) is not bool:
            raise self.broken("an iterator gave what is no item")
        return answer

    def expect(self, kind: type[T], value: Any) -> T:
        """Return `value`, an answer that only a worker out of order gives as anything else than a `kind`.

        Raises:
            CheckStopped: it is something else.
        """
        if type(value) is not kind:
            raise self.broken(f"an answer is no {kind.__name__}")
        return value  # type: ignore[no-any-return]  # its exact type has just been compared

    def vjp(
        self, graph: RemoteGraph, grads: Sequence[torch.Tensor | None], wanted: Sequence[bool], create_graph: bool
    ) -> list[torch.Tensor | None]:
        """Return the vector-Jacobian products of a remote graph."""
        plain = {"graph": graph.graph_id, "wanted": list(wanted), "create_graph": create_graph}
        products = self.request("vjp", grads=list(grads), plain=plain)
        if not isinstance(products, list) or len(products) != len(wanted):
            raise self.broken("the gradients are incomplete")
        if not all(product is None or isinstance(product, torch.Tensor) for product in products):
            raise self.broken("a gradient is no tensor")
        # torch's engine would raise here, in frames of ours, what then looks like a fault of the grader.
        if not all(product is None or kind_of(product) == kind for product, kind in zip(products, graph.kinds)):
            raise self.broken("a gradient does not fit what it belongs to")
        return products

    def request(self, op: str, *, plain: Tree | None = None, **values: Any) -> Any:
        """Send one request and return the decoded answer.

        Args:
            op: a request that `grader.worker.serve` knows.
            plain: fields that are JSON already.
            values: fields that are encoded as values.

        Raises:
            StudentError: the student's code raised; an instance of the nearest built-in exception type.
            CheckStopped: the worker died, ran too long, or did not answer in order.
        """
        if not self.alive:
            raise WorkerCrashed("the process that ran your code is gone", hint="")
        if self._depth >= DEEPEST_CALLS:
            self.end(gone=False)
            raise AnswerRefused(
                "your code and a function that the check passed to it call each other without an end",
                hint="Under which condition does your code call what it is given?",
            )
        encoder = RequestEncoder(self)
        header: Tree = {"op": op, "n": secrets.token_hex(8), "grad": torch.is_grad_enabled(), **(plain or {})}
        for name, value in values.items():
            header[name] = encoder.encode(value)
        header["held"] = self.twins.changes(encoder.tensors)
        header["release"] = self._proxies.take_released()
        header["release_graphs"] = emptied(self._released_graphs)
        header["tensors"] = encoder.tensors.table
        self._depth += 1
        try:
            with self._timed as deadline:
                self._link.send(header, encoder.tensors.payload, deadline)
            return self._await(header["n"])
        finally:
            self._depth -= 1
            self.answered = self.answered or op in ("call", "apply", "vjp")

    def _await(self, nonce: str) -> Any:
        """Wait for the answer to a request, serving callbacks meanwhile."""
        failed: BaseException | None = None
        while True:
            with self._timed as deadline:
                header, payload = self._link.receive(deadline)
            self.has_seen = self.has_seen or header.get("seen") is True
            with self._timed:  # a large answer is paid for by the code that gave it
                decoder = self._read(header, payload)
                if "callback" in header:
                    question = self._question(header, decoder)
                else:
                    answer = self._answer(header, nonce, decoder)
                    if self._depth == 1:  # a call inside a callback must not forget the arguments of the call around it
                        self.arguments.forget_plain()
            if "callback" not in header:
                if failed is not None:
                    raise failed
                return answer()
            failed = self._serve(question) or failed

    def _read(self, header: Tree, payload: bytearray) -> AnswerDecoder:
        """Take in tensors, twins and changed arguments of a frame."""
        rows = read_tensors(header, payload, self._bounds)
        outputs: list[torch.Tensor] = []
        decoder = AnswerDecoder(rows, self._bounds, self, outputs)

        def grad_of(index: Any) -> torch.Tensor:
            return decoder.tensor(index).clone()

        self.twins.update(header.get("held", []), decoder.placed, grad_of)
        self.arguments.update(header.get("changed", []), decoder.placed, grad_of)
        outputs.extend(self._attach(header.get("graph"), decoder))
        return decoder

    def _attach(self, graph: object, decoder: AnswerDecoder) -> list[torch.Tensor]:
        if graph is None:
            return []
        if not isinstance(graph, dict):
            raise FrameError("the graph of an answer is malformed")
        graph_id = number_of(graph.get("id"))
        outputs, leaf_rows = rows_of(graph.get("outputs")), rows_of(graph.get("leaves"))
        if len(outputs) * len(leaf_rows) > MOST_EDGES:
            raise FrameError("the graph of an answer is too large")
        values = [decoder.placed(row) for row in outputs]
        if not all(value.is_floating_point() or value.is_complex() for value in values):
            raise FrameError("a tensor of whole numbers cannot require grad")
        leaves = [self.arguments.get(row["id"]) if "id" in row else self.twins.get(row.get("h")) for row in leaf_rows]
        remote = RemoteGraph(graph_id, leaves, self.vjp, self._released_graphs.add)
        return remote.attach(values)

    def _answer(self, header: Tree, nonce: str, decoder: AnswerDecoder) -> Callable[[], Any]:
        """Return what yields the value of an answer, or raises what it reports."""
        if header.get("n") != nonce:
            raise FrameError("an answer does not belong to the request")
        if "ok" in header:
            value = decoder.decode(header["ok"])
            return lambda: value
        if "unsendable" in header:
            text = decoder.text(header["unsendable"])[:SIZE_OF_TEXT]
            raise AnswerRefused(
                f"your code returned {text}", hint="Does it return what the task asks for, and nothing larger?"
            )
        failure = read_failure(header.get("error"))
        return lambda: self._raise(failure)

    def _raise(self, failure: Failure) -> None:
        if failure.not_implemented:
            where = self.sources.where(failure.frames)
            module = re.match(r'Module \[(\w+)\] is missing the required "forward" function', failure.message)
            if module is not None:
                raise NotImplementedYet(
                    f"not implemented yet: `{module[1]}` has no method `forward`",
                    hint="Calling a module runs its forward: is it written, inside the class, and spelt just so?",
                    where=where,
                )
            raise NotImplementedYet("not implemented yet", where=where)
        if failure.is_a("MemoryError", "OutOfMemoryError") or "can't allocate memory" in failure.message:
            asked = re.search(r"you tried to allocate (\d{1,19}) bytes", failure.message)
            words = f"{int(asked[1]) / 2**30:,.1f} GB of memory, more" if asked else "more memory"
            raise OutOfMemory(
                f"your code asked for {words} than the {self._memory_words} that this check allows",
                hint="Is a tensor much larger than it needs to be, or does something grow in a loop?",
                where=self.sources.where(failure.frames),
                excerpt=self.sources.excerpt_of(failure.frames),
                detail=failure.message,
            )
        if failure.is_a("CallbackFailed"):
            raise AnswerRefused("the check stopped inside a function that your code called")
        raise student_error(failure)

    def _question(self, header: Tree, decoder: AnswerDecoder) -> Callable[[], Any]:
        args = decoder.decode(header.get("args"))
        kwargs = decoder.decode(header.get("kwargs"))
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise FrameError("the arguments of a callback are malformed")
        return lambda: self.callbacks.perform(header["callback"], args, kwargs)

    def _serve(self, question: Callable[[], Any]) -> BaseException | None:
        """Call the suite's function and send its result; return what it raised, to be raised again once the worker has answered."""
        encoder = RequestEncoder(self)
        reply: Tree
        raised: BaseException | None = None
        try:
            reply = {"result": encoder.encode(question())}
        except FrameError as error:
            raise self.broken(str(error)) from None
        except BaseException as error:
            if not self.alive:
                raise
            encoder, raised, reply = RequestEncoder(self), error, {"failed": True}
        reply["held"] = self.twins.changes(encoder.tensors)
        reply["tensors"] = encoder.tensors.table
        with self._timed as deadline:
            self._link.send(reply, encoder.tensors.payload, deadline)
        return raised

    # Objects

    def proxy(self, tree: Tree) -> Proxy:
        """Return the proxy of a reference that the worker sent."""
        ref = number_of(tree.get("r"))
        mro, of, name = _names(tree.get("mro")), _names(tree.get("of")), _names([tree.get("name")])[0]
        known = self._proxies.get(ref)
        if known is None:
            known = Proxy(self, ref, mro, of, name)
            self._proxies.add(ref, known)
        return known

    def reference_of(self, proxy: Proxy) -> Tree:
        """Return a proxy as the worker knows it."""
        if isinstance(proxy, Member):
            if proxy._grade_asked is None and proxy._grade_session is self:
                return proxy._grade_place()
            tree: Tree = RequestEncoder(self).encode(proxy._grade_resolve())
            return tree
        if proxy is self.student:
            self._uses.add(WHOLE_TEXT)
        if proxy._grade_session is not self:
            raise TypeError("this object lives in another worker; make it in this one")
        return {"$": "ref", "r": proxy._grade_ref}

    # Time, output and the end

    def _more_time(self) -> float:
        """Return the seconds to add for a worker that wanted to compute while the machine was busy with others."""
        usage = self._source.usage(self._worker)
        if not usage.waiting:
            return 0.0
        return self.allowance.grant(usage.processor_s)

    def stopped_by(self, fault: LinkFault) -> CheckStopped:
        """End the worker after what went wrong on the line; return the verdict."""
        if isinstance(fault, LinkTimeout):
            return self._timed_out()
        if isinstance(fault, LinkClosed):
            return self._crashed()
        if isinstance(fault, OutputFlood):
            limit = f"{self._output.limit_bytes / 2**20:g} MB"
            self.end(gone=False)
            return AnswerRefused(
                f"your code printed more than the {limit} that a check allows",
                hint="Is there a print inside a loop that runs very often?",
            )
        return self.broken(str(fault))

    def _timed_out(self) -> WorkerTimedOut:
        self._source.dump(self._worker)
        frames = self.sources.frames_of_dump(self._link.read_trace(TRACE_S))
        self.end(gone=False)
        limit = self.allowance.check_limit_s if self.allowance.check_left_s <= 0 else self.allowance.total_limit_s
        what = "this check allows" if self.allowance.check_left_s <= 0 else "all checks together are allowed"
        where = self.sources.where(frames)
        return WorkerTimedOut(
            f"your code was still running after the {limit:g} s that {what}"
            + (f"; it was at {where}" if where else ""),
            hint="Does the loop there end for every input? Is it a loop over single elements where one tensor operation would do?",
            where=where,
            excerpt=self.sources.excerpt_of(frames),
        )

    def _crashed(self) -> CheckStopped:
        ending = self.end(gone=True)
        if ending.excess in _EXCESSES:
            kind, message, hint = _EXCESSES[ending.excess]
            return kind(message.format(memory=self._memory_words), hint=hint)
        return WorkerCrashed(
            f"your code {ending.words}",
            hint="A call that ends the process (os._exit, or a library that fails hard) leaves no result to grade.",
        )

    def broken(self, reason: str) -> AnswerRefused:
        self.end(gone=False)
        return protocol_error(reason)

    def end(self, *, gone: bool = False) -> Any:
        """End the worker and all it started; returns how it ended, or None where it had been ended before."""
        if not self.alive:
            return None
        self.alive = False
        try:
            self._link.drain()
        except OutputFlood:
            pass  # it ends here anyway
        ending = self._source.end(self._worker, gone=gone)
        self._worker.close()
        return ending

    def take_output(self) -> str:
        """Return what was printed since the last time."""
        if self.alive:
            try:
                self._link.drain()
            except OutputFlood as flood:
                raise self.stopped_by(flood) from None
        return self._output.take()


class _Timed:
    """Charges a block to the student's time, and turns what goes wrong on the line into a verdict. One block at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._began = 0.0

    def __enter__(self) -> float:
        """Return the deadline."""
        self._began = time.monotonic()
        return self._began + self._session.allowance.left_s

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._session.allowance.spend(time.monotonic() - self._began)
        if isinstance(error, LINK_FAULTS):
            raise self._session.stopped_by(error) from None


def _read_greeting(header: Tree) -> tuple[str, tuple[str, ...]]:
    """Return level of isolation and lacks of a greeting.

    Raises:
        FrameError: it is malformed.
    """
    level, lacks = header.get("hello"), header.get("lacks")
    if not isinstance(level, str) or level not in {known.value for known in Level}:
        raise FrameError("the greeting names no level of isolation")
    if not isinstance(lacks, list) or len(lacks) > MOST_LACKS or not all(isinstance(lack, str) for lack in lacks):
        raise FrameError("the lacks of a greeting are malformed")
    return level, tuple(writable(lack[:SIZE_OF_TEXT]) for lack in lacks)


def _names(value: object) -> tuple[str, ...]:
    """Return names of classes that a reference tells.

    Raises:
        FrameError: they are malformed.
    """
    if type(value) is not list or len(value) > MOST_NAMES:
        raise FrameError("a reference is malformed")
    for text in value:
        if type(text) is not str or len(text) > LONGEST_NAME:
            raise FrameError("the type of a reference is malformed")
    return tuple(map(writable, value))


__all__ = ["Session", "StudentError"]

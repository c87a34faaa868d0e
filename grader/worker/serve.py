"""The worker's loop: read a request, do it, answer. One thread; nested requests arrive while a callback waits for its result."""

from __future__ import annotations

import contextlib
import importlib
import operator
import os
import random
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import torch

from grader.engine import wiping
from grader.wire.frames import REQUEST_BOUNDS, Bounds, header_text
from grader.wire.tensors import UnsupportedValue, read_tensors
from grader.wire.values import TooLarge, Tree
from grader.worker.attempts import Attempts
from grader.worker.channel import Channel, Disconnected
from grader.worker.codec import ReplyEncoder, RequestDecoder
from grader.worker.failures import describe
from grader.worker.graphs import GraphWatch
from grader.worker.objects import Objects, type_names
from grader.worker.observe import Observer
from grader.worker.student_file import StudentFiles
from grader.worker.tensors import Tensors

_TORCH_MODULES = torch.nn.Module.named_parameters.__code__.co_filename


class CallbackFailed(RuntimeError):
    """A function of the suite failed while the student's code called it; the judge already knows why."""


def _iterate(value: Any) -> Any:
    """Return an iterator; of a generator of torch's own modules (`named_parameters()`) all its items, which are there at once."""
    iterator = iter(value)
    if type(iterator) is types.GeneratorType and iterator.gi_code.co_filename == _TORCH_MODULES:
        return list(iterator)
    return iterator


def _next(iterator: Any) -> tuple[bool, Any]:
    """Return (ended, item): StopIteration must not look like an exception of the student's code."""
    for item in iterator:
        return False, item
    return True, None


_BUILTINS: dict[str, Callable[..., Any]] = {
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "contains": operator.contains,
    "len": len,
    "iter": _iterate,
    "next": _next,
    "bool": bool,
    "repr": lambda value: str.__str__(repr(value)),  # of the exact type, whatever a __repr__ returned
    "str": lambda value: str.__str__(str(value)),
    "eq": operator.eq,
    "enter": lambda manager: manager.__enter__(),
    "exit": lambda manager: manager.__exit__(None, None, None),
    "dir": dir,
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "hasattr": hasattr,
    "float": float,
    "int": int,
    "type_names": lambda value: type_names(type(value)),
}


class Server:
    """Answers one judge.

    Args:
        channel: the connection to the judge.
        bounds: the judge's bounds, which every reply has to keep.
        attempts: what the walls may refuse; None where there are none.
    """

    def __init__(self, channel: Channel, bounds: Bounds, attempts: Attempts | None = None) -> None:
        self._attempts = attempts
        self._channel = channel
        self._bounds = bounds
        self._files: StudentFiles | None = None
        self._student: Any = None
        self._switched_off = False  # autograd, for good, by the student's file
        self._observers: list[Observer] = []
        self._rules: Observer | None = None  # kept from check to check while the rules are the same
        self._watch: GraphWatch | None = None
        self._depth = 0
        self._check = 0
        self._folder: _Folder | None = None
        self._start_anew()

    def _start_anew(self) -> None:
        self._objects = Objects()
        self._tensors = Tensors()
        # By id of an attribute of the student's module: the name that the suite asked for.
        self._names: dict[int, str] = {}

    def run(self) -> None:
        """Serve until the judge hangs up."""
        with contextlib.suppress(Disconnected):
            while True:
                self._answer(*self._channel.receive())

    # One request

    def _answer(self, header: dict[str, Any], payload: bytearray) -> None:
        if self._attempts is not None and self._depth == 0:
            self._attempts.forget()
        self._depth += 1
        try:
            reply, encoder = self._reply(header, payload)
        finally:
            self._depth -= 1
        if self._rules is not None and self._rules.has_seen:
            reply["seen"] = True
        _flush()
        answer = header_text({"n": header["n"], **reply, "tensors": encoder.tensors.table})
        if len(answer) > self._bounds.header_bytes:
            encoder = self._encoder()
            seen = reply.get("seen", False)
            answer = header_text({"n": header["n"], "unsendable": "more text than can be handed over", "seen": seen})
        self._channel.send_text(answer, encoder.tensors.payload)
        if self._depth == 0:
            self._tensors.end_call()

    def _reply(self, header: dict[str, Any], payload: bytearray) -> tuple[dict[str, Any], ReplyEncoder]:
        try:
            value = self._perform(header, payload)
            encoder = self._encoder()  # not before: the beginning of a check makes objects and tensors anew
            reply: dict[str, Any] = {"ok": encoder.encode(value)}
        except (UnsupportedValue, TooLarge) as problem:
            encoder = self._encoder()
            reply = {"unsendable": str(problem)[:300]}
        # Border: whatever the student's code raises, SystemExit and KeyboardInterrupt included, is an answer.
        except BaseException as error:
            if isinstance(error, Disconnected):
                raise
            encoder = self._encoder()
            reply = {"error": self._describe(error)}
        if encoder.outputs:
            reply["graph"] = self._tensors.keep_graph(encoder.outputs) | {"outputs": encoder.output_rows}
        try:
            reply["changed"] = self._tensors.changed_arguments(encoder.tensors)
            reply["held"] = self._tensors.held_changes(encoder.tensors)
        except (UnsupportedValue, TooLarge) as problem:
            return {"unsendable": str(problem)[:300]}, self._encoder()
        return reply, encoder

    def _describe(self, error: BaseException) -> dict[str, Any]:
        try:
            return describe(error, self._files, self._attempts)
        except Exception as second:  # the student's own __str__ may fail; the type is still worth telling
            return {
                "mro": type_names(type(error)),
                "message": f"(its message cannot be shown: {type(second).__name__})",
                "frames": [],
            }

    def _encoder(self) -> ReplyEncoder:
        return ReplyEncoder(self._bounds, self._objects, self._tensors)

    def _decoder(self, rows: list[torch.Tensor]) -> RequestDecoder:
        return RequestDecoder(rows, REQUEST_BOUNDS, self._objects, self._tensors, self._call_back, self._member)

    def _member(self, ref: int, name: str) -> Any:
        """Return an attribute of an object that the judge holds."""
        owner = self._objects.get(ref)
        value = getattr(owner, name)
        if owner is self._student:
            self._names[id(value)] = name
        return value

    def _perform(self, header: dict[str, Any], payload: bytearray) -> Any:
        rows = read_tensors(header, payload, REQUEST_BOUNDS)
        decoder = self._decoder(rows)
        self._objects.release(header.get("release", []))
        self._tensors.release_graphs(header.get("release_graphs", []))
        self._tensors.update_held(header.get("held", []), decoder.tensor)
        action = getattr(self, f"_do_{header['op']}")
        before, wanted = torch.is_grad_enabled(), header.get("grad", True) and not self._switched_off
        if before != wanted:
            torch.set_grad_enabled(wanted)
        try:
            return action(header, decoder)
        finally:
            if torch.is_grad_enabled() != before:  # as asked, or as the student's code has left it
                torch.set_grad_enabled(before)

    # What a request may ask for

    def _do_import(self, header: dict[str, Any], decoder: RequestDecoder) -> Any:
        self._files = StudentFiles(header["file_name"], header["module_name"], header["source"], header["helpers"])
        for observer in {*self._observers, *([self._rules] if self._rules else [])}:
            observer.know(self._files)
        # Not observed: what a file runs while it is imported is nothing that a check calls.
        enabled = torch.is_grad_enabled()
        self._student = self._files.load()
        self._switched_off = enabled and not torch.is_grad_enabled()
        return self._student

    def _do_begin(self, header: dict[str, Any], decoder: RequestDecoder) -> list[Any]:
        """Begin a check: nothing of the one before is known any more, torch's global switches are back where they were.

        Returns the folder of the check and, where the student's file has been imported, its module.
        """
        self._start_anew()
        self._watch = None
        self._apply_rules(header["forbid"])
        seed_everything(header["seed"])
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        if torch.are_deterministic_algorithms_enabled():  # switching it, even off, imports torch._inductor
            torch.use_deterministic_algorithms(False)
        torch.set_num_threads(header["threads"])
        return [self._enter_empty_folder(header["scratch"]), self._student]

    def _apply_rules(self, forbidden: list[str]) -> None:
        while self._observers:
            self._end_observer()
        if self._rules is not None:
            self._rules.forget()
        if not forbidden:
            return
        if self._rules is not None and self._rules.forbidden != forbidden:
            self._rules.close()
            self._rules = None
        self._rules = self._rules or self._observer(forbidden, training=False)
        self._observers.append(self._rules)

    def _end_observer(self) -> Observer:
        """Take off the last observer and return it."""
        observer = self._observers.pop()
        if observer is not self._rules:
            observer.close()
        return observer

    def _enter_empty_folder(self, scratch: str) -> str:
        """Enter an empty folder, that of the check before where it still is one."""
        before = self._folder
        if before is None or not before.is_as_made():
            self._check += 1
            self._folder = _Folder(os.path.join(scratch, f"check-{os.getpid()}-{self._check}"))
            if before is not None:
                wiping.remove(before.path)
        assert self._folder is not None
        os.chdir(self._folder.path)
        return self._folder.path

    def _do_enter_folder(self, header: dict[str, Any], decoder: RequestDecoder) -> None:
        os.chdir(header["folder"])

    def _do_warm(self, header: dict[str, Any], decoder: RequestDecoder) -> None:
        from grader.worker.warming import warm  # few workers need it

        self._apply_rules(header["forbid"])
        with self._observed():
            warm()

    def _do_module(self, header: dict[str, Any], decoder: RequestDecoder) -> Any:
        return importlib.import_module(header["name"])

    def _do_call(self, header: dict[str, Any], decoder: RequestDecoder) -> Any:
        function = decoder.decode(header["function"])
        args = decoder.decode(header["args"])
        kwargs = dict(decoder.decode(header["kwargs"]))
        if not self._observers or self._depth > 1:
            return self._call(function, args, kwargs)
        with self._observed(self._place_of(function)):
            return self._call(function, args, kwargs)

    def _call(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._watch is None or self._depth > 1:
            return function(*args, **kwargs)
        with self._watch.watching(function, args, kwargs) as note_result:
            result = function(*args, **kwargs)
            note_result(result)
            return result

    def _do_apply(self, header: dict[str, Any], decoder: RequestDecoder) -> Any:
        args = decoder.decode(header["args"])
        action = _BUILTINS[header["name"]]
        if not self._observers or self._depth > 1:
            value = action(*args)
        else:
            with self._observed():
                value = action(*args)
        if header["name"] == "getattr" and args[0] is self._student:
            self._names[id(value)] = args[1]
        return value

    def _do_vjp(self, header: dict[str, Any], decoder: RequestDecoder) -> Any:
        grads = decoder.decode(header["grads"])
        with self._observed():
            return self._tensors.vjp(header["graph"], grads, header["wanted"], header["create_graph"])

    def _do_observe(self, header: dict[str, Any], decoder: RequestDecoder) -> None:
        self._observers.append(self._observer([], training=True))

    def _observer(self, forbidden: list[str], *, training: bool) -> Observer:
        return Observer(self._files, forbidden, training)

    def _do_observed(self, header: dict[str, Any], decoder: RequestDecoder) -> list[Any]:
        return self._end_observer().report() if self._observers else [[], []]

    def _do_trace(self, header: dict[str, Any], decoder: RequestDecoder) -> None:
        names = self._files.names if self._files else frozenset()
        self._watch = GraphWatch(names, decoder.decode(header["module"]))

    def _do_traced(self, header: dict[str, Any], decoder: RequestDecoder) -> list[Any]:
        watch, self._watch = self._watch, None
        return watch.report() if watch is not None else [[], False, None]

    @contextlib.contextmanager
    def _observed(self, place: tuple[int, str] | None = None) -> Iterator[None]:
        if self._depth != 1 or not self._observers:
            yield
            return
        with contextlib.ExitStack() as stack:
            for observer in self._observers:
                stack.enter_context(observer.active(place))
            yield

    def _place_of(self, function: Any) -> tuple[int, str] | None:
        """Return line and file where the student's file names what is called: a name of its own, or an object of a class of its own."""
        if self._files is None or not self._observers:
            return None
        kind = type(function)
        name = self._names.get(id(function)) or (kind.__name__ if kind.__module__ == self._files.module_name else None)
        return None if name is None else (self._files.line_of(name), self._files.file_name)

    # Functions and iterables of the suite

    def _call_back(self, target: Tree, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        watching: list[Observer | GraphWatch] = [*self._observers, *([self._watch] if self._watch else [])]
        for observer in watching:
            observer.paused = True
        try:
            return self._ask(target, args, kwargs)
        finally:
            for observer in watching:
                observer.paused = False

    def _ask(self, target: Tree, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        encoder = self._encoder()
        question: dict[str, Any] = {
            "callback": target,
            "args": encoder.encode(list(args)),
            "kwargs": encoder.encode(kwargs),
        }
        if encoder.outputs:
            question["graph"] = self._tensors.keep_graph(encoder.outputs) | {"outputs": encoder.output_rows}
        question["changed"] = self._tensors.changed_arguments(encoder.tensors)
        question["held"] = self._tensors.held_changes(encoder.tensors)
        _flush()
        self._channel.send({**question, "tensors": encoder.tensors.table}, encoder.tensors.payload)
        while True:
            header, payload = self._channel.receive()
            if "op" in header:
                self._answer(header, payload)
                continue
            if "failed" in header:
                raise CallbackFailed("the check stopped here")
            rows = read_tensors(header, payload, REQUEST_BOUNDS)
            decoder = self._decoder(rows)
            self._tensors.update_held(header.get("held", []), decoder.tensor)
            return decoder.decode(header["result"])


class _Folder:
    """A folder that was made for a check."""

    def __init__(self, path: str) -> None:
        self.path = path
        os.makedirs(path, exist_ok=True)
        self._made = self._state()

    def is_as_made(self) -> bool:
        """Say whether it is still the same one, and empty."""
        try:
            return self._state() == self._made and not os.listdir(self.path)
        except OSError:
            return False

    def _state(self) -> tuple[int, int, int]:
        status = os.lstat(self.path)
        return status.st_dev, status.st_ino, status.st_mode


def seed_everything(seed: int) -> None:
    """Seed Python's, torch's and NumPy's global generators."""
    random.seed(seed)
    # torch.manual_seed would import torch._dynamo, which takes longer than most checks.
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        torch.cuda.manual_seed_all(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # the student's code may have closed or replaced it; what is lost then is their output, not our answer

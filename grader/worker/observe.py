"""Observation of what the student's code runs: torch functions, forbidden classes and functions, training calls, with their lines.

Torch functions are seen by a `TorchFunctionMode`, which every Python entry into torch passes through, under whatever name it is
called, `torch.ops` included. Building a forbidden class is seen by a wrapper around its `__init__`, a call of a forbidden Python
function or of a forbidden module's C functions by the interpreter's profiler.
"""

from __future__ import annotations

import functools
import importlib
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook
from torch.overrides import TorchFunctionMode, get_overridable_functions, resolve_name

from grader.forbidden import REQUIRES_GRAD, falls_under
from grader.worker.student_file import StudentFiles

MOST_EVENTS = 100_000


class Observer:
    """Records (name, line) events while it is active; `close` takes away what it has put around classes.

    Args:
        files: the student's; None where they are not there yet.
        forbidden: names to watch for: torch functions, classes, Python functions, modules; nothing else is recorded.
        training: record all torch functions instead, in their order, and optimizer steps, `zero_grad` and mode changes.
    """

    def __init__(self, files: StudentFiles | None, forbidden: list[str], training: bool) -> None:
        self.paused = False
        self.forbidden = forbidden
        # (line, file) of the student's name for what the suite calls, where that need not have lines of its own.
        self.called: tuple[int, str] | None = None
        self.student_files: frozenset[str] = frozenset()
        self._events: dict[tuple[str, int, str], int] = {}
        self._order: list[int] = []
        self._training = training
        self._sought: dict[str, bool] = {}
        self.seeks_gradients = training or REQUIRES_GRAD in forbidden
        self._active = False
        classes, self._codes, self._modules = _resolve(tuple(forbidden))
        self.profiles = False
        self.know(files)
        self._mode = _FunctionMode(self)
        # For as long as the observer is there: changing a class costs more than most calls, since the interpreter
        # forgets then what it has learned of it.
        self._around = ExitStack()
        for name, kind in classes.items():
            self._around.enter_context(self._wrapped(kind, "__init__", name))
        if training:
            self._watch_training(self._around)

    def know(self, files: StudentFiles | None) -> None:
        """Learn of the student's files: their frames count as the student's."""
        if files is not None:
            self.student_files = files.names
            # The profiler is called so often that most of the time would be its own.
            self.profiles = bool(self._codes) or files.can_reach(self._modules)

    def close(self) -> None:
        """Leave every class as it was."""
        self._around.close()

    def forget(self) -> None:
        """Forget what has been recorded."""
        self._events.clear()
        self._order.clear()

    @contextmanager
    def active(self, place: tuple[int, str] | None) -> Iterator[None]:
        """Record while the block runs.

        Args:
            place: where the student's file names what is called: `gather = torch.gather` has no line that runs.
        """
        before, self.called = self.called, None if self._training else place
        self._active = True
        if self.profiles:
            sys.setprofile(self._profile)
        try:
            with self._mode:
                yield
        finally:
            if self.profiles:
                sys.setprofile(None)
            self._active = False
            self.called = before

    def record(self, name: str) -> None:
        """Add an event, if the student's code is what brought it about."""
        if self.paused or not self._active or not self._is_sought(name):
            return
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename not in self.student_files:
            frame = frame.f_back
        place = self.called if frame is None else (frame.f_lineno, frame.f_code.co_filename)
        if place is None:
            return
        event = (name, *place)
        number = self._events.setdefault(event, len(self._events))
        # For a rule it is enough to know that something ran.
        if number == len(self._order) or (self._training and len(self._order) < MOST_EVENTS):
            self._order.append(number)

    def _is_sought(self, name: str) -> bool:
        if self._training:
            return True
        known = self._sought.get(name)
        if known is None:
            known = self._sought[name] = any(falls_under(name, rule) for rule in self.forbidden)
        return known

    @property
    def has_seen(self) -> bool:
        """Whether there is anything to report."""
        return bool(self._events)

    def report(self) -> list[Any]:
        """Return the distinct events as [name, line, file], and their numbers in the order in which they ran."""
        return [[list(event) for event in self._events], self._order]

    def _wrapped(self, owner: type, method: str, name: str) -> Any:
        original = getattr(owner, method)

        def recording(*args: Any, **kwargs: Any) -> Any:
            self.record(name)
            return original(*args, **kwargs)

        recording.__wrapped__ = original  # type: ignore[attr-defined]  # keeps inspect.signature telling the original's
        recording.__name__ = method
        return _replaced(owner, method, recording)

    def _watch_training(self, stack: ExitStack) -> None:
        module, optimizer = torch.nn.Module, torch.optim.Optimizer
        for method in ("zero_grad", "train", "eval"):
            stack.enter_context(self._wrapped(module, method, f"torch.nn.Module.{method}"))
        stack.enter_context(self._wrapped(optimizer, "zero_grad", "torch.optim.Optimizer.zero_grad"))
        hook = register_optimizer_step_pre_hook(lambda *_: self.record("torch.optim.Optimizer.step"))
        stack.callback(hook.remove)

    def _profile(self, frame: types.FrameType, event: str, argument: Any) -> None:
        if event == "call":
            name = self._codes.get(frame.f_code)
            caller = frame.f_back
            if name is not None and caller is not None:
                self.record(name)
            elif self._modules and caller is not None and caller.f_code.co_filename in self.student_files:
                module = str(frame.f_globals.get("__name__") or "")
                if module.partition(".")[0] in self._modules:
                    self.record(f"{module}.{frame.f_code.co_name}")
        elif event == "c_call" and frame.f_code.co_filename in self.student_files:
            module = str(getattr(argument, "__module__", "") or "").partition(".")[0]
            if module in self._modules:
                self.record(f"{module}.{getattr(argument, '__name__', '?')}")


@contextmanager
def _replaced(owner: type, name: str, value: Any) -> Iterator[None]:
    inherited = name not in vars(owner)
    original = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if inherited:
            delattr(owner, name)
        else:
            setattr(owner, name, original)


class _FunctionMode(TorchFunctionMode):
    def __init__(self, observer: Observer) -> None:
        super().__init__()
        self._observer = observer

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if not self._observer.profiles:
            self._note(func, args, kwargs or {})
            return func(*args, **(kwargs or {}))
        profile = sys.getprofile()
        sys.setprofile(None)  # what runs in `_note` is nothing that a rule is about, and else most of what is profiled
        try:
            self._note(func, args, kwargs or {})
        finally:
            sys.setprofile(profile)
        return func(*args, **(kwargs or {}))

    def _note(self, func: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> None:
        name = function_name(func)
        self._observer.record(name)
        if self._observer.seeks_gradients and _asks_for_grad(name, args, kwargs):
            self._observer.record(REQUIRES_GRAD)


# Names of functions. By themselves, not by their id: what reads an attribute of a tensor is made anew each time, and equals the last one.
_names: dict[Callable[..., Any], str] = {}
_MOST_NAMES = 5_000
# Of these types equality and hash are the interpreter's own.
_FUNCTION_TYPES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
)


def function_name(func: Callable[..., Any]) -> str:
    """Return the canonical name of a function that a `TorchFunctionMode` is handed: `torch.gather`, `torch.Tensor.shape.__get__`."""
    if type(func) not in _FUNCTION_TYPES:
        return _ask_for_name(func)
    name = _names.get(func)
    if name is None:
        name = _ask_for_name(func)
        if len(_names) < _MOST_NAMES:
            _names[func] = name
    return name


def _ask_for_name(func: Callable[..., Any]) -> str:
    return resolve_name(func) or f"{getattr(func, '__module__', '?')}.{getattr(func, '__qualname__', '?')}"


def know_names() -> None:
    """Learn the names of all functions of torch, so that every worker that is forked from here knows them."""
    for functions in get_overridable_functions().values():
        for func in functions:
            if callable(func):
                function_name(func)


def _asks_for_grad(name: str, args: Any, kwargs: dict[str, Any]) -> bool:
    if name.endswith("requires_grad_"):
        return bool(args[1] if len(args) > 1 else kwargs.get("requires_grad", True))
    if name.endswith("requires_grad.__set__"):
        return bool(args[1])
    return kwargs.get("requires_grad") is True


@functools.lru_cache
def _resolve(names: tuple[str, ...]) -> tuple[dict[str, type], dict[types.CodeType, str], frozenset[str]]:
    """Sort forbidden names into classes, code objects of Python functions, and top-level modules outside torch."""
    classes: dict[str, type] = {}
    codes: dict[types.CodeType, str] = {}
    modules = set()
    for name in names:
        found = find_object(name)
        if isinstance(found, type):
            classes[name] = found
        elif isinstance(found, types.FunctionType):
            codes[found.__code__] = name
        elif isinstance(found, types.ModuleType) and name.startswith("torch."):
            codes |= {
                member.__code__: f"{name}.{key}"
                for key, member in vars(found).items()
                # What the module merely imports (torch.overrides.handle_torch_function, say) runs below much that is allowed.
                if isinstance(member, types.FunctionType)
                and member.__module__.startswith(name)
                and not key.startswith("_")
            }
        elif isinstance(found, types.ModuleType):
            modules.add(name)
    return classes, codes, frozenset(modules)


def find_object(dotted: str) -> Any:
    """Return the module, class or function of a dotted name; None where there is none. Parts of torch are imported where need be."""
    first, *others = dotted.split(".")
    found: Any = sys.modules.get(first)
    name = first
    for part in others:
        name = f"{name}.{part}"
        inner = getattr(found, part, None)
        if inner is None and first == "torch" and isinstance(found, types.ModuleType):
            try:
                inner = importlib.import_module(name)
            except ImportError:
                return None
        found = inner
    return found

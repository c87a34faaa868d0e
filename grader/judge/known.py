"""What the judge knows of the worker's tensors and the worker of the judge's: arguments, twins of parameters, callbacks."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import torch

from grader.judge.common import Names, names_of_method
from grader.wire.frames import FrameError
from grader.wire.shadow import Shadow
from grader.wire.tensors import TensorWriter
from grader.wire.values import SAFE_INT

if TYPE_CHECKING:
    from grader.judge.proxy import Proxy

Tree = dict[str, Any]
Place = tuple[str, str]  # class of the owner (empty: the student's module), name of the attribute
# What a worker may make the judge hold: rows of one table, and parameters with their gradients over a whole check.
MOST_ROWS = 20_000
MOST_TWINS = 20_000
MOST_TWIN_BYTES = 2**28


class Arguments:
    """Tensors that the suite has passed to the worker. Those that require grad keep their number for the whole check."""

    def __init__(self) -> None:
        self._by_number: dict[int, torch.Tensor] = {}
        self._number_of: dict[int, int] = {}
        self._next = 1

    def number(self, tensor: torch.Tensor) -> int:
        """Return the number under which the worker knows a tensor."""
        known = self._number_of.get(id(tensor))
        if known is None:
            known, self._next = self._next, self._next + 1
            self._by_number[known] = tensor  # keeps the tensor alive, so that its id stays its own
            self._number_of[id(tensor)] = known
        return known

    def get(self, number: object) -> torch.Tensor:
        """Return the suite's own tensor of a number."""
        tensor = self._by_number.get(number) if type(number) is int else None
        if tensor is None:
            raise FrameError("the value names an argument that was not passed")
        return tensor

    def forget_plain(self) -> None:
        """Forget what does not require grad: no graph can refer to it after its call."""
        for number, tensor in list(self._by_number.items()):
            if not tensor.requires_grad:
                del self._by_number[number], self._number_of[id(tensor)]

    def update(
        self, changes: object, tensor_of: Callable[[Tree], torch.Tensor], grad_of: Callable[[Any], torch.Tensor]
    ) -> None:
        """Carry out on the suite's own tensors what the student's code did to them in place."""
        for change in rows_of(changes):
            tensor = self.get(change.get("id"))
            if "i" in change:
                _overwrite(tensor, tensor_of(change))
            if "grad" in change:
                _set_grad(tensor, None if change["grad"] is None else grad_of(change["grad"]))


class Twins:
    """The judge's own copies of the student's parameters (and other leaves that require grad), one each for a whole check."""

    def __init__(self) -> None:
        self._twins: dict[int, tuple[torch.Tensor, Shadow]] = {}
        self._handle_of: dict[int, int] = {}
        self._bytes_of: dict[int, int] = {}
        self._bytes = 0

    def handle_of(self, tensor: torch.Tensor) -> int | None:
        """Return the handle of a twin; None for any other tensor."""
        return self._handle_of.get(id(tensor))

    def get(self, handle: object) -> torch.Tensor:
        """Return the twin of a handle."""
        if type(handle) is not int or handle not in self._twins:
            raise FrameError("the value names a parameter that was not told")
        return self._twins[handle][0]

    def update(
        self, states: object, tensor_of: Callable[[Tree], torch.Tensor], grad_of: Callable[[Any], torch.Tensor]
    ) -> None:
        """Make new twins and take over what changed in the worker."""
        for state in rows_of(states):
            handle = number_of(state.get("h"))
            if handle not in self._twins:
                self._add(handle, tensor_of(state), state.get("param") is True, state.get("rg") is True)
            elif "i" in state:
                self._twins[handle][0].grad = None
                _overwrite(self._twins[handle][0], tensor_of(state))
            twin = self._twins[handle][0]
            _set_requires_grad(twin, state.get("rg") is True)
            _set_grad(twin, None if state.get("grad") is None else grad_of(state["grad"]))
            self._weigh(handle, twin)
            self._twins[handle] = (twin, Shadow(twin))

    def changes(self, writer: TensorWriter) -> list[Tree]:
        """Return what the suite changed in twins since both sides last agreed."""
        changed = []
        for handle, (twin, shadow) in self._twins.items():
            if not shadow.differs(twin):
                continue
            state: Tree = {"h": handle, "rg": twin.requires_grad}
            if shadow.data_differs(twin):
                state["i"] = writer.add(twin)
            if shadow.grad_differs(twin):
                state["grad"] = None if twin.grad is None else writer.add(twin.grad)
            shadow.renew(twin)
            changed.append(state)
        return changed

    def _weigh(self, handle: int, twin: torch.Tensor) -> None:
        size = twin.nbytes + (0 if twin.grad is None else twin.grad.nbytes)
        self._bytes += size - self._bytes_of.get(handle, 0)
        self._bytes_of[handle] = size
        if self._bytes > MOST_TWIN_BYTES:
            raise FrameError("the parameters are too large to be kept in step")

    def _add(self, handle: int, values: torch.Tensor, is_parameter: bool, requires_grad: bool) -> None:
        if len(self._twins) >= MOST_TWINS:
            raise FrameError("there are too many parameters")
        if requires_grad and not (values.is_floating_point() or values.is_complex()):
            raise FrameError("a tensor of whole numbers cannot require grad")
        twin = (
            torch.nn.Parameter(values, requires_grad=requires_grad)
            if is_parameter
            else values.requires_grad_(requires_grad)
        )
        self._twins[handle] = (twin, Shadow(twin))
        self._handle_of[id(twin)] = handle


class Proxies:
    """Objects of the worker that the suite holds, by number, and the numbers of those that it no longer holds."""

    def __init__(self) -> None:
        self._known: dict[int, _Numbered] = {}
        self._released: set[int] = set()

    def get(self, number: int) -> Proxy | None:
        """Return the proxy of a number, where the suite still has it."""
        known = self._known.get(number)
        return None if known is None else known()

    def add(self, number: int, proxy: Proxy) -> None:
        """Know a proxy for as long as the suite has it."""
        self._known[number] = _Numbered(proxy, self._forget)
        self._known[number].number = number
        self._released.discard(number)  # its last proxy may have died while this answer was on its way

    def take_released(self) -> list[int]:
        """Return the numbers that nothing here refers to any more, each once."""
        return emptied(self._released)

    def _forget(self, gone: _Numbered) -> None:
        if self._known.get(gone.number) is gone:
            del self._known[gone.number]
            self._released.add(gone.number)


class Members:
    """Which attributes of the student's objects are methods, which of the student's module functions and classes.

    They are taken to be that again in every worker of the run. Attributes of instances that are no bound methods may
    differ from one to the next, and those of classes and of other modules have no place: nothing is taken for granted there.
    """

    def __init__(self) -> None:
        self._names: dict[Place, Names] = {}  # as the worker claims them
        self._changed: set[str] = set()  # attributes that the suite has set or deleted

    def place(self, owner: Proxy, name: str, *, is_student: bool) -> Place | None:
        """Return what an attribute is known under; None where nothing is to be known."""
        if is_student:
            return "", name
        kind = owner._grade_mro[0] if owner._grade_mro else ""
        return None if kind in ("", "builtins.module") or owner._grade_of else (kind, name)

    def names_at(self, place: Place | None) -> Names | None:
        """Return what is known of an attribute that is a method, function or class; None where nothing is. Of torch's own classes the judge knows it itself."""
        if place is None:
            return None
        is_as_made = bool(place[0]) and place[1] not in self._changed
        return self._names.get(place) or (names_of_method(*place) if is_as_made else None)

    def note(self, place: Place | None, value: Any) -> None:
        """Take in what an attribute is."""
        if place is None or not hasattr(type(value), "_grade_mro"):
            return
        is_method = value._grade_mro[:1] == ("builtins.method",)
        if is_method or (not place[0] and (value._grade_of or value._grade_name)):
            self._names[place] = value._grade_mro, value._grade_of, value._grade_name

    def forget(self, name: str) -> None:
        """Take nothing for granted any more of attributes of this name."""
        self._changed.add(name)
        for place in [place for place in self._names if place[1] == name]:
            del self._names[place]


class _Numbered(weakref.ref["Proxy"]):
    __slots__ = ("number",)
    number: int


class Callbacks:
    """Functions, iterables and iterators of the suite that the worker may ask for, by number."""

    def __init__(self) -> None:
        self._by_number: dict[int, Any] = {}
        self._number_of: dict[int, int] = {}

    def add(self, value: Any) -> int:
        """Return the number of a function or iterable."""
        if id(value) not in self._number_of:
            number = len(self._by_number) + 1
            self._by_number[number] = value
            self._number_of[id(value)] = number
        return self._number_of[id(value)]

    def get(self, number: object) -> Any:
        """Return what a number stands for."""
        if type(number) is not int or number not in self._by_number:
            raise FrameError("a callback is called that was never passed")
        return self._by_number[number]

    def perform(self, target: object, args: list[Any], kwargs: dict[Any, Any]) -> Any:
        """Do what the worker asks: call a function, start an iteration, or take its next item as (ended, item)."""
        if not isinstance(target, dict) or len(target) != 1:
            raise FrameError("a callback is malformed")
        if not all(isinstance(key, str) for key in kwargs):
            raise FrameError("the keywords of a callback are malformed")
        kind, number = next(iter(target.items()))
        found = self.get(number)
        if kind == "iter" and isinstance(found, Iterable):
            return self.add(iter(found))
        if kind == "next" and isinstance(found, Iterable):
            for item in found:
                return False, item
            return True, None
        if kind == "call" and callable(found):
            return found(*args, **kwargs)
        raise FrameError("a callback is malformed")


def emptied(numbers: set[int]) -> list[int]:
    """Return what a set holds and empty it in place: finalizers of this check add to this very set, at any moment."""
    taken = []
    while numbers:
        taken.append(numbers.pop())
    return taken


def rows_of(value: object) -> list[Tree]:
    """Return a list of objects of a header."""
    if type(value) is not list:
        raise FrameError("a table of the header is malformed")
    if len(value) > MOST_ROWS:
        raise FrameError("a table of the header is too long")
    for row in value:
        if type(row) is not dict:
            raise FrameError("a table of the header is malformed")
    return value


def number_of(value: object) -> int:
    """Return the number that the worker gave to a parameter, an object or a graph.

    Bounded, because it becomes the key of a dict: among ints without a bound many share a hash, and each would be compared with all.
    """
    if type(value) is not int or not 0 <= value < SAFE_INT:
        raise FrameError("something is named by what is no number of the worker")
    return value


def _overwrite(tensor: torch.Tensor, values: torch.Tensor) -> None:
    with torch.no_grad():
        if tensor.shape == values.shape and tensor.dtype == values.dtype and tensor.device == values.device:
            try:
                tensor.copy_(values)
                return
            except RuntimeError:  # an expanded tensor cannot be written cell by cell; below it gets memory of its own
                pass
        try:
            tensor.data = values
        except RuntimeError:
            raise FrameError("new values of a tensor are of a kind that it cannot take") from None


def _set_requires_grad(tensor: torch.Tensor, flag: bool) -> None:
    if tensor.is_leaf and tensor.requires_grad != flag:
        try:
            tensor.requires_grad_(flag)
        except RuntimeError:
            raise FrameError("a tensor of whole numbers cannot require grad") from None


def _set_grad(tensor: torch.Tensor, grad: torch.Tensor | None) -> None:
    try:
        tensor.grad = None if grad is None else grad.to(tensor.device)
    except (RuntimeError, TypeError):
        raise FrameError("a gradient does not fit its tensor") from None

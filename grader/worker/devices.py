"""Trying the student's code on a GPU where there is none: the values stay on the CPU, each tensor wears the name of the device that it would lie on.

A `TorchFunctionMode` sees every Python entry into torch: it answers what asks for a device, lets tensors move, hands the device of what goes
into an operation on to what comes out, and refuses, as a GPU does, an operation on tensors of two devices. A tensor that comes from where the
mode cannot see (NumPy, a custom `autograd.Function`) wears no name and meets both kinds.
"""

from __future__ import annotations

import contextlib
import linecache
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader

from grader.worker.observe import function_name

GPU = torch.device("cuda", 0)
CPU = torch.device("cpu")
_LIKE = frozenset(
    {
        "zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like", "randint_like",
        "new_zeros", "new_ones", "new_empty", "new_full", "new_tensor",
    }
)  # fmt: skip
_MOVES = frozenset({"to", "cuda", "cpu", "type", "type_as"})
# These take what lies on either device.
_COPYING = frozenset({"__setitem__", "copy_", "set_", "data", "requires_grad_", "load_state_dict"})
# What torch.nn.Module.to asks before it moves anything.
_OF_MODULE_TO = frozenset({"_parse_to", "_has_compatible_shallow_copy_type"})
_TO_NUMPY = frozenset({"numpy", "__array__"})


def devices_of_result(
    called: Any, name: str, build: list[Any] | None, args: list[Any], method: str, attribute: str, place: str
) -> list[str]:
    """Call student code on a machine with a GPU that is only played; return the types of device that the tensors of the result lie on.

    Args:
        called: the student's function, or a class of modules; or the student's module: then the file is executed again first, so that
            what it asks at import is answered as on such a machine.
        name: of the function or class.
        build: arguments that make a module of that class; None for a function.
        args: of the call; tensors lie on `place`.
        method: of the module, called in its place; empty to call the module itself.
        attribute: look at this attribute of the module afterwards, instead of at the result; empty for the result.
        place: `cuda` or `cpu`: where the module is moved to before the call.
    """
    played, there = PlayedGpu(), torch.device(place, 0) if place == "cuda" else CPU
    for tensor in _tensors_in(args):
        played.place(tensor, there)
    with played, _as_on_such_a_machine(called, name) as found:
        module = None if build is None else found(*build)
        if module is not None:
            module.to(place)
            found = getattr(module, method) if method else module
        result = found(*args)
        looked_at = getattr(module, attribute) if attribute else result
    places = {played.place_of(tensor) for tensor in _tensors_in(looked_at)}
    return sorted(place.type for place in places if place is not None)


def left_elsewhere(
    called: Any, name: str, args: list[Any], net: Any, optimizer: Any, start: str, end: str
) -> list[str]:
    """Call with a net on a played machine with a GPU; return which tensors of the net and its optimizer do not lie where they should afterwards.

    Args:
        called: the student's function, or the student's module, as in `devices_of_result`; a `torch.load` reads to where `map_location` says.
        name: of the function.
        args: of the call; what a DataLoader among them gives lies on the CPU.
        net: a module.
        optimizer: over its parameters; None where there is none. Its counts of steps, which torch keeps on the CPU, are left out.
        start: `cuda` or `cpu`: where the net lies before the call.
        end: where it should lie afterwards.
    """
    played, places = PlayedGpu(), {"cuda": GPU, "cpu": CPU}
    for tensor in (*net.parameters(), *net.buffers()):
        played.place(tensor, places[start])
    for dataset in (value.dataset for value in args if isinstance(value, DataLoader)):
        for tensor in _tensors_in(list(vars(dataset).values())):
            played.place(tensor, CPU)
    with played, _loading(played), _as_on_such_a_machine(called, name) as function:
        function(*args)
    held = dict([*net.named_parameters(), *net.named_buffers()])
    for number, state in enumerate(() if optimizer is None else optimizer.state.values()):
        held |= {f"optimizer.state[{number}][{key!r}]": value for key, value in state.items() if key != "step"}
    known = {name: played.place_of(value) for name, value in held.items() if isinstance(value, torch.Tensor)}
    return [name for name, place in known.items() if place is not None and place != places[end]]


def _executed_again(student: types.ModuleType) -> types.ModuleType:
    """Return the student's module as its file makes it now; the one that others have imported stays."""
    again = types.ModuleType(student.__name__)
    again.__file__ = student.__file__
    exec(compile("".join(linecache.getlines(str(student.__file__))), str(student.__file__), "exec", dont_inherit=True), again.__dict__)
    return again


@contextlib.contextmanager
def _as_on_such_a_machine(called: Any, name: str) -> Iterator[Any]:
    """Give what is called; of a module what its file makes under this name where torch answers that there is a GPU, as it does in the block."""
    if not isinstance(called, types.ModuleType):
        yield called
        return
    cuda = torch.cuda
    before = cuda.is_available, cuda.device_count, cuda.current_device
    cuda.is_available, cuda.device_count, cuda.current_device = lambda: True, lambda: 1, lambda: 0
    try:
        yield getattr(_executed_again(called), name)
    finally:
        cuda.is_available, cuda.device_count, cuda.current_device = before
        torch.set_default_device(None)  # the student's file may have set it, to a device that is not there


@contextlib.contextmanager
def _loading(played: PlayedGpu) -> Iterator[None]:
    """Let `torch.load` put what it reads where `map_location` says, and all of it on the CPU where it says nothing."""
    original = torch.load

    def load(file: Any, map_location: Any = None, *args: Any, **kwargs: Any) -> Any:
        named = list(map_location.values()) if isinstance(map_location, dict) else [map_location]
        is_on_gpu = any(str(place).startswith("cuda") for place in named)
        loaded = original(file, "cpu" if is_on_gpu else map_location, *args, **kwargs)
        for tensor in _tensors_in(loaded):
            played.place(tensor, GPU if is_on_gpu else CPU)
        return loaded

    torch.load = load  # type: ignore[assignment]  # of the same signature, as far as it looks
    try:
        yield
    finally:
        torch.load = original


class PlayedGpu(TorchFunctionMode):
    """While it is active, tensors lie on the devices that they wear the names of."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[int, tuple[weakref.ref[torch.Tensor], torch.device]] = {}

    def place(self, tensor: torch.Tensor, device: torch.device | None) -> None:
        """Let a tensor lie on a device."""
        if device is not None:
            self._places[id(tensor)] = (weakref.ref(tensor), device)

    def place_of(self, tensor: torch.Tensor) -> torch.device | None:
        """Return where a tensor lies; None where that is not known."""
        entry = self._places.get(id(tensor))
        return entry[1] if entry is not None and entry[0]() is tensor else None

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        full = function_name(func)
        name = full.removesuffix(".__get__").rpartition(".")[2]
        kwargs = kwargs or {}
        if name in _OF_MODULE_TO:
            return func(*args, **kwargs)
        if full.endswith(".data.__set__"):
            self.place(args[0], self.place_of(args[1]))
            return func(*args, **kwargs)
        if name in ("device", "is_cuda", "get_device"):
            return self._asked(name, args[0], func)
        inputs = list(_tensors_in([args, kwargs]))
        target = self._target(name, inputs, args, kwargs)
        if name in _TO_NUMPY and inputs and self.place_of(inputs[0]) == GPU and not kwargs.get("force"):
            raise TypeError("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.")
        if name not in _COPYING and target is None:
            self._refuse_a_mixture(name, inputs, args)
        args, kwargs = _on_cpu(args), _on_cpu(kwargs)
        output = func(*args, **kwargs) if name != "cuda" else args[0]
        if target is not None and isinstance(output, torch.Tensor) and any(output is known for known in inputs):
            output = output.clone() if self.place_of(output) != target else output
        place = target or self._place_of_result(name, inputs)
        for tensor in _tensors_in(output):
            if not any(tensor is known for known in inputs):
                self.place(tensor, place)
            elif target is not None:
                self.place(tensor, target)
        return output

    def _asked(self, name: str, tensor: torch.Tensor, func: Callable[..., Any]) -> Any:
        is_on_gpu = self.place_of(tensor) == GPU
        if name == "is_cuda":
            return is_on_gpu
        if name == "get_device":
            return 0 if is_on_gpu else -1
        return GPU if is_on_gpu else func(tensor)

    def _target(self, name: str, inputs: list[torch.Tensor], args: Any, kwargs: Any) -> torch.device | None:
        """Return the device that a call names for its result; None where it names none."""
        if name == "cuda":
            return GPU
        if name == "cpu":
            return CPU
        named = [kwargs["device"]] if kwargs.get("device") is not None else list(args[1:]) if name == "to" else []
        for value in named:
            if isinstance(value, torch.device) or (isinstance(value, str) and not value.startswith("torch.")):
                return GPU if str(value).startswith("cuda") else CPU
        if name in ("to", "type_as") and len(inputs) > 1:
            return self.place_of(inputs[1])
        if not inputs:  # a factory
            return CPU
        if name in ("tensor", "as_tensor") and not isinstance(args[0], torch.Tensor):
            return CPU  # a list of numbers, tensors though they be
        return self.place_of(inputs[0]) if name in _LIKE or name in _MOVES else None

    def _refuse_a_mixture(self, name: str, inputs: list[torch.Tensor], args: Any) -> None:
        if name == "__getitem__" and self.place_of(args[0]) != CPU:
            return  # an index may lie on the CPU
        places = [(self.place_of(tensor), tensor.dim()) for tensor in inputs]
        # A number of the CPU (a tensor without dimensions) meets any tensor.
        if any(place == GPU for place, _ in places) and any(place == CPU and dims > 0 for place, dims in places):
            raise RuntimeError("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!")

    def _place_of_result(self, name: str, inputs: list[torch.Tensor]) -> torch.device | None:
        if name == "__getitem__" and inputs:
            return self.place_of(inputs[0])
        places = [self.place_of(tensor) for tensor in inputs]
        if GPU in places:
            return GPU
        return CPU if places and all(place == CPU for place in places) else None


def _on_cpu(value: Any) -> Any:
    """Return arguments with the CPU in the place of the GPU that is played."""
    if isinstance(value, torch.device):
        return CPU if value.type == "cuda" else value
    if isinstance(value, str):
        return "cpu" if value == "cuda" or value.startswith("cuda:") else value
    if type(value) is tuple:
        return tuple(_on_cpu(item) for item in value)
    if type(value) is dict:
        return {key: _on_cpu(item) for key, item in value.items()}
    return value


def _tensors_in(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _tensors_in(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors_in(item)

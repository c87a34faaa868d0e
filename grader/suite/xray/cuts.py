"""The words for a gradient path that was cut: by which operation, at which line, and why that ends it."""

from __future__ import annotations

from grader.judge.traces import Fate, Trace
from grader.suite.xray.fault import Fault

# Last part of an operation's name -> how it ends a path, to follow "it is cut by".
_CUTTING = {
    "detach": "`.detach()`, which returns a tensor outside the graph",
    "detach_": "`.detach_()`, which takes the tensor out of the graph",
    "data": "`.data`, which reads the values past autograd",
    "no_grad": "torch.no_grad() (or inference_mode), under which autograd records nothing",
    "tensor": "`torch.tensor(...)`, which copies values into a new tensor outside the graph",
    "new_tensor": "`new_tensor(...)`, which copies values into a new tensor outside the graph",
    "item": "`.item()`, which makes a plain Python number of it",
    "tolist": "`.tolist()`, which makes plain Python numbers of it",
    "numpy": "`.numpy()`, a detour through NumPy, of which autograd knows nothing",
    "__array__": "a detour through NumPy, of which autograd knows nothing",
    "__float__": "`float(...)`, which makes a plain Python number of it",
    "__int__": "`int(...)`, which makes a plain Python number of it",
    "__index__": "its use as a plain Python index",
    "__complex__": "`complex(...)`, which makes a plain Python number of it",
}
_WHOLE = frozenset({"long", "int", "short", "char", "byte", "to", "type", "bool"})
_COMPARING = frozenset({"eq", "ne", "gt", "ge", "lt", "le", "__eq__", "__ne__", "__gt__", "__ge__", "__lt__", "__le__", "isnan", "logical_not"})
_HINTS = {
    "no_grad": "Where does that block, or decorator, begin, and does this line belong into it?",
    "numpy": "Is there a torch operation for what NumPy does here? Then the values need not leave the graph.",
    "item": "Numbers know nothing of the tensor that they come from. Can the computation go on with the tensor?",
}
_OF_A_KIND = {"__array__": "numpy", "tolist": "item", "__float__": "item", "__int__": "item", "__index__": "item", "__complex__": "item"}
_CUT_HINT = "What does this line hand on: a tensor that remembers how it was computed, or only its values?"


def explain_path(trace: Trace, name: str, *, called: str = "") -> Fault | None:
    """Return the words for the cut path of a parameter or argument; None where it is alive or nothing is known of it.

    Args:
        trace: of `remote.trace()`.
        name: as `Trace.fates` has it.
        called: what it is called in the message; by default its name.
    """
    fate, called = trace.fates.get(name), called or f"`{name}`"
    if fate is None or fate.state == "alive":
        return None
    if fate.state == "cut":
        return Fault(name, f"the gradient path from {called} to the result is cut at {fate.place}, by {_words_of(fate)}", _hint_of(fate), fate.place)
    if fate.state == "left":
        return Fault(name, f"the values of {called} leave the autograd graph at {fate.place}, by {_words_of(fate)}", _hint_of(fate), fate.place)
    if not trace.is_complete:
        return None
    if trace.foreign is not None:
        what = f"the result is computed from another parameter than {called}, one that the module does not know (first used at {trace.foreign})"
        return Fault(name, what, "Is nn.Parameter(...) called in forward, or is the parameter kept where the module does not find it?", trace.foreign)
    if fate.state == "unused":
        return Fault(name, f"nothing of the result is computed with {called}", "Which line of your code should use it, and does that line run?")
    return Fault(name, f"{called} is computed with, but nothing of that reaches the result", "Is a result overwritten, or computed and never used?")


def cut_off(trace: Trace, name: str, *, result: str = "the result") -> Fault:
    """Return the words for a result that has no graph at all, with the cut on the way from `name` where one was seen."""
    path = explain_path(trace, name)
    what = f"{result} is cut off from autograd: it has no grad_fn"
    if path is None:
        return Fault(name, what, "Are the tensors that should learn nn.Parameters, and does every step to the result stay a tensor operation?")
    return Fault(name, f"{what}; {path.what}", path.hint, path.place)


def _words_of(fate: Fate) -> str:
    operation = fate.operation
    if operation in _CUTTING:
        return _CUTTING[operation]
    if operation in _WHOLE:
        return f"`{operation}`, which makes whole numbers (or truth values) of it: these have no gradient"
    if operation in _COMPARING:
        return "a comparison, whose truth values have no gradient"
    return f"`{operation[:40]}`, through which no gradient flows"


def _hint_of(fate: Fate) -> str:
    return _HINTS.get(_OF_A_KIND.get(fate.operation, fate.operation), _CUT_HINT)

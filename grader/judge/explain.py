"""From an exception of the student's code to words: what happened, where, what to look at next."""

from __future__ import annotations

import re
from dataclasses import dataclass

import torch

from grader.judge.errors import Failure
from grader.judge.sources import Sources
from grader.records import Excerpt, Verdict

LONGEST = 600


@dataclass(frozen=True)
class Explanation:
    """Words for the student."""

    message: str
    hint: str
    where: str
    excerpt: Excerpt | None
    verdict: Verdict = Verdict.FAILED


# Pattern of the message, and what to look at next. The first that matches speaks.
_HINTS: tuple[tuple[str, str], ...] = (
    (
        r"(before|to call) Module\.__init__\(\)|has no attribute '_(parameters|modules|buffers)'",
        "Is super().__init__() the first line of your __init__? Without it an nn.Module cannot register anything.",
    ),
    (
        r"cannot assign '.*' as parameter|cannot assign '.*' object to (parameter|buffer)",
        "Once a name is registered as a parameter or buffer, only one of its kind (or None) can be assigned to it.",
    ),
    (
        r"cannot access local variable|referenced before assignment",
        "This name has no value yet: it gets one only inside a loop, an `if` or a `try` that did not run for this input.",
    ),
    (
        r"Error\(s\) in loading state_dict",
        "A state_dict fits a net whose tensors have the same names and shapes. Print both: list(net.state_dict()) and the names in what "
        "is loaded. Was it saved from another net, or read from another file?",
    ),
    (
        r"mat1 and mat2 shapes cannot be multiplied|size mismatch|inconsistent tensor size|expected size for first two dimensions",
        "Print the shapes of both factors just before this line: the last dimension of the first has to equal the first of the second. Is "
        "one of them transposed, or do they stand in the wrong order?",
    ),
    (
        r"shape '.*' is invalid for input of size",
        "Print x.shape before this line. How many numbers are there, and which dimension must keep the batch?",
    ),
    (
        r"The size of tensor a .* must match the size of tensor b",
        "Print both shapes: broadcasting aligns them from the right, and two sizes fit only if they are equal or one of them is 1.",
    ),
    (
        r"element 0 of tensors does not require grad|does not have a grad_fn",
        "Something between the parameters and this result cut the graph: .data, .detach(), .item(), no_grad, NumPy, "
        "or a plain tensor where a parameter should be.",
    ),
    (
        r"a leaf Variable that requires grad is being used in an in-place operation|a view of a leaf Variable that requires grad",
        "A tensor that asks for gradients (the input, or a parameter) is changed in place while autograd records. Make a "
        "new tensor of it; the updates of a training step belong under torch.no_grad().",
    ),
    (
        r"modified by an inplace operation",
        "A tensor that the backward pass still needs was changed in place. Look for +=, -= and methods that end in an underscore.",
    ),
    (
        r"Trying to backward through the graph a second time",
        "backward() frees the graph. Is it called twice, or is a result of an earlier step kept?",
    ),
    (
        r"Expected all tensors to be on the same device|expected .* on cuda|Expected object of (device|backend)",
        "A tensor was made on the CPU while the others are on the GPU. Make it on the device of what it meets: x.device.",
    ),
    (
        r"expected scalar type|expected m1 and m2 to have the same dtype|must have the same dtype|Input type .* and (weight|bias) type",
        "Two tensors of different dtype meet. Make new tensors in the dtype of what they meet: x.dtype.",
    ),
    (
        r"expected object of scalar type Long|expects? .* (index|int64)|scatter\(\): Expected dtype int64",
        "Indices and class labels have to be int64.",
    ),
    (
        r"[Cc]an't call numpy\(\) on Tensor that requires grad",
        "A detour through NumPy leaves autograd. Is there a torch function for this?",
    ),
    (
        r"only (one element|integer) tensors?|a Tensor with \d+ elements cannot be converted to Scalar|Boolean value of Tensor with more than one value",
        "A tensor with several elements stands where one number (or one truth value) is needed.",
    ),
    (
        r"[Oo]nly Tensors of floating point .* can require gradients",
        "Only tensors of floating point dtype can require gradients. Which dtype does this tensor have?",
    ),
    (
        r"\.__init__\(\) takes 1 positional argument but",
        "No __init__ with these arguments is found in the class: is yours inside the class, spelt with two underscores on "
        "either side, and does it name its arguments?",
    ),
    (
        r"missing \d+ required (positional|keyword)|takes \d+ positional argument|unexpected keyword argument|got multiple values for argument",
        "Compare the signature in your file with the one in the task: same names, same order, same defaults. Does each "
        "method begin with `self`?",
    ),
    (
        r"object is not callable",
        "Something is called that is no function: does a value hide a method of the same name?",
    ),
    (
        r"'str' object has no attribute|unsupported operand type\(s\) for /: 'str'",
        "This value is a plain string (str). Is another kind of object expected here: a Path, a tensor, a module?",
    ),
    (
        r"'\w*Path' object|\w*Path' and 'str'|not '?\w*Path'?$",
        "This value is a Path, not a string (str). Do both kinds of path work in this line?",
    ),
    (r"'NoneType' object", "A value is None here: does a function before it lack its return statement?"),
    (
        r"maximum recursion depth exceeded",
        "The function calls itself (or forward calls the module again) without an end.",
    ),
    (
        r"Found no NVIDIA driver|not compiled with CUDA enabled|No CUDA GPUs are available",
        'A GPU is asked for by name on a machine that has none. Is "cuda" written down somewhere? Follow the device of what is given.',
    ),
    (
        r"^name '\w+' is not defined",
        "Python knows no such name at this place: is it misspelt, is its import missing, or does it live in self?",
    ),
    (
        r"deserialize object on a (CUDA|MPS) device",
        "torch.load puts each tensor where it was, or where map_location says. Does map_location follow the argument device?",
    ),
    (
        r"argument must be str, not (memoryview|bytes)|codec can't decode byte",
        "A file of bytes is opened as text. Which mode does open() need for bytes?",
    ),
    (
        r"Cannot load backend|headless|couldn't connect to display|no \$DISPLAY|could not connect to display",
        "There is no screen while grading, so no window can be opened. Leave the choice of matplotlib's backend out; what is drawn "
        'for yourself belongs under if __name__ == "__main__":.',
    ),
    (r"CUDA out of memory", "The GPU has no room for this: is something kept from step to step?"),
    (
        r"EOF when reading a line",
        'There is no keyboard while grading: input() has nothing to read. Put what you try out under if __name__ == "__main__":.',
    ),
    (
        r"Name or service not known|Temporary failure in name resolution|urlopen error|Network is unreachable|Connection refused",
        "There is no network while grading. The data lies where the task says, so nothing has to be downloaded: "
        "is this the data set of the task, read from there?",
    ),
    (
        r"Dataset not found",
        "The data lies in the folder that is given. Does that argument reach every data set, and is it the data set of the task?",
    ),
    (
        r"Missing key\(s\) in state_dict|Unexpected key\(s\) in state_dict",
        "The names in the file and the names in the net differ: print both lists of keys.",
    ),
    (
        r"Weights only load failed",
        "With weights_only=True a file may hold tensors and plain containers only. What did you save: a state_dict, or a whole object?",
    ),
    (r"No such file or directory", "The path is the one that the check gives: is it used as it is?"),
    (
        r"grad can be implicitly created only for scalar outputs",
        "backward() starts from a single number: is the loss reduced by mean or sum?",
    ),
)


# By kind (`grader.worker.attempts`): what was tried, in words that follow "your code tried to", and what to look at next.
_REFUSALS = {
    "network": (
        "open a network connection",
        "There is no network while grading. The data lies where the task says, so nothing has to be downloaded: "
        "is this the data set of the task, read from there?",
    ),
    "program": (
        "start a program",
        "No program can be started while grading. Is there a function of Python or torch for this? What is there for trying "
        'out belongs under if __name__ == "__main__":.',
    ),
    "file": (
        "open a file that is out of reach while grading",
        "Your code may read what is installed and what the task gives, and write below its working folder. Use the path that you "
        "are given, or a relative one.",
    ),
    "signal": ("reach another process", "Only processes that your code has started itself are within its reach."),
    "processes": (
        "start more processes or threads than are allowed",
        "Does something start a process or a thread in a loop, or again in each process that it starts?",
    ),
    "space": (
        "write more, or larger, files than are allowed",
        "Is a file written in a loop that runs very often, or something far larger than the task needs?",
    ),
    "descriptors": (
        "keep more files open at once than are allowed",
        "Is each file closed again? `with open(...) as file:` does it by itself.",
    ),
    "system": ("do something that is not allowed while grading", "The line calls the operating system. Does the task need that?"),
}


def explain(failure: Failure, sources: Sources) -> Explanation:
    """Return the words for an exception that nothing caught."""
    if failure.syntax is not None:
        return _syntax(failure, sources)
    where, excerpt = sources.where(failure.frames), sources.excerpt_of(failure.frames)
    if failure.refused in _REFUSALS:
        tried, hint = _REFUSALS[failure.refused]
        aimed = f" ({failure.target})" if failure.target else ""
        return Explanation(f"your code tried to {tried}{aimed}", hint, where, excerpt, Verdict.REFUSED)
    if failure.is_a("BdbQuit"):
        return Explanation(
            "your code stopped in the debugger", "There is no keyboard while grading, so breakpoint() waits for nobody: remove it.", where, excerpt
        )
    if failure.is_a("SystemExit"):
        return Explanation(
            f"your code called sys.exit() ({failure.message})",
            "A module that is graded must not end the program.",
            where,
            excerpt,
        )
    if failure.is_a("KeyboardInterrupt", "GeneratorExit") or not failure.is_a("Exception"):
        return Explanation(
            f"your code raised {failure.type_name}, which no program is meant to catch", "", where, excerpt
        )
    missing = _missing_name(failure, sources)
    if missing is not None:
        return missing
    said = _said(failure)
    return Explanation(f"{failure.type_name}: {said}" if said else failure.type_name, _hint(failure), where, excerpt)


# torch.load's error goes on with ways to open the file all the same: the last thing that a task about weights_only=True asks for.
_WEIGHTS_ONLY = re.compile(r"(Weights only load failed)\b.*?WeightsUnpickler error:\s*(.*?)(?: was not an allowed| Please |\n|$)", re.DOTALL)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def _said(failure: Failure) -> str:
    """Return what an exception says, without colours of a terminal."""
    message = _COLOUR.sub("", failure.message)
    refused = _WEIGHTS_ONLY.match(message)
    return f"{refused[1]}: {refused[2]}"[:LONGEST] if refused else message[:LONGEST]


def _syntax(failure: Failure, sources: Sources) -> Explanation:
    assert failure.syntax is not None
    line, column, said = failure.syntax
    file = failure.syntax_file or sources.main
    hint = "Python cannot read the file beyond this place. Look at this line and at the end of the one before it."
    if failure.is_a("IndentationError"):
        hint = "Python reads blocks by their indentation: compare it with the lines around, and use spaces only."
    return Explanation(
        f"{failure.type_name}: {said}", hint, f"{file}:{line}" if line else file, sources.excerpt(file, line, column)
    )


def _missing_name(failure: Failure, sources: Sources) -> Explanation | None:
    """Explain a name that the task asks for and the file does not define, or a module that cannot be imported."""
    if failure.is_a("ModuleNotFoundError", "ImportError") and failure.missing:
        name = failure.missing
        hint = (
            f"Is the name spelt right? A file of your own ({name.partition('.')[0]}.py) has to be handed in together with "
            f"{sources.main}. Packages that the course does not name are not installed where it is graded."
        )
        return Explanation(
            f"{failure.type_name}: {failure.message[:LONGEST]}",
            hint,
            sources.where(failure.frames),
            sources.excerpt_of(failure.frames),
        )
    match = re.match(r"module '(?P<module>[^']*)' has no attribute '(?P<name>[^']*)'(?P<more>.*)", failure.message)
    if match and match["module"] == sources.module_name and not failure.frames:
        method = sources.method_called(match["name"])
        if method is not None:
            owner, line = method
            return Explanation(
                f"`{match['name']}` is not defined at the top level of {sources.main}: it is a method of the class `{owner}`",
                "The task asks for a function of the module, outside the class. How far is its def indented?",
                f"{sources.main}:{line}",
                sources.excerpt(sources.main, line),
            )
        message = f"{sources.main} defines no `{match['name']}`{match['more']}"
        return Explanation(
            message, "The task names it: is it spelt just so, at the top level of the file?", sources.main, None
        )
    match = re.match(
        r"'(?P<kind>[^']*)' object has no attribute '(?P<name>_(parameters|modules|buffers|\w*hooks\w*))'",
        failure.message,
    )
    if match and failure.is_a("AttributeError"):
        message = (
            f"`{match['kind']}` was never set up as an nn.Module: super().__init__() was not called in its __init__"
        )
        hint = "Without it an nn.Module cannot register parameters, buffers or modules, nor be called."
        return Explanation(
            message, hint, sources.where(failure.frames) or sources.main, sources.excerpt_of(failure.frames)
        )
    match = re.match(r"'(?P<kind>[^']*)' object has no attribute '(?P<name>[^']*)'(?P<more>.*)", failure.message)
    if match and not failure.frames and failure.is_a("AttributeError"):
        message = f"a `{match['kind']}` of your file has no `{match['name']}`{match['more']}"
        of_modules = hasattr(torch.nn.Module, match["name"])
        return Explanation(
            message,
            "Every nn.Module has it: does the class inherit from nn.Module?"
            if of_modules
            else "The task names it: is it set in __init__ (or defined as a method), spelt just so?",
            sources.main,
            None,
        )
    return None


# A layer with so many inputs stands behind a flattening, and its batch is easily lost there.
MANY_INPUTS = 64


def _lost_batch(message: str) -> bool:
    """Say whether a product fails because all images of a batch have become one row."""
    match = re.search(r"cannot be multiplied \(1x(\d+) and (\d+)x\d+\)", message)
    if match is None:
        return False
    columns, inputs = (int(number) for number in match.groups())
    return inputs >= MANY_INPUTS and columns > inputs and columns % inputs == 0


def _hint(failure: Failure) -> str:
    if _lost_batch(failure.message):
        return "All images lie in a single row here. When a batch is flattened, which dimension has to stay as it is?"
    for pattern, hint in _HINTS:
        if re.search(pattern, failure.message):
            return hint
    if failure.is_a("KeyError"):
        return (
            "No such key is in the dict: print its keys just before this line, and look at the line that writes them."
        )
    return ""

"""What a message says once everything that differs from student to student is taken out of it: the name of a mistake.

A message of a check has a subject and a finding: `layer(x) for x of shape (5, 7): the bias is not added`. The finding is
the mistake; the subject says at which check it showed. Measured values, counts, indexes, places in a file and names of the
student's own go; dimensions, dtypes, factors without a name and the words themselves stay: they are what tells two
mistakes apart. Where it is in doubt whether two messages mean the same, they are two.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Sequence

import msgspec

from grader.records import CheckRecord, Verdict

_NO_MISTAKE = (Verdict.PASSED, Verdict.NOT_RUN, Verdict.NOT_IMPLEMENTED, Verdict.GRADER_ERROR)
_LONGEST = 400
_MOST_READ = 2000
_WRONG_VALUE = "the value is wrong"  # all that is said of a single number

_EXCEPTION = re.compile(r"(?:[a-zA-Z_]\w*\.)*\w*(?:Error|Exception|Iteration|Interrupt)(?=: |$)")
# What `assert_tensor` says of a value as a whole begins with the name of the value; that is the subject.
_OF_A_VALUE = re.compile(r"^.*? (?=has the right values|is (?:None: does|a NumPy value|a plain Python|of type) )")
_SHAPES = re.compile(
    r"^.*? has shape (\([\d, ]*\))(?:,? (?:expected|instead of|not|for)) (\([\d, ]*\))(?:; (?P<found>.*))?", re.DOTALL
)
# A head that is a sentence of its own is part of the finding, not its subject.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|must|may|can|cannot|gives?|takes?|returns?|changes?|stays?|needs?|lacks?"
    r"|holds?|lists?|lies?|starts?|puts?|serves?|moves?|removes?|trains?|computes?|uses?|finds?|defines?|raised)\b"
)
_PLAIN = re.compile(
    r"(?:all|\d+ of \d+) values differ, the first at index \[[^\]]*\](?P<where>: all of them in [^(]*?)? \(yours: .*",
    re.DOTALL,
)
_RAISED = re.compile(r"(your code raised (?:\w+\.)*\w+)\b.*", re.DOTALL)
_PLACE = re.compile(r"[^\s'\"`(]+\.(?:py|ipynb)\b(?::\d+)?")
_INDEX = re.compile(r"\bat (?:index )?\[[^\]]*\]")
# Names that the student chose: `it lists weight, b`, `has the keys add0, add2`, `the keys are ['a', 'b']`.
_LISTED = re.compile(
    r"\b((?:it|they) (?:lists?|has|have|holds?):?|the folder holds:|has the keys|lists) "
    r"(?!nothing|none|no\b)(?:`?'?[\w\-]+(?:\.[\w\-]+)*'?`?(?:, |(?=;|\.(?:\s|$)|$)))+"
)
_QUOTED_LIST = re.compile(r"\[(?:'[^']*'(?:, )?)+\]")
_UNBOUND = re.compile(r"^((?:NameError|UnboundLocalError): [^']*)'[^']*'")
_ATTRIBUTE = re.compile(r"^AttributeError: '([^']*)' object has no attribute '[^']*'")
_PATH_IN_QUOTES = re.compile(r"'[^']*/[^']*'")
_KNOWN_TYPES = frozenset(dir(builtins)) | {
    "NoneType", "function", "method", "module", "builtin_function_or_method", "ndarray", "Tensor", "Parameter",
    "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential",
}  # fmt: skip
# Numbers that are the finding itself come first and are kept, so are 0, 1 and 2, which name a class, a base, an end more often
# than they count; any other number is one student's, or one check's.
_NUMBER = re.compile(
    r"(?P<kept>\bdimensions? \d+(?:(?:, \d+)* and \d+)?|\bby \d+ places|\bsame amount: \d+"
    r"|\b\d+ times too \w+(?![^;]*; \d+ is )|\b\d+/\d+ of the right value(?![^;]*; \d+ is ))"
    r"|\b\d+ of (?:the )?\d+\b"
    r"|(?P<few>(?<![\w.,/-])[012](?![\w%/]|[.,]\d))"
    r"|(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?%?(?!\w)"
)
_TUPLE = re.compile(r"\(\d+(?:, \d+)*,?\)")
_ANY_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:x\d+)*(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)")


class Finding(msgspec.Struct, frozen=True):
    """What one check found.

    Attributes:
        pattern: its words without what differs from student to student.
        has_name: whether the words name a mistake; what a comparison or an exception alone says means little at another check.
    """

    pattern: str
    has_name: bool


def is_mistake(check: CheckRecord) -> bool:
    """Whether something is wrong that is written already; what is still to do, or was not run, is no mistake."""
    return check.verdict not in _NO_MISTAKE


def finding_of(message: str, files: Sequence[str] = ()) -> Finding:
    """Return what the message of a check has found; `files` are names of the student's files."""
    text = message[:_MOST_READ].strip()  # beyond, the words are the student's own
    for file in filter(None, files):
        text = text.replace(file, "@.py")
    shapes = _SHAPES.match(text)
    if shapes is not None:
        return _of_shapes(shapes, text)
    whole, text = text, _without_subject(text)
    if _EXCEPTION.match(text):
        return Finding(_of_exception(text), has_name=False)
    plain = _PLAIN.fullmatch(text)
    if plain is not None or text == _WRONG_VALUE:
        subject = whole[: len(whole) - len(text)]
        # It stays: that some value is wrong says nothing without which.
        return Finding(f"{_mask(subject)}other values{(plain and plain['where']) or ''}", has_name=False)
    return Finding(_mask(text), has_name=bool(text))


def title_of(message: str) -> str:
    """Return a message as the title of a mistake of many: without the values and the places of the one who got it."""
    text = _PLAIN.sub(lambda match: f"values differ, in no way that has a name{match['where'] or ''}", message.strip())
    text = re.sub(rf"(?:\s+at)?\s{_PLACE.pattern}", "", text)
    text = _LISTED.sub(r"\1 …", _RAISED.sub(r"\1", text))
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " ..."


def _without_subject(text: str) -> str:
    value = _OF_A_VALUE.match(text)
    if value is not None and not _EXCEPTION.match(text):
        return text[value.end() :]
    head, _, tail = text.partition(": ")
    return tail if tail and not _VERB.search(head) and not _EXCEPTION.fullmatch(head) else text


def _of_shapes(shapes: re.Match[str], text: str) -> Finding:
    """Return what is found of a wrong shape: its name, or else how it relates to the right one, whatever the sizes are."""
    if shapes["found"]:
        return Finding(_mask(shapes["found"]), has_name=True)
    actual, expected = (re.findall(r"\d+", shape) for shape in shapes.groups()[:2])
    letters: dict[str, str] = {}
    for size in expected:
        _letter(size, letters)
    # What the right shape has not is one other size, whichever it is.
    relation = [
        ", ".join(letters.get(size, size if size in ("0", "1") else "other") for size in side)
        for side in (actual, expected)
    ]
    return Finding(f"has shape ({relation[0]}), expected ({relation[1]}){_mask(text[shapes.end() :])}", has_name=True)


def _of_exception(text: str) -> str:
    text = _PLACE.sub("@", _PATH_IN_QUOTES.sub("'@'", text))
    text = _UNBOUND.sub(r"\1'@'", text)
    attribute = _ATTRIBUTE.match(text)
    if attribute and attribute[1].rpartition(".")[2] not in _KNOWN_TYPES:  # a class of the student's
        text = f"AttributeError: '@' object has no attribute '@'{text[attribute.end() :]}"
    return _ANY_NUMBER.sub("#", text)


def _mask(text: str) -> str:
    text = _INDEX.sub("at #", _PLACE.sub("@", _RAISED.sub(r"\1", text)))
    text = _QUOTED_LIST.sub("[@]", _LISTED.sub(r"\1 @", text))
    sizes: dict[str, str] = {}
    text = _TUPLE.sub(lambda match: re.sub(r"\d+", lambda size: _letter(size.group(), sizes), match.group()), text)
    return _NUMBER.sub(lambda match: match["kept"] or match["few"] or "#", text)


def _letter(size: str, known: dict[str, str]) -> str:
    """Return a letter for a size, the same wherever the message has it again: how shapes relate stays, how large they are goes."""
    return size if size in ("0", "1") else known.setdefault(size, chr(ord("a") + len(known) % 26))


class Told(msgspec.Struct, frozen=True):
    """One mistake in one submission: `key` is the same for the same mistake of another student."""

    key: tuple[str, ...]
    checks: tuple[CheckRecord, ...]


def mistakes_in(checks: Iterable[CheckRecord], files: Sequence[str] = ()) -> tuple[Told, ...]:
    """Return the mistakes of one submission, each once, with the checks that show it.

    What has a name is the same mistake wherever it shows in one function. What has none, or no known place, is known by the
    first check that it shows at: the same exception in another function is another mistake.
    """
    groups: dict[tuple[str, ...], list[CheckRecord]] = {}
    firsts: dict[tuple[str, str], str] = {}
    for check in filter(is_mistake, checks):
        found = finding_of(check.message, files)
        function = check.where.partition(", ")[2]
        if found.has_name and function:
            key = ("in", function, found.pattern)
        else:
            place = check.where if check.message else check.name
            key = ("at", firsts.setdefault((place, found.pattern), check.name), found.pattern)
        groups.setdefault(key, []).append(check)
    return tuple(Told(key, tuple(group)) for key, group in groups.items())

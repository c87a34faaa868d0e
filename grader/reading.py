"""Which section of a task's text teaches which concept: the one below a heading that has the concept's words.

Headings are lines that begin with `#`, outside fenced blocks. A section ends where the next heading of its level or a higher
one begins. No Markdown library is asked here: importing one takes longer than finding the headings of a hundred tasks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.records import Reading

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
# An underscore within a word, as in state_dict, is part of a name.
_MARK = re.compile(r"[`*]|\\(?=\W)|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True)
class _Heading:
    line: int
    level: int
    words: str
    anchor: str


def find_readings(task: str, concepts: Iterable[str]) -> tuple[Reading, ...]:
    """Return the section of the Markdown text `task` that teaches each concept, leaving out concepts that have none.

    Of several headings with the concept's words the first counts.
    """
    lines = task.splitlines()
    headings = list(_headings(lines))
    first_of: dict[str, int] = {}
    for index, heading in enumerate(headings):
        first_of.setdefault(heading.words.casefold(), index)
    found = []
    for concept in concepts:
        index = first_of.get(plain_words(concept).casefold(), -1)
        if index >= 0:
            heading, text = headings[index], _section(lines, headings, index)
            found.append(Reading(concept=concept, heading=heading.words, anchor=heading.anchor, text=text))
    return tuple(found)


def plain_words(text: str) -> str:
    """Return `text` without Markdown's marks of formatting and with single spaces."""
    return " ".join(_MARK.sub("", _LINK.sub(r"\1", text)).split())


def _headings(lines: Iterable[str]) -> Iterator[_Heading]:
    fence = ""
    anchors: dict[str, int] = {}
    for number, line in enumerate(lines):
        if mark := _FENCE.fullmatch(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
        elif not fence and (match := _HEADING.fullmatch(line)):
            words = plain_words(match[2])
            yield _Heading(number, len(match[1]), words, _anchor(words, anchors))


def _anchor(words: str, taken: dict[str, int]) -> str:
    """Return the anchor that GitHub gives a heading: the second of one name gets a number."""
    name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
    count = taken.get(name, 0)
    taken[name] = count + 1
    return f"{name}-{count}" if count else name


def _section(lines: list[str], headings: list[_Heading], index: int) -> str:
    start = headings[index]
    end = next((later.line for later in headings[index + 1 :] if later.level <= start.level), len(lines))
    return "\n".join(lines[start.line + 1 : end]).strip("\n")

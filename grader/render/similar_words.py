"""Similar hand-ins in words, for the terminal and for the pages: evidence, never a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from grader.render.clean import visible_line
from grader.render.words import counted
from grader.similar.records import Compared, Likeness, Pair, Party

CAUTION = (
    "A likeness proves nothing: people who learn together, follow one tutorial or meet the same hint write alike. "
    "Read both files, and ask."
)
LIKENESS = {
    Likeness.IDENTICAL: "the same files, letter by letter",
    Likeness.RENAMED: "the same code but for names, comments, strings and layout",
    Likeness.PARTS: "parts in common",
}


def to_lines(found: Sequence[Compared], *, shown: int) -> list[str]:
    """Return what is said on the terminal: of each exercise the `shown` most alike pairs."""
    lines = []
    for compared in found:
        lines.append(f"{compared.exercise}  {summary(compared)}")
        lines += [f"  {pair_names(pair)}: {pair_words(pair)}" for pair in compared.pairs[:shown]]
        more = len(compared.pairs) - shown
        if more > 0:
            lines.append(f"  and {counted(more, 'more pair')} in the report")
        lines += [f"  note: {note}" for note in asides(compared)]
    if any(compared.pairs for compared in found):
        lines += ["", CAUTION]
    return [visible_line(line, 400) if line.strip() == line else f"  {visible_line(line, 400)}" for line in lines]


def summary(compared: Compared) -> str:
    """Return one sentence on what came of an exercise."""
    if compared.skipped:
        return f"not compared: {compared.skipped}"
    total = len(compared.pairs) + compared.left_out
    verb = "is" if total == 1 else "are"
    what = f"{counted(total, 'pair')} {verb} alike" if total else "no pair is alike"
    return f"{what} beyond what stub and class explain, of {counted(compared.hand_ins, 'hand-in')}"


def asides(compared: Compared) -> list[str]:
    """Return what the reader should know besides: teams, hand-ins left out, pairs left out."""
    told = [f"{', '.join(team)} hand in one file together and were not compared." for team in compared.teams]
    if compared.left_out:
        told.append(f"{counted(compared.left_out, 'more pair')} were left out: --top shows more.")
    return [*told, *compared.notes]


def pair_names(pair: Pair) -> str:
    """Return the names of both."""
    return f"{party_name(pair.left)} and {party_name(pair.right)}"


def pair_words(pair: Pair) -> str:
    """Return how alike two hand-ins are, in one phrase."""
    if pair.likeness is not Likeness.PARTS:
        return f"{LIKENESS[pair.likeness]} ({pair.symbols:,} symbols)"
    return (
        f"{percent(pair.left.fraction)} of the first one's own code is in the second, "
        f"{percent(pair.right.fraction)} the other way ({pair.symbols:,} symbols in {counted(len(pair.passages), 'passage')})"
    )


def percent(fraction: float) -> str:
    """Return a fraction as per cent; what is not all is never rounded up to it."""
    return f"{min(round(100 * fraction), 99 if fraction < 1 else 100)} %"


def party_name(party: Party) -> str:
    """Return the name of one of the two."""
    return visible_line(party.name or party.student, 80)

"""Which layout an export has, and into which parts it falls: detected from names, by majority, and explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.archive import is_source_name
from grader.faults import UsageError
from grader.intake import blackboard, canvas, folders, moodle
from grader.intake.naming import Naming, is_generic
from grader.intake.noise import noise_reason
from grader.intake.pieces import Parsed, Unit
from grader.intake.tree import Export, Item, below

AUTO = "auto"
LAYOUTS = ("folders", "flat", "canvas", "moodle", "blackboard", "clones")
TITLES = {
    "folders": "a folder a student",
    "flat": "flat files",
    "canvas": "Canvas bulk download",
    "moodle": "Moodle bulk download",
    "blackboard": "Blackboard download",
    "clones": "clones of repositories",
}
EXAMPLES = {
    "folders": folders.FOLDERS_EXAMPLE,
    "flat": folders.FLAT_EXAMPLE,
    "canvas": canvas.EXAMPLE,
    "moodle": moodle.EXAMPLE,
    "blackboard": blackboard.EXAMPLE,
    "clones": folders.CLONES_EXAMPLE,
}
_PLATFORMS: dict[str, Callable[[str, bool], bool]] = {
    "moodle": moodle.fits,
    "blackboard": blackboard.fits,
    "canvas": canvas.fits,
}
_MAX_LEVELS = 6
_MAJORITY = 0.5
# So many Python files in one folder, none of them an exercise's, are those of a class.
_MANY = 4


@dataclass
class Division:
    """The parts of an export, and what stands outside them."""

    units: list[Unit] = field(default_factory=list)
    outside: Parsed = field(default_factory=Parsed)


def divide(export: Export, naming: Naming, layout: str) -> Division:
    """Return the parts of the export with the layout of each.

    Raises:
        UsageError: no layout fits, or `layout` is none.
    """
    if layout not in (AUTO, *LAYOUTS):
        cure = f"Known layouts: {', '.join((AUTO, *LAYOUTS))}."
        raise UsageError(f"there is no layout {layout!r}", where="--layout", cure=cure)
    division = Division()
    items: list[Item] = []
    for item in export.items:
        _sort_out(item, 0, items, division.outside)
    stem = export.path.stem if export.path.is_file() else export.path.resolve().name
    named = naming.named(stem)
    hint = named.exercise if named and named.known and (named.alone or export.path.is_file()) else ""
    if named and not named.known:
        wanted = ", ".join(naming.exercises)
        division.outside.warnings.append(f"{stem} is named after {named.exercise}, but was read for {wanted}")
    _Divider(export, naming, layout, division).divide(tuple(items), 0, hint, stem, 0)
    if not division.units:
        raise nothing_fits(export, items)
    return division


def nothing_fits(export: Export, items: list[Item]) -> UsageError:
    """Return the error that shows what each layout looks like."""
    if not items:
        cause = "there is no file that a student could have handed in"
    else:
        shown = ", ".join(ascii(item.source)[1:-1] for item in items[:3]) + (", ..." if len(items) > 3 else "")
        cause = f"no layout fits: nothing names students ({shown})"
    lines = "".join(f"\n  {name:<11} {EXAMPLES[name]}" for name in LAYOUTS)
    return UsageError(cause, where=str(export.path), cure=f"These are read, as folders or zipped:{lines}")


def _by_platform(name: str) -> bool:
    return any(fits(name, False) for fits in _PLATFORMS.values())


def _sort_out(item: Item, depth: int, items: list[Item], parsed: Parsed) -> None:
    """Put a file to those that may be somebody's, or note why it is nobody's."""
    reason = item.fault if item.whole or item.misplaced else noise_reason(item.parts[depth:], _by_platform)
    if reason:
        parsed.ignore(item, reason)
    else:
        items.append(item)


@dataclass
class _Divider:
    export: Export
    naming: Naming
    layout: str
    division: Division

    def divide(self, items: tuple[Item, ...], depth: int, hint: str, title: str, level: int) -> None:
        """Add the parts that these files, all in one folder or archive, fall into."""
        children = dict(below(items, depth))
        rest: list[Item] = []
        inner: list[tuple[str, tuple[Item, ...], str]] = []
        for name, group in children.items():
            content = self._opened(name, group, depth) if level < _MAX_LEVELS else None
            exercise = self._container(name, content, depth, len(children), title) if content else None
            if content is None or exercise is None:
                rest += group
            else:
                inner.append((name, content, exercise))
        for name, content, exercise in inner:
            known = exercise in self.naming.exercises or not exercise
            if known and not (hint and exercise and exercise != hint):
                self.divide(content, depth + 1, exercise or hint, PurePosixPath(name).stem, level + 1)
            else:
                for item in content:
                    self.division.outside.ignore(item, f"for another exercise ({exercise})")
        if rest:
            self._add_unit(tuple(rest), depth, hint, beside=bool(inner))

    def _opened(self, name: str, group: tuple[Item, ...], depth: int) -> tuple[Item, ...] | None:
        """Return what is in a folder, or in an archive that may be an export; None for another file."""
        if len(group) > 1 or len(group[0].parts) > depth + 1:
            return group
        item = group[0]
        if PurePosixPath(name).suffix.casefold() != ".zip" or item.fault or self._platform([name]):
            return None
        stem = PurePosixPath(name).stem
        named = self.naming.named(stem)
        speaks_of_nobody = (named is not None and named.alone) or is_generic(stem)
        try:
            inside = self.export.unpack(item)
        except UsageError as error:  # as a student's archive it is told what is wrong with it
            self.export.put_back(item)
            if speaks_of_nobody:
                self.division.outside.warnings.append(f"{item.source}: {error.cause}")
            return None
        kept: list[Item] = []
        noise = Parsed()
        for found in inside:
            _sort_out(found, depth + 1, kept, noise)
        tops = [top for top, _ in below(tuple(kept), depth + 1)]
        students = speaks_of_nobody and self._holds_students(tuple(kept), depth + 1)
        if not kept or not (self._share_of_platforms(tops) >= _MAJORITY or students):
            self.export.put_back(item)
            return None
        self.division.outside.add(noise)
        return tuple(kept)

    def _container(self, name: str, content: tuple[Item, ...], depth: int, siblings: int, title: str) -> str | None:
        """Return which exercise a folder of hand-ins is for (empty: not said); None where it is a hand-in itself."""
        is_zip = len(content[0].parts) > depth and PurePosixPath(name).suffix.casefold() == ".zip"
        if self._platform([name]):
            return None
        named = self.naming.named(PurePosixPath(name).stem if is_zip else name)
        # A student's own folder may hold a file of such a name; an export in a folder holds little else.
        if is_zip or self._share_of_platforms(self._without_papers(content, depth + 1)) == 1:
            return named.exercise if named else ""
        if named and (named.alone or self._is_titled_container(name, content, depth)):
            return named.exercise
        if siblings == 1 and self._wraps(name, content, depth + 1, title):
            return ""
        return None

    def _is_titled_container(self, name: str, content: tuple[Item, ...], depth: int) -> bool:
        """Say whether a folder such as `Exercise 3 - containers` holds students' folders, rather than being a clone."""
        has_files = any(len(item.parts) == depth + 2 or item.whole for item in content)
        is_clone = self.export.git_reader(content[0].parts[: depth + 1]) is not None
        return not has_files and not is_clone and self._holds_students(content, depth + 1)

    def _wraps(self, name: str, content: tuple[Item, ...], depth: int, title: str) -> bool:
        """Say whether the only folder is one around the students' rather than a student's."""
        if self.layout == "flat":
            return True
        if name.casefold() == title.casefold() or is_generic(name):
            return True
        return self._holds_students(content, depth)

    def _holds_students(self, content: tuple[Item, ...], depth: int) -> bool:
        """Say whether these are several folders of students rather than folders of one student's exercises."""
        tops = dict(below(content, depth))
        inside = [top for top, group in tops.items() if len(group[0].parts) > depth + 1]
        files = [top for top in tops if top not in inside and is_source_name(top)]
        people = [
            top for top in inside if not ((named := self.naming.named(top)) and named.alone) and not is_generic(top)
        ]
        if len(people) > 1 and not files:
            return True
        if inside or len(files) < 2 or any(self.naming.by_file(name) for name in files):
            return False
        return len(files) >= _MANY or folders.name_students(files, self.naming)

    def _platform(self, names: list[str]) -> str:
        return next((platform for platform, fits in _PLATFORMS.items() if any(fits(name, False) for name in names)), "")

    def _share_of_platforms(self, tops: list[str]) -> float:
        return sum(1 for top in tops if self._platform([top])) / len(tops) if tops else 0.0

    def _without_papers(self, content: tuple[Item, ...], depth: int) -> list[str]:
        """Return the names but those of files that no student would hand in for code: a roster, a note."""
        kept = []
        for top, group in below(content, depth):
            is_file = len(group[0].parts) == depth + 1
            packed = PurePosixPath(top).suffix.casefold() == ".zip"
            if not is_file or packed or is_source_name(top) or self._platform([top]):
                kept.append(top)
        return kept

    def _add_unit(self, items: tuple[Item, ...], depth: int, hint: str, *, beside: bool) -> None:
        counts = self._count(items, depth)
        if self.layout != AUTO:
            self.division.units.append(Unit(items, depth, self.layout, hint))
            return
        fitting = {name: count for name, count in counts.items() if count}
        if beside and not any(name in fitting for name in (*_PLATFORMS, "clones", "folders")):
            for item in items:
                self.division.outside.ignore(item, "beside the hand-ins, in none of their folders")
            return
        if not fitting:
            for item in items:
                self.division.outside.ignore(item, "neither a student's folder nor a file that names a student")
            return
        best = max(fitting, key=lambda name: fitting[name])
        others = sum(fitting.values()) - fitting[best]
        if others:
            words = f"{fitting[best]} of {others + fitting[best]} names"
            kind = "were read as" if fitting[best] > others else "are no majority, but were read as"
            self.division.outside.warnings.append(
                f"{words} {kind} {TITLES[best]}; the others were left out (--layout chooses another one)"
            )
        self.division.units.append(Unit(items, depth, best, hint))

    def _count(self, items: tuple[Item, ...], depth: int) -> Counter[str]:
        """Return how many names fit each layout, each name counted for the most telling one, in order of preference."""
        counts: Counter[str] = Counter(dict.fromkeys((*_PLATFORMS, "clones", "folders", "flat"), 0))
        archives = 0
        for name, group in below(items, depth):
            inside = len(group[0].parts) > depth + 1
            platform = next((title for title, fits in _PLATFORMS.items() if fits(name, inside)), "")
            if platform:
                counts[platform] += 1
            elif inside:
                has_git = self.export.git_reader(group[0].parts[: depth + 1]) is not None
                counts["clones" if folders.is_clone(name, self.naming, has_git) else "folders"] += 1
            elif PurePosixPath(name).suffix.casefold() == ".zip":
                archives += 1
            elif is_source_name(name):
                counts["flat"] += 1
        counts["folders" if counts["folders"] > counts["flat"] else "flat"] += archives
        return counts

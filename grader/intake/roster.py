"""The roster: a CSV of any tool's making, its columns told by their names, its rows joined with what was handed in."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.faults import UsageError
from grader.intake.naming import squashed
from grader.intake.pieces import Owner
from grader.submission import clean_name, read_file
from grader.toml_file import closest_name

MAX_ROSTER_BYTES = 20_000_000

# Kind -> how tools and people head such a column; compared without case, spaces and punctuation.
_HEADERS = {
    "name": "name, full name, fullname, student, student name, students, learner, participant, nutzer, vollständiger name, "
    "vollstaendiger name, nom complet, nombre completo, nome completo, nome, nombre, nom, teilnehmer, studierende, studierender, "
    "volledige naam, naam, imię i nazwisko, имя, фио, полное имя, 이름, 성명, 학생, 학생 이름, 姓名, 名前, 氏名, 全名, "
    "display name, sortable name",
    "last": "last name, lastname, surname, family name, familyname, last, nachname, familienname, name de famille, "
    "nom de famille, apellido, apellidos, apellido s, cognome, sobrenome, achternaam, nazwisko, фамилия, 성, 姓",
    "first": "first name, firstname, given name, givenname, given names, forename, first, vorname, prénom, prenom, "
    "nombre s, primeiro nome, voornaam, imię, 名, 이름 名",
    "id": "id, student id, studentid, student number, student no, matriculation number, matrikelnummer, matrikel, "
    "matrikelnr, matr nr, id number, idnumber, id nummer, nummer, number, numéro d étudiant, numero d etudiant, número de id, "
    "numero di matricola, matricola, identification number, 학번, 学号, 學號, 学籍番号, номер, user id, userid",
    "sis": "sis user id, sis id, sisid, sisuserid, integration id",
    "login": "sis login id, login, login id, loginid, username, user name, user, netid, net id, account, uid, kennung, "
    "benutzername, anmeldename, nom d utilisateur, nombre de usuario, nome utente, gebruikersnaam, логин, 아이디, 用户名, ユーザー名",
    "email": "email, e mail, email address, e mail address, mail, e mail adresse, emailadresse, mailadresse, adresse e mail, "
    "adresse de courriel, courriel, correo, correo electrónico, dirección de correo, indirizzo email, e mailadres, почта, "
    "이메일, 메일, 이메일 주소, 电子邮件, 邮箱, メールアドレス, メール",
    "github": "github, github username, github login, github user, github name, github id, githubusername, github account",
    "group": "group, groups, group name, team, teams, team name, gruppe, gruppen, groupe, groupes, grupo, grupos, gruppo, gruppi, groep, "
    "grupa, группа, 그룹, 조, 팀, 组, 小组, 分组, グループ",
    "identifier": "identifier, identifiant, identificador, identificatore, kennzeichen, identificatie, 식별자, 标识符, 識別子",
    "canvas": "canvas id, canvas user id, canvasid",
    "moodle": "moodle id, moodleid, participant id, participant number",
    "blackboard": "blackboard, blackboard id, blackboard username",
}
_NAMED_KINDS = ("name", "last", "first")
_IDS = ("canvas", "moodle", "sis", "login", "email", "github", "blackboard", "id")
_IDENTIFIER = re.compile(r"\D+ (\d+)")
_POINTS_POSSIBLE = "points possible"
# Shorter numbers stand in names for other reasons.
_MIN_NUMBER = 4
_TEST_STUDENTS = frozenset({"student, test", "test student"})


def _folded(header: str) -> str:
    text = unicodedata.normalize("NFKC", header).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in text).split())


_KIND_OF = {_folded(name): kind for kind, names in _HEADERS.items() for name in names.split(",")}


@dataclass(frozen=True)
class RosterEntry:
    """A row of the roster.

    Attributes:
        ids: kind -> id; the kind `id` is a number that says nothing of whose it is.
        groups: the teams that the student is in.
        forms: all ways to write the name that are tried, squashed.
    """

    line: int
    name: str
    ids: Mapping[str, str]
    groups: tuple[str, ...] = ()
    forms: frozenset[str] = frozenset()

    def final_ids(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return the ids with a kind each: a bare number is the student number unless it is one that is known."""
        ids = {kind: value for kind, value in self.ids.items() if kind != "id"}
        bare = self.ids.get("id", "")
        if bare and bare not in known.values():
            ids.setdefault("sis", bare)
        return ids


@dataclass
class Roster:
    """The rows of a roster and how to find a student among them."""

    entries: tuple[RosterEntry, ...]
    warnings: tuple[str, ...] = ()
    has_groups: bool = False
    _cache: dict[str, dict[str, list[RosterEntry]]] = field(default_factory=dict)

    def find(self, owner: Owner) -> tuple[RosterEntry | None, str]:
        """Return the row of an owner; None, and what to tell, where there is none or where several fit."""
        for kind, value in owner.ids.items():
            found = self._index(kind).get(_id_form(value), [])
            if kind == "moodle" and not owner.hidden:
                found = [entry for entry in found if self._names_fit(entry, owner)]
            if found:
                return self._one(found, f"the {kind} id {value}")
        for kind in ("canvas", "moodle"):
            found = self._index("id").get(_id_form(owner.ids.get(kind, "")), [])
            found = [entry for entry in found if owner.hidden or self._names_fit(entry, owner)]
            if found:
                return self._one(found, f"the id {owner.ids[kind]}")
        if owner.hidden:
            return None, ""
        for word in (*(owner.ids[kind] for kind in ("blackboard", "github") if kind in owner.ids), owner.label):
            if found := self._fitting(self._logins().get(_id_form(word), []), owner):
                return self._one(found, f"the login {word}")
        return self._find_by_name(owner)

    def namesake(self, owner: Owner) -> RosterEntry | None:
        """Return the student whose number in Moodle the owner has without having the name: teams are numbered as well."""
        found = [] if owner.hidden else self._index("moodle").get(_id_form(owner.ids.get("moodle", "")), [])
        return next((entry for entry in found if not self._names_fit(entry, owner)), None)

    def members(self, owner: Owner) -> tuple[RosterEntry, ...]:
        """Return the members where the owner is a team of the roster; empty where it is a person, or unknown."""
        if not self.has_groups or self._people(owner.label):
            return ()
        wanted = _folded(owner.label)
        members = tuple(entry for entry in self.entries if wanted in {_folded(group) for group in entry.groups})
        if not members and owner.default_group:
            return tuple(entry for entry in self.entries if not entry.groups)
        return members

    def _find_by_name(self, owner: Owner) -> tuple[RosterEntry | None, str]:
        found = self._people(owner.label)
        if not found and "-" in owner.label:  # Moodle with groups: `Team A-Ada Lovelace`
            found = self._people(owner.label.partition("-")[2])
        if not found and (numbered := self._by_number(owner)):
            return self._one(numbered, "a number in the name")
        if not found:
            return None, ""
        fitting = self._fitting(found, owner)
        if not fitting:
            return None, "has the name of a student of the roster, but another id"
        return self._one(fitting, "the name")

    def _by_number(self, owner: Owner) -> list[RosterEntry]:
        """Return the rows whose number or login stands in the name, as in `Ada Lovelace (s1234567)`."""
        words = [word for word in re.findall(r"\w+", owner.label.replace("_", " ")) if len(word) >= _MIN_NUMBER]
        found = [
            entry
            for word in words
            if any(char.isdigit() for char in word)
            for entry in self._fitting([*self._logins().get(_id_form(word), [])], owner)
        ]
        return list({entry.line: entry for entry in found}.values())

    def _people(self, label: str) -> list[RosterEntry]:
        for form in name_forms(label, exact=True):
            if found := self._index("name").get(form):
                return found
        return []

    def _fitting(self, found: Sequence[RosterEntry], owner: Owner) -> list[RosterEntry]:
        """Return the rows that do not say another id of the same kind; Moodle's are others in each assignment."""
        ids = {kind: value for kind, value in owner.ids.items() if kind != "moodle"}
        return [e for e in found if all(_id_form(e.ids.get(k, v)) == _id_form(v) for k, v in ids.items())]

    def _names_fit(self, entry: RosterEntry, owner: Owner) -> bool:
        return not entry.forms or bool(entry.forms & name_forms(owner.label, exact=True))

    def _one(self, found: Sequence[RosterEntry], what: str) -> tuple[RosterEntry | None, str]:
        if len(found) == 1:
            return found[0], ""
        lines = ", ".join(str(entry.line) for entry in found)
        return None, f"fits several rows of the roster by {what} (lines {lines}): joined with none"

    def _index(self, kind: str) -> dict[str, list[RosterEntry]]:
        if kind not in self._cache:
            index: dict[str, list[RosterEntry]] = {}
            for entry in self.entries:
                for form in entry.forms if kind == "name" else [_id_form(entry.ids.get(kind, ""))]:
                    if form:
                        index.setdefault(form, []).append(entry)
            self._cache[kind] = index
        return self._cache[kind]

    def _logins(self) -> dict[str, list[RosterEntry]]:
        """Return all that a person may be called by in one word: logins, numbers, addresses and what stands before their @."""
        if "logins" not in self._cache:
            index: dict[str, list[RosterEntry]] = {}
            for entry in self.entries:
                words = {_id_form(value) for kind, value in entry.ids.items() if kind not in ("canvas", "moodle")}
                words |= {word.partition("@")[0] for word in words}
                for word in words - {""}:
                    index.setdefault(word, []).append(entry)
            self._cache["logins"] = index
        return self._cache["logins"]


def name_forms(name: str, *, exact: bool = False, last: str = "", first: str = "") -> frozenset[str]:
    """Return a name as tools write it, squashed: in its order and, unless `exact`, with the last names first."""
    forms = {squashed(name)}
    if last or first:
        forms |= {squashed(first + last), squashed(last + first)}
    comma_last, comma, comma_first = name.partition(",")
    if comma:
        forms |= {squashed(comma_first + comma_last)}
    elif not exact and not (last or first):
        words = name.split()
        forms |= {squashed("".join(words[cut:] + words[:cut])) for cut in range(1, len(words))}
    return frozenset(forms - {""})


def _id_form(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip().casefold()


# ---------------------------------------------------------------------------------------------------------------------
# Reading the file


def read_roster(path: Path) -> Roster:
    """Return the students that a CSV lists.

    Raises:
        UsageError: it cannot be read, or no column says who the students are; it names the line.
    """
    rows = _rows(_text(path), path)
    if not rows:
        raise UsageError("the roster is empty", where=str(path), cure="Export it again, with a line of headings.")
    number, header = rows[0]
    kinds = _kinds(header, [row for _, row in rows[1:20]])
    if not any(kind in kinds for kind in (*_NAMED_KINDS, *_IDS)):
        raise _no_columns(path, number, header)
    entries: list[RosterEntry] = []
    warnings: list[str] = []
    for line, row in rows[1:]:
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            cause = f"the line has {len(row)} cells, but there are {len(header)} headings"
            cure = "Put names that hold the separator into quotes, or export the roster again."
            raise UsageError(cause, where=f"{path}:{line}", cure=cure)
        entry = _entry(line, dict(_cells(kinds, row)))
        if _POINTS_POSSIBLE in (row[0] if row else "").casefold() or entry is None:
            continue
        if entry.name.casefold() in _TEST_STUDENTS:
            continue
        entries.append(entry)
    if not entries:
        raise UsageError("the roster lists no student", where=f"{path}:{number}", cure="Export it again.")
    kept = _without_twins(entries, warnings, path)
    return Roster(tuple(kept), tuple(warnings), has_groups="group" in kinds)


def _text(path: Path) -> str:
    raw = read_file(path, MAX_ROSTER_BYTES)
    if len(raw) > MAX_ROSTER_BYTES:
        raise UsageError("the roster is too large", where=str(path), cure="Name a CSV of one class.")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError("the roster is a spreadsheet", where=str(path), cure="Save it as CSV.")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif raw[:200].count(0) > len(raw[:200]) // 4:
        encodings = ("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be",)
    else:
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            line = text[: text.index("\0")].count("\n") + 1
            raise UsageError("the roster holds a NUL byte", where=f"{path}:{line}", cure="Save it as CSV in UTF-8.")
        return text
    raise UsageError("the roster is damaged UTF-16", where=str(path), cure="Save it as CSV in UTF-8.")


def _rows(text: str, path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something, each with the number of the line in which it begins."""
    best: list[tuple[int, list[str]]] = []
    first = text.lstrip().partition("\n")[0]
    named = re.fullmatch(r"sep=(.)\r?\n?", first.strip())  # what Excel writes ahead
    if named:
        text = "\n" + text.lstrip().partition("\n")[2]
    for delimiter in (named[1],) if named else sorted(",;\t", key=lambda mark: _recognised(first, mark), reverse=True):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        begins = 1
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    best.append((begins, [cell.strip() for cell in row]))
                begins = reader.line_num + 1
        except csv.Error as error:
            what = "a quote is never closed" if "unexpected end" in str(error) else str(error)
            cure = "Correct the quotes in this line, or export the roster again."
            raise UsageError(f"not a CSV: {what}", where=f"{path}:{begins}", cure=cure) from error
        return best
    return best


def _recognised(line: str, delimiter: str) -> tuple[int, int]:
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return sum(_folded(cell) in _KIND_OF for cell in cells), len(cells)


def _kinds(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """Return the kind of each column; empty where it is of no use."""
    kinds = [_KIND_OF.get(_folded(cell), "") for cell in header]
    folded = [_folded(cell) for cell in header]
    is_canvas = any(name.startswith("sis ") for name in folded) or ("section" in folded and folded[:1] == ["student"])
    for number, kind in enumerate(kinds):
        values = [row[number] for row in sample if len(row) > number and row[number]]
        if kind == "id" and is_canvas and folded[number] == "id":
            kinds[number] = "canvas"
        elif kind in ("id", "identifier"):
            identified = values and all(_IDENTIFIER.fullmatch(value) for value in values)
            kinds[number] = "moodle" if identified else "id"
    # `Name; Vorname` and `Apellidos; Nombre`: what is headed as the name is the other half of it.
    for half, other in (("first", "last"), ("last", "first")):
        if half in kinds and other not in kinds and "name" in kinds:
            name, part = kinds.index("name"), kinds.index(half)
            rows = [row for row in sample if len(row) > max(name, part) and row[part]]
            if not all(squashed(row[part]) in squashed(row[name]) for row in rows):
                kinds[name] = other
    return kinds


def _no_columns(path: Path, line: int, header: Sequence[str]) -> UsageError:
    shown = ", ".join(repr(cell) for cell in header[:6]) + (", ..." if len(header) > 6 else "")
    closest = next((near for cell in header if (near := closest_name(_folded(cell), _KIND_OF))), "")
    guess = f" Is {closest!r} meant?" if closest else ""
    return UsageError(
        f"no heading of the roster says who the students are: {shown}",
        where=f"{path}:{line}",
        cure=f"Head the columns with name, id, login, email, github or group.{guess}",
    )


def _cells(kinds: Sequence[str], row: Sequence[str]) -> list[tuple[str, str]]:
    """Return the cells that are of use, of several of one kind the first that holds something."""
    found: dict[str, str] = {}
    for kind, cell in zip(kinds, row):
        if kind and cell and kind not in found:
            found[kind] = cell
    return list(found.items())


def _entry(line: int, cells: Mapping[str, str]) -> RosterEntry | None:
    last, first = _plain(cells.get("last", "")), _plain(cells.get("first", ""))
    name = _plain(cells.get("name", ""))
    whole = name or f"{first} {last}".strip()
    ids = {kind: _plain_id(kind, cells[kind]) for kind in _IDS if cells.get(kind)}
    if not whole and not ids:
        return None
    forms = name_forms(whole, last=last, first=first)
    behind, comma, before = whole.partition(",")
    if comma and before.strip():
        whole = f"{before.strip()} {behind.strip()}"
    groups = tuple(part.strip() for part in re.split(r"[,;|]", cells.get("group", "")) if part.strip())
    shown = whole or next(iter(ids.values()))
    return RosterEntry(line, clean_name(shown), ids, groups, forms)


def _plain(cell: str) -> str:
    """Return a name without the quote by which an exporter guards a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in ("=", "+", "-", "@") else cell


def _plain_id(kind: str, value: str) -> str:
    if kind == "moodle":
        match = _IDENTIFIER.fullmatch(value)
        return match[1] if match else value
    if kind == "github":
        return re.sub(r"^(?:https?://)?(?:www\.)?github\.com/|^@", "", value).strip("/")
    return value


def _without_twins(entries: Sequence[RosterEntry], warnings: list[str], path: Path) -> list[RosterEntry]:
    """Return the rows without those that say again what an earlier one says."""
    kept: list[RosterEntry] = []
    seen: dict[tuple[str, str], RosterEntry] = {}
    for entry in entries:
        keys = [(kind, _id_form(value)) for kind, value in entry.ids.items()]
        keys = keys or [("name", squashed(entry.name))]
        twin = next((seen[key] for key in keys if key in seen), None)
        if twin is not None and squashed(twin.name) != squashed(entry.name):
            warnings.append(f"{path.name}:{entry.line}: {entry.name} has an id of {twin.name} (line {twin.line})")
            twin = None
        if twin is None:
            kept.append(entry)
        else:
            what = f"{entry.name} is there again (line {twin.line})"
            warnings.append(f"{path.name}:{entry.line}: {what}; the first row counts")
            if twin.groups != entry.groups:
                merged = tuple(dict.fromkeys((*twin.groups, *entry.groups)))
                place = kept.index(twin)
                kept[place] = RosterEntry(twin.line, twin.name, twin.ids, merged, twin.forms)
                twin = kept[place]
        for key in keys:
            seen.setdefault(key, twin or entry)
    names = Counter(entry.name for entry in kept)
    for name in (name for name, count in names.items() if count > 1):
        warnings.append(f"{path.name}: {names[name]} students are called {name}; only their ids tell them apart")
    return kept

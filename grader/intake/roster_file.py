"""The file of a roster: a CSV of any tool's making, its columns told by their names."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.faults import UsageError
from grader.intake.naming import squashed
from grader.intake.roster import Roster, RosterEntry, folded_heading, id_form, name_forms
from grader.submission.files import read_file
from grader.submission.names import clean_name
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
_TEST_STUDENTS = frozenset({"student, test", "test student"})
_KIND_OF = {folded_heading(name): kind for kind, names in _HEADERS.items() for name in names.split(",")}


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
    return sum(folded_heading(cell) in _KIND_OF for cell in cells), len(cells)


def _kinds(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """Return the kind of each column; empty where it is of no use."""
    kinds = [_KIND_OF.get(folded_heading(cell), "") for cell in header]
    folded = [folded_heading(cell) for cell in header]
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
    closest = next((near for cell in header if (near := closest_name(folded_heading(cell), _KIND_OF))), "")
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
        keys = [(kind, id_form(value)) for kind, value in entry.ids.items()]
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

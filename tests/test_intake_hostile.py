"""Whatever stands in an export is accounted for once, nothing of it leads anywhere, and reading it again changes nothing."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.exercise import Exercise
from grader.faults import UsageError
from grader.intake.keeping import lay_down, safe_place
from grader.intake.layouts import LAYOUTS
from grader.intake.preview import print_intake
from grader.intake.reading import read_intake
from grader.intake.records import Intake
from grader.render.as_text import make_console
from grader.submission import read_submission
from tests.exports import CODE, kept, make_course, make_folder, make_zip, packed, reason, the, told


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exercise, ...]:
    return make_course(tmp_path_factory.mktemp("course"))


def shown(intake: Intake, width: int = 80) -> str:
    stream = io.StringIO()
    print_intake(intake, make_console(stream, {}, width=width))
    return stream.getvalue()


def tree(folder: Path) -> dict[str, tuple[bytes, float]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_names_that_lead_out_are_told_and_lead_nowhere(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    bad = ["../evil.py", "/abs.py", "ben/../../x.py", "C:\\evil.py", "a/b\\..\\..\\c.py"]
    path = make_zip(tmp_path / "in" / "e.zip", [*bad, "./ada/calculator.py", "cleo//calculator.py"])

    intake = read_intake(path, course, tmp_path / "keep")

    assert all("leads out" in reason(intake, name.replace("\\", "/")) for name in bad)
    assert {hand_in.student for hand_in in intake.hand_ins} == {"ada", "cleo"}
    assert {p.relative_to(tmp_path).parts[0] for p in tmp_path.rglob("*.py")} == {"keep"}


def test_links_are_told_and_not_followed(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("SECRET")
    folder = make_folder(tmp_path / "e", ["ada/calculator.py", "ben/notes.txt"])
    (folder / "ben" / "calculator.py").symlink_to(secret)
    (folder / "cleo").symlink_to(tmp_path)
    os.mkfifo(folder / "ada" / "pipe.py")

    intake = read_intake(folder, course, tmp_path / "keep")

    assert reason(intake, "ben/calculator.py") == "a symbolic link"
    assert reason(intake, "ada/pipe.py") == "no regular file"
    assert reason(intake, "cleo")
    assert "SECRET" not in str(tree(tmp_path / "keep"))
    assert ("ben", "exercise3") in intake.missing


def test_a_link_in_an_archive_is_told(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", ["ada/calculator.py"])
    link = zipfile.ZipInfo("ben/calculator.py")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    assert reason(read_intake(path, course, tmp_path / "keep"), "ben/calculator.py") == "a symbolic link"


def test_bombs_are_not_unpacked(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    bomb = packed({"calculator.py": b"\0" * 30_000_000})
    path = make_zip(tmp_path / "e.zip", {"a_1_1_calculator.zip": bomb, "b_2_2_calculator.py": b"#" * 30_000_000})

    intake = read_intake(path, course, tmp_path / "keep")

    assert "unpacks to far more" in the(intake, "a").fault
    submission = read_submission(Path(the(intake, "b").path), course[1])
    assert submission.fault is not None and "larger than 1 MB" in submission.fault.message
    assert sum(len(content) for content, _ in tree(tmp_path / "keep").values()) < 2_000_000


def test_twenty_thousand_files_are_read(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    path = make_zip(
        tmp_path / "e.zip",
        {f"s{n}_{n}_{n}_calculator.py": b"" for n in range(1_000)} | {f"x/{n}": b"" for n in range(19_000)},
    )

    intake = read_intake(path, course, None)

    assert len(intake.hand_ins) == 1_000
    assert sum(told(intake).values()) == 20_000


def test_a_damaged_file_costs_its_student_alone(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", {"a_1_1_calculator.py": os.urandom(5000), "b_2_2_calculator.py": CODE})
    raw = bytearray(path.read_bytes())
    raw[200:210] = bytes(10)
    path.write_bytes(raw)

    intake = read_intake(path, course, tmp_path / "keep")

    assert "cannot be read: damaged" in the(intake, "a").fault
    assert kept(the(intake, "b")) == {"calculator.py": CODE}


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"no zip", b"PK\x03\x04" + bytes(50)])
def test_what_is_no_export_is_refused_in_words(course: tuple[Exercise, ...], tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(content)

    with pytest.raises(UsageError) as error:
        read_intake(path, course, tmp_path / "keep")

    assert error.value.cure


def test_a_terminal_gets_no_commands_from_names(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    names = [
        "\x1b]0;owned\x07_7_assignsubmission_file/calculator.py",
        "::error::x_8_assignsubmission_file/a\u202egpj.py",
    ]

    text = shown(read_intake(make_zip(tmp_path / "e.zip", names), course[:1], tmp_path / "keep"))

    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("..", "a.py"), "_/a.py"),
        (("/etc", "x:y.py"), "_etc/x_y.py"),
        (("CON.py",), "_CON.py"),
        (("a.", " ."), "a/_"),
        (("\0\n",), "\ufffd\ufffd"),
        (("é" * 200 + ".py",), "é" * 98 + ".py"),
    ],
)
def test_places_lead_nowhere_on_any_system(path: tuple[str, ...], place: str) -> None:
    assert str(safe_place(path)) == place


# The same again


def test_reading_again_changes_nothing(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", ["ada/calculator.py", "ada/ops.py", "ben/x/my_linear.py", "ben/calculator.py"])

    first, before = read_intake(path, course, tmp_path / "keep"), tree(tmp_path / "keep")
    again, after = read_intake(path, course, tmp_path / "keep"), tree(tmp_path / "keep")

    assert first == again
    assert before == after


def test_a_dry_run_writes_nothing_and_tells_the_same(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    path = make_zip(tmp_path / "e.zip", {"ada/calculator.py": CODE, "ben/calculator.zip": packed(["ops.py"])})

    dry, real = read_intake(path, course, None), read_intake(path, course, tmp_path / "keep")

    assert shown(dry) == shown(real)
    assert {hand_in.path for hand_in in dry.hand_ins} == {""}
    assert {path.name for path in tmp_path.iterdir()} <= {"e.zip", "keep"}


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "ada" / "exercise3"
    for left in (folder, folder.with_name(".exercise3.new"), folder.with_name(".exercise3.old")):
        make_folder(left, {"half.py": "hal"})

    lay_down(folder, {safe_place(("calculator.py",)): b"whole"})

    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} == {
        "ada/exercise3/calculator.py"
    }
    assert [p.name for p in (tmp_path / "ada").iterdir()] == ["exercise3"]


def test_a_link_in_the_way_is_replaced_not_followed(tmp_path: Path) -> None:
    elsewhere = make_folder(tmp_path / "elsewhere", {"mine.py": "mine"})
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "exercise3").symlink_to(elsewhere)

    lay_down(tmp_path / "ada" / "exercise3", {safe_place(("calculator.py",)): b"x"})

    assert (elsewhere / "mine.py").read_text() == "mine" and len(list(elsewhere.iterdir())) == 1
    assert not (tmp_path / "ada" / "exercise3").is_symlink()


# Any names at all

_WORDS = st.sampled_from(
    [
        "ada",
        "Ada Lovelace",
        "김민수",
        "exercise3",
        "Exercise 1",
        "exercise2",
        "calculator.py",
        "my_linear.ipynb",
        "ops.py",
        "a.zip",
        "x.txt",
        "lovelaceada_LATE_12_90_calculator.py",
        "lovelaceada_12_91_calculator-1.py",
        "anon_x_3_a.py",
        "b_4_text.html",
        "__MACOSX",
        "Ada_12_assignsubmission_file",
        "Ada_12_assignsubmission_file_a.py",
        "Gruppe_assignsubmission_file_",
        ".git",
        "CON",
        "~$x",
        "test_a.py",
        "Exercise 3_ada_attempt_2026-11-20-10-00-00_a.py",
        "Exercise 3_ada_attempt_2026-11-20-10-00-00.txt",
        "exercise3-ada",
        "..",
        ".",
        "=",
    ]
)
_NAMES = st.one_of(_WORDS, st.text(min_size=1, max_size=12))
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).map("/".join)
_LISTS = st.lists(_PATHS, min_size=1, max_size=12, unique=True)


@settings(max_examples=150, deadline=None)
@given(files=_LISTS, layout=st.sampled_from(["auto", *LAYOUTS]), one=st.booleans())
@example(files=["ada/a.zip", "ada/a.zip/calculator.py"], layout="auto", one=False)
def test_every_file_is_accounted_for_once(
    course: tuple[Exercise, ...], files: list[str], layout: str, one: bool
) -> None:
    names = [n for n in files if not n.endswith(("/", "\\"))]
    inner = packed(["calculator.py", "x/my_linear.py", "notes.md"])
    wanted = [e for e in course if e.name == "exercise3"] if one else course
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        path = root / "e.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                # Lone surrogates are no names that an archive can hold.
                archive.writestr(
                    zipfile.ZipInfo(name.encode("utf-8", "replace").decode()),
                    inner if name.endswith(".zip") else "# x\n",
                )
        try:
            intake = read_intake(path, wanted, root / "keep", layout=layout)
        except UsageError as error:
            assert error.cure
            return
        count = told(intake)
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if not i.filename.endswith(("/", "\\"))]
        assert all(number == 1 for number in count.values()), count
        covered = [sum(1 for s in count if _is_of(s, i.filename)) for i in infos]
        assert all(covered), [(i.filename, c) for i, c in zip(infos, covered)]
        assert len({student.key.casefold() for student in intake.students}) == len(intake.students)
        for hand_in in intake.hand_ins:
            assert (hand_in.path == "") == bool(hand_in.fault)
            assert Path(hand_in.path or root).resolve().is_relative_to(root.resolve())
        assert read_intake(path, wanted, root / "keep", layout=layout) == intake
        shown(intake)


def _is_of(source: str, name: str) -> bool:
    """Say whether a place that was told is that file, something in it, or a folder of a tool around it."""
    from grader.intake.tree import text_of

    told_name = "/".join(
        text_of(part) for part in name.split("\0")[0].replace("\\", "/").split("/") if part not in ("", ".")
    )
    raw = text_of(name.split("\0")[0].replace("\\", "/"))
    return (
        source in (told_name, raw)
        or source.startswith(f"{told_name}/")
        or (source.endswith("/") and told_name.startswith(source))
    )


def test_the_batch_s_own_folder_is_no_hand_in(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "e", ["ada/calculator.py", "results/old/calculator.py"])

    intake = read_intake(folder, course, folder / "results" / "handed_in")

    assert [student.key for student in intake.students] == ["ada"]
    assert read_intake(folder, course, folder / "results" / "handed_in") == intake


def test_a_large_archive_within_the_limits_is_kept_whole(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    modules = {f"m{number}.py": os.urandom(100_000) for number in range(30)}
    path = make_zip(tmp_path / "e.zip", {"a_1_1_hw.zip": packed({"calculator.py": CODE, **modules})})

    intake = read_intake(path, course, tmp_path / "keep")

    assert len(list(Path(the(intake, "a").path).iterdir())) == 31
    assert not intake.ignored


def test_more_than_a_submission_may_hold_is_left_out_and_told(course: tuple[Exercise, ...], tmp_path: Path) -> None:
    modules = {f"ada/m{number}.py": b"#" * 900_000 for number in range(30)}

    intake = read_intake(
        make_zip(tmp_path / "e.zip", {"ada/calculator.py": CODE, **modules}), course[1:2], tmp_path / "keep"
    )

    assert len(the(intake, "ada").sources) == 23
    assert {entry.reason for entry in intake.ignored} == {"more than a submission may hold"}

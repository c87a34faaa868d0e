"""Whatever is handed in is read, or refused in words: files, folders, archives, notebooks, under any name."""

from __future__ import annotations

import io
import json
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.archive import read_zip
from grader.course import find_course
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.submission import SourceFault, Submission, read_submission
from grader.submission.text import decode_source

CODE = "class Calculator:\n    pass\n"
OTHER = "HELP = 1\n"
TOML = 'title = "Calculator"\nfile = "calculator.py"\ngiven = ["tiny.py"]\npoints = 1\n'

Files = Mapping[str, str | bytes]


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    folder = tmp_path / "course" / "exercises" / "exercise3"
    write(folder, {"exercise.toml": TOML, "calculator.py": CODE, "tiny.py": "given\n", "test_visible.py": ""})
    return find_course(tmp_path / "course", {}, tmp_path).exercises["exercise3"]


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def zipped(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def in_folder(tmp_path: Path, files: Files) -> Path:
    return write(tmp_path / "ada", files)


def in_zip(tmp_path: Path, files: Files) -> Path:
    return zipped(tmp_path / "ada.zip", files)


PACKED = pytest.mark.parametrize("pack", [in_folder, in_zip])
Pack = Callable[[Path, Files], Path]


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells], "nbformat": 4})


def refused(path: Path, exercise: Exercise) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_submission(path, exercise)
    assert caught.value.cure.endswith((".", "?")) or str(path.parent) in caught.value.cure
    return caught.value


def fault_of(submission: Submission) -> SourceFault:
    assert submission.fault is not None
    assert submission.source == ""
    assert submission.fault.hint.endswith((".", "?"))
    return submission.fault


class TestAFile:
    @pytest.mark.parametrize(
        "name",
        ["calculator.py", "my solution (1).py", "calculator-1.py", "Rechner_é.PY", "calculator", "calculator.txt"],
    )
    def test_it_may_have_any_name(self, tmp_path: Path, exercise: Exercise, name: str) -> None:
        folder = write(tmp_path / "ada", {name: CODE})

        submission = read_submission(folder / name, exercise)

        assert (submission.file_name, submission.source, submission.fault) == (name, CODE, None)
        assert submission.helpers == {}

    def test_a_missing_one_suggests_the_closest_name(self, tmp_path: Path, exercise: Exercise) -> None:
        folder = write(tmp_path / "ada", {"calculator.py": CODE})

        error = refused(folder / "calculater.py", exercise)

        assert error.cure == f"Did you mean {folder / 'calculator.py'}?"

    @pytest.mark.parametrize("name", ["work.rar", "work.tar.gz", "report.pdf", "page.html"])
    def test_other_kinds_are_refused(self, tmp_path: Path, exercise: Exercise, name: str) -> None:
        refused(write(tmp_path / "ada", {name: b"\x00\x01"}) / name, exercise)

    def test_a_program_without_an_ending_is_refused(self, tmp_path: Path, exercise: Exercise) -> None:
        refused(write(tmp_path / "ada", {"calculator": b"\x7fELF\0\0"}) / "calculator", exercise)

    def test_a_pipe_is_refused_without_waiting(self, tmp_path: Path, exercise: Exercise) -> None:
        os.mkfifo(tmp_path / "calculator.py")

        assert "not a regular file" in refused(tmp_path / "calculator.py", exercise).cause

    def test_a_device_is_refused(self, exercise: Exercise) -> None:
        assert "not a regular file" in refused(Path("/dev/zero"), exercise).cause

    @pytest.mark.parametrize("name", ["a\0b.py", "x" * 300 + ".py"])
    def test_an_impossible_name_is_refused(self, tmp_path: Path, exercise: Exercise, name: str) -> None:
        refused(tmp_path / name, exercise)

    def test_a_link_counts_only_where_the_caller_is_trusted(self, tmp_path: Path, exercise: Exercise) -> None:
        folder = write(tmp_path / "ada", {"calculator.py": CODE})
        (tmp_path / "link.py").symlink_to(folder / "calculator.py")

        assert read_submission(tmp_path / "link.py", exercise).source == CODE
        with pytest.raises(UsageError, match="symbolic link"):
            read_submission(tmp_path / "link.py", exercise, follow_link=False)

    def test_files_beside_it_are_other_peoples(self, tmp_path: Path, exercise: Exercise) -> None:
        folder = write(tmp_path / "all", {"ada.py": "import help_me\n" + CODE, "help_me.py": OTHER, "bob.py": CODE})

        submission = read_submission(folder / "ada.py", exercise)

        assert submission.helpers == {}
        assert submission.notes == ("help_me.py lies beside it but was not handed in: name the folder to hand in both",)

    def test_its_own_siblings_come_along_where_it_imports_them(self, tmp_path: Path, exercise: Exercise) -> None:
        files = {"calculator.py": "from parts.a import b\n", "parts/a.py": "import deep\n", "deep.py": "", "bob.py": ""}
        folder = write(tmp_path / "ada", files)

        submission = read_submission(folder / "calculator.py", exercise, siblings=True)

        assert sorted(submission.helpers) == ["deep.py", "parts/a.py"]
        assert submission.notes == ()

    @pytest.mark.parametrize(
        "around",
        [
            "def f():\n    {}\n",
            "class A:\n    async def f(self):\n        {}\n",
            "try:\n    x = 1\nexcept OSError:\n    {}\n",
            "try:\n    x = 1\nexcept OSError:\n    pass\nelse:\n    {}\n",
            "try:\n    x = 1\nfinally:\n    {}\n",
            "if x:\n    pass\nelif y:\n    {}\n",
            "for _ in x:\n    pass\nelse:\n    {}\n",
            "while x:\n    {}\n",
            "with x:\n    {}\n",
            "match x:\n    case 1:\n        {}\n",
        ],
    )
    def test_an_import_is_seen_wherever_it_stands(self, tmp_path: Path, exercise: Exercise, around: str) -> None:
        folder = write(tmp_path / "ada", {"calculator.py": around.format("import deep"), "deep.py": "", "bob.py": ""})

        assert list(read_submission(folder / "calculator.py", exercise, siblings=True).helpers) == ["deep.py"]


class TestItsText:
    def read(self, tmp_path: Path, exercise: Exercise, raw: bytes) -> Submission:
        write(tmp_path / "ada", {"calculator.py": raw})
        return read_submission(tmp_path / "ada" / "calculator.py", exercise)

    @pytest.mark.parametrize(
        ("raw", "source"),
        [
            pytest.param(b"\xef\xbb\xbfx = 1\n", "x = 1\n", id="byte order mark"),
            pytest.param(b"x = 1\r\ny = 2\rz = 3\n", "x = 1\ny = 2\nz = 3\n", id="line ends"),
            pytest.param("x = 'é'\n".encode(), "x = 'é'\n", id="UTF-8"),
            pytest.param(b"# coding: latin-1\nx = '\xe9'\n", "# coding: latin-1\nx = 'é'\n", id="declared Latin-1"),
            pytest.param(b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\n#\x80", None, id="declared in line 2"),
        ],
    )
    def test_it_is_read_as_python_would(
        self, tmp_path: Path, exercise: Exercise, raw: bytes, source: str | None
    ) -> None:
        submission = self.read(tmp_path, exercise, raw)

        assert submission.fault is None
        assert source is None or submission.source == source

    @pytest.mark.parametrize(
        ("raw", "line", "words"),
        [
            pytest.param(b"", 0, "the file is empty", id="empty"),
            pytest.param(b" \n\t\n", 0, "the file is empty", id="blank"),
            pytest.param(b"\xef\xbb\xbf", 0, "the file is empty", id="mark alone"),
            pytest.param("x = 1\n".encode("utf-16"), 0, "saved as UTF-16", id="UTF-16"),
            pytest.param("x = 1234\n".encode("utf-16-le"), 0, "saved as UTF-16", id="UTF-16 without a mark"),
            pytest.param("x = 1\n".encode("utf-32"), 0, "saved as UTF-32", id="UTF-32"),
            pytest.param(b"x = 1\r\ny = '\xe9'\r\n", 2, "line 2 holds a byte that is not UTF-8 ('é'", id="Latin-1"),
            pytest.param(b"x = 1\n# \x81\n", 2, "line 2 holds a byte that is not UTF-8", id="stray byte"),
            pytest.param(b"x = 1\ny = 2\0\n", 2, "a NUL byte in line 2", id="NUL"),
            pytest.param(b"x = 1\n" * 200_000, 0, "larger than 1 MB", id="large"),
            pytest.param(b"# coding: none-such\nx = 1\n", 1, "encoding 'none-such'", id="unknown encoding"),
            pytest.param(b"# coding: rot13\nx = 1\n", 1, "encoding 'rot13'", id="no encoding for source"),
            pytest.param(b"# coding: punycode\nx = 1\n", 1, "encoding 'punycode'", id="slow encoding"),
            pytest.param(
                b"# coding: ascii\nx = '\xc3'\n", 2, "line 2 holds a byte that is not ascii", id="not as declared"
            ),
            pytest.param(b"%PDF-1.7\n", 0, "a PDF document", id="PDF"),
            pytest.param(b"PK\x03\x04abc", 0, "a zip archive", id="zip"),
            pytest.param(b"\n<!DOCTYPE html><html>", 0, "a web page", id="web page"),
        ],
    )
    def test_what_cannot_be_read_is_the_students_fault(
        self, tmp_path: Path, exercise: Exercise, raw: bytes, line: int, words: str
    ) -> None:
        fault = fault_of(self.read(tmp_path, exercise, raw))

        assert words in fault.message
        assert fault.line == line

    def test_the_digest_follows_names_and_bytes(self, tmp_path: Path, exercise: Exercise) -> None:
        folder = write(tmp_path / "ada", {"calculator.py": CODE})
        digests = {read_submission(folder, exercise).sha256}
        for name, content in (("calculator.py", "#"), ("more.py", "#"), ("more.py", "##")):
            write(folder, {name: content})
            digests.add(read_submission(folder, exercise).sha256)
        write(folder, {"test_mine.py": "#", "notes.md": "#"})
        digests.add(read_submission(folder, exercise).sha256)

        assert len(digests) == 4


class TestWhichFile:
    @PACKED
    @pytest.mark.parametrize(
        ("files", "chosen"),
        [
            pytest.param({"calculator.py": CODE, "extra.py": CODE}, "calculator.py", id="own name"),
            pytest.param({"week3/mine/calculator.py": CODE}, "calculator.py", id="deeper"),
            pytest.param({"calculator.py": CODE, "old/calculator.py": ""}, "calculator.py", id="shallowest"),
            pytest.param(
                {"exercise3/calculator.py": CODE, "b/calculator.py": ""}, "calculator.py", id="exercise's folder"
            ),
            pytest.param({"Calculator.py": CODE, "extra.py": CODE}, "Calculator.py", id="other case"),
            pytest.param({"calculator (1).py": CODE, "extra.py": CODE}, "calculator (1).py", id="downloaded again"),
            pytest.param({"calculator-2.py": CODE, "extra.py": CODE}, "calculator-2.py", id="numbered"),
            pytest.param({"calculator.py.txt": CODE}, "calculator.py.txt", id="hidden ending"),
            pytest.param({"mine.py": CODE, "test_mine.py": CODE, "tiny.py": ""}, "mine.py", id="only one"),
            pytest.param({"main.py": CODE, "other.py": OTHER}, "main.py", id="the one that defines it"),
            pytest.param({"mine.py": CODE, "try.ipynb": "{}"}, "mine.py", id="file before notebook"),
            pytest.param({"calculator": CODE, "README": "x"}, "calculator", id="no ending"),
            pytest.param(
                {"__MACOSX/calculator.py": "", "._calculator.py": "", ".venv/a.py": "", "m.py": CODE},
                "m.py",
                id="ignored",
            ),
            pytest.param({"e/pyvenv.cfg": "", "e/lib/calculator.py": "", "m.py": CODE}, "m.py", id="environment"),
        ],
    )
    def test_it_is_found(self, tmp_path: Path, exercise: Exercise, pack: Pack, files: Files, chosen: str) -> None:
        submission = read_submission(pack(tmp_path, files), exercise)

        assert submission.file_name == chosen
        assert submission.source == CODE
        assert submission.student == "ada"

    @PACKED
    @pytest.mark.parametrize(
        "files",
        [
            pytest.param({"one.py": CODE, "two.py": CODE}, id="both define it"),
            pytest.param({"one.py": OTHER, "two.py": OTHER}, id="none defines it"),
            pytest.param({"one/calculator.py": CODE, "two/calculator.py": CODE}, id="equally deep"),
            pytest.param({"calculator (1).py": CODE, "calculator (2).py": CODE}, id="downloaded twice"),
            pytest.param({"one.ipynb": notebook(CODE), "two.ipynb": notebook(CODE)}, id="notebooks"),
        ],
    )
    def test_two_candidates_are_both_named(self, tmp_path: Path, exercise: Exercise, pack: Pack, files: Files) -> None:
        error = refused(pack(tmp_path, files), exercise)

        assert all(name in error.cause for name in files)

    @PACKED
    @pytest.mark.parametrize(
        ("files", "words"),
        [
            pytest.param({}, "is empty", id="empty"),
            pytest.param({"report.pdf": "x"}, "report.pdf", id="report alone"),
            pytest.param({"test_visible.py": "x"}, "test_visible.py", id="suite alone"),
        ],
    )
    def test_none_is_said_with_what_there_is(
        self, tmp_path: Path, exercise: Exercise, pack: Pack, files: Files, words: str
    ) -> None:
        assert words in refused(pack(tmp_path, files), exercise).cause

    def test_a_folder_is_searched_to_a_depth(self, tmp_path: Path, exercise: Exercise) -> None:
        folder = write(tmp_path / "ada", {"a/b/c/d/calculator.py": CODE})

        assert "only a/b/c/d/" in refused(folder, exercise).cause
        assert read_submission(folder / "a", exercise).source == CODE

    @PACKED
    def test_another_name_is_noted(self, tmp_path: Path, exercise: Exercise, pack: Pack) -> None:
        submission = read_submission(pack(tmp_path, {"mine.py": CODE}), exercise)

        assert submission.notes == ("mine.py was graded: no file is called calculator.py",)

    @PACKED
    def test_a_second_download_is_noted(self, tmp_path: Path, exercise: Exercise, pack: Pack) -> None:
        submission = read_submission(pack(tmp_path, {"calculator.py": CODE, "calculator (1).py": CODE}), exercise)

        assert submission.notes == ("calculator (1).py was not looked at: calculator.py was graded",)

    @PACKED
    def test_helpers_are_the_other_modules_beside_it(self, tmp_path: Path, exercise: Exercise, pack: Pack) -> None:
        files = {
            "w/calculator.py": CODE,
            "w/more.py": "x = 1\r\n",
            "w/parts/__init__.py": "",
            "w/parts/a.py": OTHER,
            "w/test_more.py": OTHER,
            "w/conftest.py": OTHER,
            "w/tiny.py": "given\n",
            "w/Calculator/__init__.py": OTHER,
            "w/my file.py": OTHER,
            "w/__pycache__/c.py": OTHER,
            "outside.py": OTHER,
        }

        submission = read_submission(pack(tmp_path, files), exercise)

        assert submission.helpers == {"more.py": "x = 1\n", "parts/__init__.py": "", "parts/a.py": OTHER}
        assert submission.notes == ()

    @PACKED
    def test_a_broken_helper_and_a_changed_given_file_are_noted(
        self, tmp_path: Path, exercise: Exercise, pack: Pack
    ) -> None:
        files: Files = {"calculator.py": CODE, "more.py": b"\xe9", "tiny.py": "changed"}

        submission = read_submission(pack(tmp_path, files), exercise)

        assert submission.fault is None
        assert submission.helpers == {}
        assert [note.split(" ")[0] for note in submission.notes] == ["more.py", "tiny.py"]

    @PACKED
    def test_a_notebook_counts_where_there_is_no_file(self, tmp_path: Path, exercise: Exercise, pack: Pack) -> None:
        submission = read_submission(pack(tmp_path, {"work.ipynb": notebook(CODE, "Calculator()")}), exercise)

        assert submission.file_name == "work.ipynb"
        assert CODE in submission.source
        assert "Calculator()" not in submission.source
        assert submission.notes == ("cell 2 skipped: it runs code and defines nothing the exercise asks for",)

    def test_a_broken_notebook_is_the_students_fault(self, tmp_path: Path, exercise: Exercise) -> None:
        write(tmp_path, {"work.ipynb": '{"cells": ['})

        assert "cannot be read" in fault_of(read_submission(tmp_path / "work.ipynb", exercise)).message

    def test_a_notebook_under_the_name_of_a_file_is_read_as_one(self, tmp_path: Path, exercise: Exercise) -> None:
        write(tmp_path, {"calculator.py": notebook(CODE)})

        assert CODE in read_submission(tmp_path / "calculator.py", exercise).source

    @pytest.mark.parametrize(
        ("path", "student"),
        [
            ("ada", "ada"),
            ("ada/exercise3", "ada"),
            ("ada/calculator.py", "ada"),
            ("ada/exercise3/calculator (1).py", "ada"),
            ("submissions/ada_12_calculator.py", "ada_12_calculator"),
        ],
    )
    def test_the_student_is_guessed_from_the_names(
        self, tmp_path: Path, exercise: Exercise, path: str, student: str
    ) -> None:
        name = path if path.endswith(".py") else f"{path}/calculator.py"
        write(tmp_path, {name: CODE})

        assert read_submission(tmp_path / path, exercise).student == student

    def test_the_courses_own_folder_is_nobodys(self, exercise: Exercise) -> None:
        submission = read_submission(exercise.folder, exercise)

        assert (submission.student, submission.notes, submission.helpers) == ("", (), {})

    def test_a_link_out_of_the_folder_is_refused_and_one_within_is_not(
        self, tmp_path: Path, exercise: Exercise
    ) -> None:
        write(tmp_path / "ada", {"work/final.txt": CODE})
        write(tmp_path, {"secret.py": CODE})
        (tmp_path / "ada" / "calculator.py").symlink_to(tmp_path / "ada" / "work" / "final.txt")
        assert read_submission(tmp_path / "ada", exercise).source == CODE

        (tmp_path / "ada" / "calculator.py").unlink()
        (tmp_path / "ada" / "calculator.py").symlink_to(tmp_path / "secret.py")

        assert "leads out of the folder" in refused(tmp_path / "ada", exercise).cause

    def test_a_pipe_in_a_folder_is_refused_without_waiting(self, tmp_path: Path, exercise: Exercise) -> None:
        write(tmp_path / "ada", {})
        os.mkfifo(tmp_path / "ada" / "calculator.py")

        assert "not a regular file" in refused(tmp_path / "ada", exercise).cause

    def test_names_that_no_report_could_show_are_cleaned(self, tmp_path: Path, exercise: Exercise) -> None:
        write(tmp_path / "ada", {os.fsdecode(b"a\x1b[31m\xff.py"): CODE})

        submission = read_submission(tmp_path / "ada", exercise)

        assert submission.file_name.encode()
        assert submission.file_name.isprintable()


def archive_with(info: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("calculator.py", CODE)
        archive.writestr(info, content)
    return stream.getvalue()


def entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.filename = name
    info.external_attr = mode << 16
    return info


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("calculator.py", b"\n" * 50_000_000)
    return stream.getvalue()


def many(count: int, size: int = 0, name: str = "m{}.py") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("calculator.py", CODE)
        for number in range(count):
            archive.writestr(name.format(number), os.urandom(size // 2).hex())
    return stream.getvalue()


def patched(raw: bytes, offset_in_directory: int, value: bytes) -> bytes:
    """Return the archive with bytes of the directory entry of its first file replaced."""
    at = raw.index(b"PK\x01\x02") + offset_in_directory
    return raw[:at] + value + raw[at + len(value) :]


PLAIN = archive_with(entry("more.py"))


class TestHostileArchives:
    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            pytest.param(archive_with(entry("../x.py")), "leads out", id="parent folder"),
            pytest.param(archive_with(entry("a/../../x.py")), "leads out", id="parent folder inside"),
            pytest.param(archive_with(entry("..\\x.py")), "leads out", id="parent folder of Windows"),
            pytest.param(archive_with(entry("/etc/x.py")), "leads out", id="absolute"),
            pytest.param(archive_with(entry("C:\\x.py")), "leads out", id="drive"),
            pytest.param(archive_with(entry("a\x1b[2J.py")), "control characters", id="control characters"),
            pytest.param(archive_with(entry("a" * 300 + ".py")), "too long", id="long name"),
            pytest.param(archive_with(entry("x.py", stat.S_IFLNK | 0o777), b"/etc/passwd"), "a link", id="link"),
            pytest.param(archive_with(entry("x", stat.S_IFIFO | 0o777)), "no regular file", id="pipe"),
            pytest.param(archive_with(entry("x", stat.S_IFBLK | 0o777)), "no regular file", id="device"),
            pytest.param(archive_with(entry("calculator.py")), "twice", id="same name twice"),
            pytest.param(archive_with(entry("Calculator.py")), "in case alone", id="case clash"),
            pytest.param(bomb(), "far more than it should", id="bomb"),
            pytest.param(many(1001), "more than 1000 files", id="many files"),
            pytest.param(many(60, 900_000), "more than 20 MB", id="much in all"),
            pytest.param(patched(PLAIN, 8, b"\x01\x00"), "encrypted", id="encrypted"),
            pytest.param(patched(PLAIN, 10, b"\x0e\x00"), "unusual way", id="method"),
            pytest.param(patched(PLAIN, 16, b"abcd"), "damaged", id="checksum"),
            pytest.param(PLAIN[:-30], "cut off", id="cut off"),
            pytest.param(b"", "no zip archive", id="empty file"),
            pytest.param(b"Rar!\x1a\x07\x01\x00", "no zip archive", id="another archive"),
            pytest.param(
                b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 9, 9, 4_000_000_000, 0, 0), "far too many", id="directory"
            ),
        ],
    )
    def test_they_are_refused_in_words(self, tmp_path: Path, exercise: Exercise, raw: bytes, words: str) -> None:
        path = tmp_path / "ada.zip"
        path.write_bytes(raw)

        error = refused(path, exercise)

        assert words in error.cause
        assert error.where == str(path)

    def test_what_is_never_read_does_no_harm(self, tmp_path: Path, exercise: Exercise) -> None:
        path = tmp_path / "ada.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("calculator.py", CODE)
            archive.writestr("data/images.bin", b"\0" * 50_000_000)
            archive.writestr("inner.zip", b"PK\x03\x04")
            archive.writestr(entry(".venv/bin/python", stat.S_IFLNK | 0o777), "/usr/bin/python")
            for number in range(1500):
                archive.writestr(f".venv/lib/m{number}.py", "")

        assert read_submission(path, exercise).source == CODE

    def test_names_with_backslashes_are_folders(self, tmp_path: Path, exercise: Exercise) -> None:
        path = tmp_path / "ada.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(entry("week3\\calculator.py"), CODE)
            archive.writestr(entry("week3\\more.py"), OTHER)

        assert read_submission(path, exercise).helpers == {"more.py": OTHER}

    def test_a_source_file_of_too_many_bytes_is_the_students_fault(self, tmp_path: Path, exercise: Exercise) -> None:
        path = zipped(tmp_path / "ada.zip", {"calculator.py": os.urandom(600_000).hex()})

        assert "larger than 1 MB" in fault_of(read_submission(path, exercise)).message


NAMES = st.text(st.sampled_from("aA./\\:é\0\n _~-"), max_size=8).map(lambda stem: stem + ".py") | st.sampled_from(
    ["calculator.py", "calculator.ipynb", "x/", "__MACOSX/a.py", "a.zip", "tiny.py"]
)
ENTRIES = st.tuples(NAMES, st.binary(max_size=40), st.sampled_from([0, 0, stat.S_IFLNK, stat.S_IFREG, stat.S_IFDIR]))


def build(entries: list[tuple[str, bytes, int]]) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        for name, content, mode in entries:
            archive.writestr(entry(name, mode), content)
    return stream.getvalue()


def only_faults_come_out(raw: bytes, exercise: Exercise, path: Path) -> None:
    path.write_bytes(raw)
    try:
        submission = read_submission(path, exercise)
    except UsageError as error:
        assert error.cause
        assert error.cure
        return
    assert submission.fault is None or submission.fault.message
    assert not any(name.startswith("/") or ".." in name.split("/") for name in submission.helpers)


@pytest.fixture(scope="module")
def shared_exercise(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    root = tmp_path_factory.mktemp("course")
    write(root / "exercises" / "exercise3", {"exercise.toml": TOML, "calculator.py": CODE, "tiny.py": ""})
    return find_course(root, {}, root).exercises["exercise3"]


@settings(max_examples=200, deadline=None)
@given(st.lists(ENTRIES, max_size=6))
def test_any_entries_give_a_submission_or_words(
    tmp_path_factory: pytest.TempPathFactory, shared_exercise: Exercise, entries: list[tuple[str, bytes, int]]
) -> None:
    only_faults_come_out(build(entries), shared_exercise, tmp_path_factory.getbasetemp() / "any.zip")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), max_size=6), st.integers(0, 40))
def test_any_damage_gives_a_submission_or_words(
    tmp_path_factory: pytest.TempPathFactory, shared_exercise: Exercise, damage: list[tuple[int, int]], cut: int
) -> None:
    raw = bytearray(PLAIN)
    for at, value in damage:
        raw[at] = value

    only_faults_come_out(bytes(raw[: len(raw) - cut]), shared_exercise, tmp_path_factory.getbasetemp() / "damaged.zip")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_no_archive_or_one(raw: bytes) -> None:
    try:
        read_zip(io.BytesIO(raw), "any.zip")
    except UsageError as error:
        assert error.where == "any.zip"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=30).map(lambda text: f"# coding: {text}\n".encode()))
def test_any_bytes_are_text_or_a_fault(raw: bytes) -> None:
    source = decode_source(raw, "calculator.py")

    if isinstance(source, str):
        assert "\r" not in source
        assert "\0" not in source
        source.encode()
    else:
        assert source.message

"""Similar hand-ins: copies are found under every disguise, work done alone is not, and no file does harm."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from disguises import disguise

from grader.batch.folder import BatchFolder
from grader.batch.store import Store
from grader.cli.commands import cli
from grader.course import open_course
from grader.intake.records import HandIn as Handed
from grader.intake.records import Intake, Student
from grader.render.similar import to_index_page, to_pair_page, write_similar
from grader.render.similar_words import to_lines
from grader.similar.comparing import compare_exercise
from grader.similar.documents import HandIn
from grader.similar.passages import Run, Side, shared_runs
from grader.similar.prints import explained_symbols, fingerprints
from grader.similar.records import Likeness
from grader.similar.tokens import bounded_text, read_tokens

ROOT = Path(__file__).parents[1]
RIGHT = ROOT / "tests" / "right"
COURSE = open_course(ROOT, asked_by="test")
COMPARED = ("exercise2", "exercise4", "exercise5")
TINY = ("exercise1", "exercise3", "exercise6")
ORIGINAL = RIGHT / "exercise4" / "einsum_too.py"


def right_files(exercise):
    return [HandIn(path.stem, path.stem, exercise, path) for path in sorted((RIGHT / exercise).glob("*.py"))]


def write(folder, name, text, exercise="exercise4"):
    path = folder / f"{name}.py"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return HandIn(name, name, exercise, path)


def compare(hand_ins, exercise="exercise4", minimum=0.5, top=50):
    return compare_exercise(COURSE.exercises[exercise], hand_ins, minimum=minimum, top=top)


def names_of(compared):
    return [{pair.left.name, pair.right.name} for pair in compared.pairs]


def symbols_of(text):
    return [token.symbol for token in read_tokens(bounded_text(text))]


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The class of exercise4 with one disguised copy in it."""
    copy = write(tmp_path_factory.mktemp("copy"), "copy", disguise(ORIGINAL.read_text()))
    return compare([*right_files("exercise4"), copy])


# What is found


def test_a_copy_with_other_names_order_and_comments_is_found_and_nobody_else(copied):
    assert names_of(copied) == [{"copy", ORIGINAL.stem}]
    assert copied.pairs[0].likeness is Likeness.PARTS
    assert copied.pairs[0].left.fraction > 0.8


def test_passages_name_the_same_code_in_both(copied):
    pair = copied.pairs[0]

    for passage in pair.passages:
        left = symbols_of(pair.left_text[slice(*passage.left)])
        right = symbols_of(pair.right_text[slice(*passage.right)])
        assert len(left) == len(right) == passage.symbols


def test_copies_are_told_apart_by_what_was_changed(tmp_path):
    text = ORIGINAL.read_text()
    same = write(tmp_path, "same", text)
    renamed = write(tmp_path, "renamed", "# mine\n" + text.replace("logits", "scores"))

    found = compare([*right_files("exercise4")[:10], same, renamed])

    kinds = {frozenset((pair.left.name, pair.right.name)): pair.likeness for pair in found.pairs}
    assert kinds[frozenset((ORIGINAL.stem, "same"))] is Likeness.IDENTICAL
    assert kinds[frozenset((ORIGINAL.stem, "renamed"))] is Likeness.RENAMED


@pytest.mark.parametrize("exercise", COMPARED)
def test_right_solutions_written_alone_are_not_reported(exercise):
    found = compare(right_files(exercise), exercise)

    assert found.skipped == ""
    assert names_of(found) == []


@pytest.mark.parametrize("exercise", TINY)
def test_a_tiny_exercise_is_skipped_and_says_why(exercise):
    found = compare(right_files(exercise)[:3], exercise)

    assert found.pairs == ()
    assert "symbols beyond the stub, fewer than 120" in found.skipped
    assert "not compared: too small to tell" in to_lines([found], shown=10)[0]


def test_stubs_handed_in_as_they_are_give_nothing(tmp_path):
    stub = COURSE.exercises["exercise4"].stub.read_text()

    found = compare([write(tmp_path, f"stub{number}", stub) for number in range(5)])

    assert found.pairs == ()


def test_a_team_with_one_file_is_noted_and_not_a_pair():
    members = [HandIn(name, name, "exercise4", ORIGINAL) for name in ("Ada", "Bob")]

    found = compare([*members, *right_files("exercise4")[:3]])

    assert found.teams == (("Ada", "Bob", ORIGINAL.stem),) or ("Ada", "Bob") in found.teams
    assert found.pairs == ()


def test_what_is_left_out_is_told(tmp_path):
    copies = [write(tmp_path, f"copy{number}", f"# {number}\n{ORIGINAL.read_text()}") for number in range(4)]
    broken = HandIn("gone", "Gone", "exercise4", tmp_path / "gone.py")

    found = compare([*copies, broken], top=2)

    assert len(found.pairs) == 2
    assert found.left_out == 4
    assert any(note.startswith("Gone was not compared") for note in found.notes)


# How files are read


def test_names_comments_strings_and_imports_do_not_count_but_what_is_called_does():
    one = "import torch\n\ndef f(a):\n    '''Doc.'''\n    total = torch.sum(a, 'x')  # sum\n    return total\n"
    two = "from math import (\n  pi,\n)\nimport torch\ndef g(b): s = torch.sum(b, 'y'); return s\n"

    assert symbols_of(two) == [*symbols_of(one)[:-2], ";", *symbols_of(one)[-2:]]
    assert symbols_of(one) != symbols_of(one.replace("torch.sum", "torch.mean"))


def test_a_method_without_self_and_own_attributes_reads_the_same():
    one = "class A:\n    def f(self):\n        self.weight = 1\n        return self.weight\n"

    assert symbols_of(one) == symbols_of(one.replace("self", "this").replace("weight", "w"))


def test_code_in_another_order_is_matched_run_by_run():
    first = "".join(f"a{n} " for n in range(20)).split()
    second = "".join(f"b{n} " for n in range(20)).split()

    def side(symbols):
        tokens = read_tokens(" ".join(f"'' .{symbol}" for symbol in symbols))
        prints = fingerprints(tokens)
        return Side([token.symbol for token in tokens], prints, explained_symbols(prints, prints[:0], len(tokens)))

    assert shared_runs(side(first + second), side(second + first)) == (Run(0, 60, 60), Run(60, 0, 60))


# Hostile files


HOSTILE = {
    "one long line": "x = " + "1 + " * 10_000 + "1",
    "one long name": "x" * 200_000,
    "blanks": " " * 200_000,
    "blank lines": "\n \n" * 60_000,
    "deep nesting": "(" * 30_000,
    "unfinished string": '"""' + "a" * 200_000,
    "invalid syntax": "def def class ((( = = :\n" * 1000,
    "the same again and again": "a = b + c\n" * 5_000,
    "the same again, but for one": "a = b + c\n" * 3000 + "a = 1\n" + "a = b + c\n" * 5_000,
    "the stub again and again": COURSE.exercises["exercise4"].stub.read_text() * 10 + "x = 1\n",
    "the stub again, but for one": COURSE.exercises["exercise4"].stub.read_text() * 10 + "x = 2\n",
}


def test_hostile_files_do_no_harm_and_the_rest_is_compared(tmp_path):
    hostile = [write(tmp_path, name.replace(" ", "_"), text) for name, text in HOSTILE.items()]
    null = write(tmp_path, "null", b"x = 1\0\n" * 100)
    copy = write(tmp_path, "copy", disguise(ORIGINAL.read_text()))

    found = compare([*hostile, null, copy, *right_files("exercise4")[:8]])

    assert {"copy", ORIGINAL.stem} in names_of(found)
    assert any("only the first" in note for note in found.notes)


# What is shown


@pytest.fixture
def hostile_pair(tmp_path):
    text = ORIGINAL.read_text() + "\n# </code></pre><script>alert(1)</script>\n"
    hand_ins = [
        HandIn("a", "<img src=x onerror=alert(1)>", "exercise4", write(tmp_path, "a", text).path),
        HandIn("b", "Bob\x1b[2J", "exercise4", write(tmp_path, "b", text + "#\n").path),
    ]
    return compare(hand_ins)


def test_pages_escape_what_students_wrote(hostile_pair):
    page = to_pair_page(hostile_pair, hostile_pair.pairs[0])
    index = to_index_page([hostile_pair], minimum=0.5)

    for text in (page, index):
        assert "<script" not in text
        assert "<img" not in text
        assert "\x1b" not in text
    assert "&lt;script&gt;" in page
    assert "\x1b" not in "".join(to_lines([hostile_pair], shown=10))


def test_pages_link_each_passage_to_its_twin(copied):
    page = to_pair_page(copied, copied.pairs[0])

    for number in range(1, len(copied.pairs[0].passages) + 1):
        for side, other in (("left", "right"), ("right", "left")):
            assert page.count(f'id="{side}-{number}"') == 1
            assert f'href="#{other}-{number}"' in page


@pytest.mark.parametrize("word", ["plagiar", "cheat", "copied", "guilty", "suspic"])
def test_no_word_is_a_verdict(copied, word):
    shown = [to_pair_page(copied, copied.pairs[0]), to_index_page([copied], minimum=0.5), *to_lines([copied], shown=10)]

    assert word not in "".join(shown).replace(ORIGINAL.read_text(), "").lower()


def test_pages_of_an_earlier_comparison_go(tmp_path, copied):
    (tmp_path / "exercise4-007.html").write_text("old")
    (tmp_path / "notes.html").write_text("mine")

    write_similar(tmp_path, [copied], minimum=0.5)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "exercise4-001.html", "index.html", "notes.html", "similar.json",
    ]  # fmt: skip


# The command


def test_the_command_reads_a_batch_and_writes_pages_and_json(tmp_path):
    sources = {
        "ada": ORIGINAL.read_text(),
        "bob": f"# bob\n{ORIGINAL.read_text()}",
        "eve": (RIGHT / "exercise4" / "loops.py").read_text(),
    }
    hand_ins = []
    for student, source in sources.items():
        folder = tmp_path / "submissions" / student / "exercise4"
        folder.mkdir(parents=True)
        (folder / "logistic_regression.py").write_text(source)
        place = f"{student}/logistic_regression.py"
        hand_ins.append(Handed(student=student, exercise="exercise4", path=str(folder), sources=(place,)))
    students = tuple(Student(key=student, name=student.title()) for student in sources)
    with Store(BatchFolder(tmp_path).store) as store:
        store.set_fact(
            "intake", Intake(layout="folders", exercises=("exercise4",), students=students, hand_ins=tuple(hand_ins))
        )

    ran = CliRunner().invoke(cli, ["similar", str(tmp_path), "--course", str(ROOT)], standalone_mode=False)

    assert ran.exception is None
    assert "Ada and Bob: the same code but for names, comments, strings and layout" in ran.stdout
    data = json.loads((tmp_path / "similar" / "similar.json").read_text())
    assert data["schema"] == "grade/similar/1"
    (pair,) = data["exercises"][0]["pairs"]
    assert (pair["left"]["student"], pair["right"]["student"]) == ("ada", "bob")
    assert (tmp_path / "similar" / pair["page"]).is_file()


def test_a_folder_that_is_no_batch_says_what_to_name(tmp_path):
    ran = CliRunner().invoke(cli, ["similar", str(tmp_path)], standalone_mode=False)

    assert "no batch was graded in this folder" in str(ran.exception)

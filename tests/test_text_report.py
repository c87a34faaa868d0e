"""The report in a terminal and in a pipe: what / where / next, 80 columns, no colour needed, no text obeyed."""

import io
import re

import pytest
from sample_results import (
    CONTAINERS,
    EXCERPT,
    READING,
    SAMPLES,
    TENSORS,
    cannot_run,
    every_verdict,
    grader_error,
    hidden_only,
    hostile,
    make_check,
    make_result,
    one_cause,
    one_exception,
    passed,
    stub,
    typical,
)

from grader.records import Audience, Excerpt, Grid, TensorEvidence, Verdict
from grader.render.as_text import make_console, print_result, print_results, wants_color
from grader.render.audience import redact
from grader.render.clean import clean_text, tail, visible, visible_line


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        return True


def printed(result, *, width=None, hints=False):
    """Return what a pipe gets."""
    stream = io.StringIO()
    print_result(result, make_console(stream, {}, width=width), hints=hints)
    return stream.getvalue()


def flat(text):
    """Return `text` with all white space as single spaces, as one sentence."""
    return " ".join(text.split())


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
@pytest.mark.parametrize("width", [80, 60])
def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks(sample, width):
    lines = printed(sample(), width=width, hints=True).split("\n")

    assert max(map(len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_pipe_gets_no_escape_sequences(sample, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")

    text = printed(sample())

    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text) is None


@pytest.mark.parametrize(
    ("stream", "env", "expected"),
    [
        pytest.param(Terminal(), {}, True, id="terminal"),
        pytest.param(Terminal(), {"NO_COLOR": ""}, True, id="NO_COLOR empty"),
        pytest.param(Terminal(), {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(io.StringIO(), {}, False, id="pipe"),
    ],
)
def test_colour_is_for_terminals_that_want_it(stream, env, expected, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert wants_color(stream, env) is expected
    print_result(typical(), make_console(stream, env))
    assert ("\x1b[" in stream.getvalue()) is expected


def test_colour_changes_no_word(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()

    print_result(typical(), make_console(stream, {}, width=80))

    assert re.sub("\x1b\\[[0-9;]*m", "", stream.getvalue()) == printed(typical(), width=80)


def test_a_quiet_console_prints_nothing():
    stream = io.StringIO()

    print_result(typical(), make_console(stream, {}, quiet=True))

    assert stream.getvalue() == ""


def test_an_ascii_stream_shows_what_it_cannot_write_escaped():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    print_result(make_result(make_check("Größe", Verdict.FAILED, message="→ falsch")), make_console(stream, {}))
    stream.flush()

    assert b"Gr\\xf6\\xdfe" in raw.getvalue()


@pytest.mark.parametrize("word", ["PASS", "PART", "FAIL", "TODO", "CRASH", "TIME", "MEMORY", "DENIED", "SKIP", "ERROR"])
def test_each_verdict_is_a_word(word):
    assert re.search(rf"^{word} +A check that ended as", printed(every_verdict()), re.MULTILINE)


def test_a_failing_check_says_what_where_and_next_with_the_line_marked():
    text = printed(typical(), hints=True)

    assert "what      calculator.add_dict is a plain dict" in text
    assert "where     calculator.py:15" in text
    assert "next      Which container of torch.nn" in text
    assert re.search(r"^ +> 15 \|         self\.add_dict", text, re.MULTILINE)
    assert re.search(r"^ +14 \|         amounts", text, re.MULTILINE)
    line, caret = re.search(r"^(.*> 15 .*)\n(.*\^)$", text, re.MULTILINE).groups()
    assert line[len(caret) - 1] == EXCERPT.lines[4][EXCERPT.column - 1]


def test_a_passing_check_is_one_line():
    lines = printed(passed()).splitlines()

    assert sum(line.startswith("PASS") for line in lines) == 6
    assert "12 of 12 points  Passed" in printed(passed())
    assert "1 hidden check runs besides at your instructor's." in printed(passed())


def test_checks_come_grouped_by_concept_in_the_order_of_the_exercise():
    text = printed(typical())

    headings = ["Containers that register their modules\n", "Access by key\n", "Call against .forward\n"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_the_same_mistake_is_told_once():
    text = printed(typical())

    assert text.count("is a plain dict") == 1
    assert 'the same as "The modules of the calculator are registered"' in flat(text)


def test_hints_wait_until_they_are_asked_for():
    first, second = printed(typical()), printed(typical(), hints=True)

    assert "Which container of torch.nn" not in first
    assert first.splitlines()[-1] == "What to look at next: the same command with --hint."
    assert "Which container of torch.nn" in second
    assert "--hint" not in second


@pytest.mark.parametrize("sample", [passed, stub, grader_error], ids=lambda sample: sample.__name__)
def test_no_hint_is_promised_where_there_is_none(sample):
    assert "--hint" not in printed(sample())


def test_what_mends_a_fault_of_the_grader_is_told_at_once():
    assert "next      Run `grade doctor`." in printed(grader_error())


def test_an_exception_is_told_once_with_the_checks_that_it_stops_whatever_sizes_it_met():
    text = printed(one_exception(), hints=True)

    assert text.count("RuntimeError") == 1
    assert 'also the same at 1 other check: "Large tensors are added"' in flat(text)
    assert 'the same as "Small tensors are added"' in flat(text)
    assert text.count("Print both shapes.") == 1
    assert "Is the value a number?" not in text


def test_checks_that_one_exception_stops_keep_the_hints_that_are_their_own():
    checks = [
        make_check(title, Verdict.FAILED, message="ValueError: no", hint=hint, where="a.py:1", concept=CONTAINERS)
        for title, hint in (("A", "Print a."), ("B", "Print b."))
    ]

    for others in ((), (make_check("C", Verdict.FAILED, message="wrong", concept=CONTAINERS),)):
        text = printed(make_result(*checks, *others), hints=True)
        assert text.count("ValueError") == 1
        assert text.count("Print a.") == text.count("Print b.") == 1


def test_a_concept_with_a_mistake_names_the_section_to_read_again():
    text = printed(typical())

    assert 'Read again: exercise3/README.md, "Containers that register their modules"' in text
    assert 'Read again: exercise3/README.md, "Access by key"' in text
    assert '"Call against .forward"' not in text  # its checks pass, or wait for others


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(make_result(*passed().checks, reading=READING), id="all passes"),
        pytest.param(make_result(*stub().checks, reading=READING), id="nothing is written"),
        pytest.param(make_result(*one_exception().checks[:2], reading=READING), id="one cause in two concepts"),
        pytest.param(make_result(*hidden_only().checks, reading=READING), id="the concept is not the reader's to know"),
    ],
)  # fmt: skip
def test_nothing_is_named_to_read_where_no_concept_is_known_to_be_the_trouble(result):
    assert "Read again" not in printed(redact(result, Audience.STUDENT))


def test_a_terminal_gets_a_link_to_the_section(monkeypatch, tmp_path):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()

    print_result(typical(), make_console(stream, {}), task=tmp_path / "READ ME.md")

    assert f"{tmp_path.as_uri()}/READ%20ME.md#access-by-key" in stream.getvalue()


def test_one_cause_behind_all_checks_is_told_once():
    text = printed(one_cause())

    assert text.count("AttributeError") == 1
    assert text.count("CRASH") == 3


def test_the_stub_is_told_calmly():
    text = printed(stub())

    assert text.count("TODO") == 4
    assert "Nothing is implemented yet: write the bodies in calculator.py" in flat(text)
    assert "what" not in text
    assert "9 hidden checks run besides at your instructor's." in text


def test_a_file_that_does_not_run_is_shown_by_line_and_caret_first():
    text = printed(cannot_run())

    assert "SyntaxError: expected ':'" in text
    assert re.search(r"> 3 \| class Add\(nn.Module\)\n +\| {21}\^$", text, re.MULTILINE)
    assert "5 checks wait for calculator.py to run." in text
    assert text.index("SyntaxError") < text.index("0 of 10 points")


def test_a_fault_of_the_grader_blames_nobody_else():
    text = flat(printed(grader_error()))

    assert "The fault is the grader's, not yours." in text
    assert "Not graded" in text
    assert "FAIL" not in text


def test_a_student_reads_the_total_of_hidden_checks_alone():
    text = printed(redact(hidden_only(), Audience.STUDENT))

    assert "2 of 4 points" in text
    assert "secret" not in text.lower()


def test_markup_of_a_student_is_text():
    text = printed(hostile())

    assert "[bold red]not bold[/]" in text
    assert ":smile:" in text
    assert r"\x1b[31mred\x1b[0m" in text
    assert r"\u202egnp.exe" in text
    assert r"half \ud83d of a face" in text


def test_output_is_bounded_to_its_end():
    check = make_check("A", Verdict.FAILED, message="wrong", output="".join(f"line {i}\n" for i in range(1000)))

    text = printed(make_result(check))

    assert "the last 10 of 1,000 lines" in text
    assert "| line 999" in text
    assert "line 989" not in text


def test_small_tensors_are_shown_with_what_differs():
    text = printed(make_result(make_check("A", Verdict.FAILED, message="wrong", evidence=(TENSORS,))))

    assert "0.5  -1.25   3*" in text
    assert "expected  shape (2, 3), float32" in text


def test_numbers_that_differ_look_different():
    close = Grid(shape=(1,), dtype="float32", rows=((1.000001,),))
    one = Grid(shape=(1,), dtype="float32", rows=((1.0,),))
    evidence = TensorEvidence(title="close", actual=close, expected=one, differs=((True,),))

    text = printed(make_result(make_check("A", Verdict.FAILED, message="wrong", evidence=(evidence,))))

    assert "1.000001*" in text.replace(" ", "")


def test_a_caret_far_to_the_right_is_in_view():
    line = "x = [" + "1, " * 200 + "oops]"
    excerpt = Excerpt(file="a.py", first_line=1, lines=(line,), line=1, column=line.index("oops") + 1)

    text = printed(make_result(make_check("A", Verdict.CRASHED, message="wrong", excerpt=excerpt)))

    shown, caret = re.search(r"^(.*> 1 .*)\n(.*\^)$", text, re.MULTILINE).groups()
    assert shown[len(caret) - 1 :].startswith("oops")


def test_a_caret_behind_a_tab_points_at_its_character():
    excerpt = Excerpt(file="a.py", first_line=7, lines=("\tx = \x00oops",), line=7, column=7)

    text = printed(make_result(make_check("A", Verdict.CRASHED, message="wrong", excerpt=excerpt)))

    shown, caret = re.search(r"^(.*> 7 .*)\n(.*\^)$", text, re.MULTILINE).groups()
    assert shown[len(caret) - 1 :].startswith("oops")


def test_several_results_make_a_table_with_a_total():
    stream = io.StringIO()

    print_results([typical(), passed(), cannot_run()], make_console(stream, {}))

    text = stream.getvalue()
    assert "8.5 of 16" in text
    assert "4 PASS, 1 PART, 2 FAIL, 1 SKIP" in flat(text)
    assert "1 of 3 passed" in text
    assert "20.5 of 38" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\tb\nc", "a\tb\nc", id="tab and newline stay"),
        pytest.param("a\r\nb\rc", "a\nb\nc", id="carriage returns are newlines"),
        pytest.param("\x1b[0m\x07\x9b", r"\x1b[0m\x07\x9b", id="controls"),
        pytest.param("\u202e\u2066\u200f\ufeff", r"\u202e\u2066\u200f\ufeff", id="bidi and invisible"),
        pytest.param("\ud83d", r"\ud83d", id="lone surrogate"),
        pytest.param("Größe 尺寸 \U0001f469\u200d\U0001f52c", "Größe 尺寸 \U0001f469\u200d\U0001f52c", id="any script"),
    ],
)
def test_visible_escapes_what_would_steer_a_reader(text, shown):
    assert visible(text) == shown


def test_text_is_cut_with_words():
    assert clean_text("x" * 100, 10) == "x" * 10 + " ... (90 more characters)"
    assert clean_text("x" * 10, 10) == "x" * 10
    assert visible_line("a\nb" + "x" * 100, 10) == "a\\nbxxx..."


def test_the_tail_says_how_much_came_before():
    assert tail("a\nb\nc\n", lines=2, width=9) == (("b", "c"), 1)
    assert tail("abcdefgh", lines=2, width=6) == (("abc...",), 0)

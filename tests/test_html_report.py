"""The HTML report as text: stands alone, obeys no student, says all that the result says."""

import itertools
import os
import re
import subprocess
import sys
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sample_results import (
    ALL_EVIDENCE,
    READING,
    SAMPLES,
    TENSORS,
    cannot_run,
    every_evidence,
    every_verdict,
    grader_error,
    hostile,
    make_check,
    make_result,
    one_cause,
    one_exception,
    passed,
    stub,
    typical,
)

from grader.faults import UsageError
from grader.records import (
    Audience,
    ConfusionEvidence,
    CurveEvidence,
    Grid,
    ImageEvidence,
    Series,
    TensorEvidence,
    Verdict,
)
from grader.render.as_html import to_html, to_html_index, write_html
from grader.render.audience import redact
from grader.render.pictures import describe_confusion, describe_series
from grader.render.reading import section_html
from grader.render.write import write_report

VOID = {"meta", "link", "img", "source", "rect", "br"}


class Outline(HTMLParser):
    """What a page is made of: tags with attributes, headings, text; fails where tags do not close in order."""

    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.open = []
        self.text = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


PAGES = {name: (lambda sample=sample: to_html(sample())) for name, sample in SAMPLES.items()}
PAGES["index"] = lambda: to_html_index([sample() for sample in SAMPLES.values()], ["a.html"] * len(SAMPLES))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_stands_alone_and_runs_nothing(page):
    outline = Outline(page())

    assert outline.tags[0] == ("html", {"lang": "en"})
    policies = [attrs for attrs in outline.all("meta") if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert [attrs["content"] for attrs in policies] == [
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    ]  # fmt: skip
    assert {tag for tag, _ in outline.tags}.isdisjoint({"script", "iframe", "object", "embed", "form", "base"})
    for tag, attrs in outline.tags:
        assert not any(name.startswith("on") or name == "style" for name in attrs), (tag, attrs)
        for name in ("src", "srcset"):
            assert attrs.get(name, "data:").startswith("data:")
    assert all(attrs["href"] == "data:," for attrs in outline.all("link"))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_has_one_h1_and_headings_without_gaps(page):
    levels = [int(tag[1]) for tag, _ in Outline(page()).tags if re.fullmatch("h[1-6]", tag)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_tables_have_captions_and_headers_their_scope(page):
    outline = Outline(page())

    assert len(outline.all("caption")) == len(outline.all("table"))
    assert all(attrs.get("scope") in ("row", "col") for attrs in outline.all("th"))
    assert all(attrs.get("alt") for attrs in outline.all("img"))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_ids_are_used_once(page):
    ids = [attrs["id"] for _, attrs in Outline(page()).tags if "id" in attrs]

    assert len(ids) == len(set(ids))


def test_hostile_text_is_only_text():
    page = to_html(hostile())

    assert "<script" not in page
    assert "<img src=x" not in page
    assert "{{ 7 * 7 }}" in Outline(page).words
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page) is None
    page.encode("utf-8")


def test_student_text_is_in_no_attribute():
    for tag, attrs in Outline(to_html(hostile())).tags:
        for name, value in attrs.items():
            if name != "alt":  # of pictures: labels and captions, which suites write
                assert "alert" not in (value or ""), (tag, name)


def test_a_failing_check_is_open_and_a_passing_one_folded():
    outline = Outline(to_html(every_verdict()))

    checks = [attrs for attrs in outline.all("details") if attrs.get("class") == "check"]
    folded = [attrs["data-tone"] for attrs in checks if "open" not in attrs]
    assert len(checks) == len(Verdict)
    assert folded == ["good", "quiet"]


def test_verdicts_are_words():
    words = Outline(to_html(every_verdict())).words

    for phrase in (
        "Passed", "Partly right", "Failed", "Not implemented yet", "Crashed", "Out of time", "Out of memory",
        "Not allowed", "Not run", "Grader error",
    ):  # fmt: skip
        assert phrase in words


def test_the_page_says_what_where_and_next_and_marks_the_line():
    page = to_html(typical())
    words = Outline(page).words

    assert "8.5 of 16 points" in words
    assert "4 of 8 checks pass; 12 points are needed to pass." in words
    assert "What calculator.add_dict is a plain dict" in words
    assert "Where calculator.py:15" in words
    assert "What to look at next Which container of torch.nn" in words
    assert page.count('class="line here"') == 1  # the second check says that it is the same
    assert "The same as above: The modules of the calculator are registered" in words


def test_hints_are_folded_until_they_are_asked_for():
    hints = [attrs for attrs in Outline(to_html(typical())).all("details") if attrs.get("class") == "hint"]

    assert len(hints) == 2  # the check that tells the same as another has none of its own
    assert not any("open" in attrs for attrs in hints)


def test_what_mends_a_fault_of_the_grader_is_not_folded():
    assert "Next Run `grade doctor`." in Outline(to_html(grader_error())).words


def test_an_exception_is_told_once_with_the_checks_that_it_stops():
    words = Outline(to_html(one_exception())).words

    assert words.count("RuntimeError") == words.count("Print both shapes.") == 1
    assert "The same at 1 other check Large tensors are added" in words
    assert "The same as above: Small tensors are added" in words


def test_the_page_ends_with_the_sections_to_read_again_and_links_to_them():
    page = to_html(typical())
    outline = Outline(page)

    links = [attrs["href"] for attrs in outline.all("a") if attrs.get("class") == "again"]
    assert links == ["#read-1", "#read-2"]
    assert {"read-1", "read-2"} <= {attrs["id"] for _, attrs in outline.tags if "id" in attrs}
    assert "A plain dict hides its modules." in outline.words
    assert "Call, so that hooks run." not in outline.words  # nothing is wrong there
    assert page.index("Read again</h2>") > page.index('class="check"')


def test_nothing_is_to_be_read_again_where_all_passes():
    assert "Read again" not in Outline(to_html(make_result(*passed().checks, reading=READING))).words


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("<b onclick='x'>", "<p>&lt;b onclick='x'&gt;</p>", id="raw HTML"),
        pytest.param("a\n\n<div>\nb\n</div>", "<p>&lt;div&gt;\nb\n&lt;/div&gt;</p>", id="a block of raw HTML"),
        pytest.param("[a](https://e.org/?a=1&b=2)", '<a href="https://e.org/?a=1&amp;b=2">a</a>', id="a link"),
        pytest.param('[a](https://e.org "t")', '<a href="https://e.org">a</a>', id="no title of a link"),
        pytest.param("[a](../other.md)", "<p><a>a</a></p>", id="a file beside the task"),
        pytest.param("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>", id="a script"),
        pytest.param("![a <i>](https://e.org/a.png)", "<p>a &lt;i&gt;</p>", id="an image"),
        pytest.param("~~~x' onload='y\n</pre>\n~~~", "<code>&lt;/pre&gt;\n</code>", id="code"),
        pytest.param("a \u202e b", r"<p>a \u202e b</p>", id="direction of writing"),
        pytest.param("## A\n\n#### B\n\n## C", "<h4>A</h4>\n<h5>B</h5>\n<h4>C</h4>", id="headings"),
        pytest.param("| | a |\n|---|:-:|\n| b | c |", '<td></td><th scope="col">a</th>', id="an empty corner"),
    ],
)  # fmt: skip
def test_a_section_of_the_task_becomes_html_that_keeps_to_the_page(markdown, html):
    assert html in section_html(markdown, heading_level=4)


def test_every_kind_of_evidence_is_shown():
    outline = Outline(to_html(every_evidence()))

    assert len(outline.all("picture")) == 2
    assert "Expected" in outline.words
    assert "2 of 6 shown numbers differ" in outline.words
    assert sum(attrs.get("class") == "differs" for attrs in outline.all("td")) == 4
    assert "no gradient" in outline.words
    assert "8,300 of 10,110 images predicted right" in outline.words
    assert len([attrs for attrs in outline.all("img") if attrs["src"].startswith("data:image/png")]) == 7
    assert "the last 200 of 500 lines" in outline.words


def test_a_student_sees_no_expected_values_of_a_hidden_suite():
    check = make_check("A", Verdict.FAILED, message="wrong", evidence=ALL_EVIDENCE)

    words = Outline(to_html(redact(make_result(check), Audience.STUDENT))).words

    assert "Yours" in words
    assert "Expected" not in words
    assert "1.75" not in words


def test_a_picture_in_the_dark_has_other_colours_than_in_the_light():
    outline = Outline(to_html(every_evidence()))

    for light, dark in zip(
        [attrs for attrs in outline.all("img") if "svg" in attrs["src"]], outline.all("source"), strict=True
    ):
        assert light["src"] != dark["srcset"]
        assert dark["media"] == "screen and (prefers-color-scheme: dark)"


def test_the_same_result_gives_the_same_page():
    assert to_html(every_evidence()) == to_html(every_evidence())


def test_the_stub_is_told_calmly_and_folded():
    outline = Outline(to_html(stub()))

    assert "Nothing is implemented yet: write the bodies in calculator.py, then grade again." in outline.words
    assert "9 hidden checks run besides at your instructor's." in outline.words
    assert not any("open" in attrs for attrs in outline.all("details"))


def test_one_cause_is_told_once_before_the_checks():
    page = to_html(one_cause())

    assert "One cause behind all that does not pass" in page
    assert page.index("One cause behind") < page.index("Promise 0 is kept")


def test_a_file_that_does_not_run_comes_first_with_its_caret():
    words = Outline(to_html(cannot_run())).words

    assert "calculator.py does not run yet, so no check could start." in words
    assert words.index("SyntaxError") < words.index("Promise 0 is kept")
    assert "^" in words


def test_the_command_that_reproduces_quotes_what_a_shell_would_read():
    page = to_html(make_result(make_check("A"), files=("my file; rm -rf.py",)))

    assert "grade exercise3 'my file; rm -rf.py' --seed 1234 --device cpu" in Outline(page).words


def test_the_overview_links_reports_and_totals():
    page = to_html_index([typical(), passed(), stub()], ["exercise3.html", "javascript:alert(1)", ""])
    outline = Outline(page)

    assert [attrs["href"] for attrs in outline.all("a")] == ["exercise3.html", "javascript%3Aalert%281%29"]
    assert "20.5 of 36 points" in outline.words
    assert "1 of 3 exercises passed." in outline.words


def test_the_overview_of_nothing_is_a_page():
    assert "0 of 0 exercises passed." in Outline(to_html_index([], [])).words


def test_a_report_without_pictures_imports_no_plotting_library():
    code = (
        "import sys; from sample_results import stub; from grader.render import as_html, as_text;"
        "as_html.to_html(stub());"
        "print([m for m in ('matplotlib', 'PIL', 'pygments', 'numpy', 'torch') if m in sys.modules])"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert answer.stdout.strip() == "[]"


def test_a_report_is_written_in_one_step(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")

    write_html(typical(), path)

    assert path.read_text(encoding="utf-8") == to_html(typical())
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("name", ["missing/report.html", "folder", "file/report.html", "nul\0l.html"])
def test_a_place_that_cannot_be_written_is_a_usage_error(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError) as caught:
        write_report(tmp_path / name, "text")

    assert caught.value.cause.startswith("the report cannot be written: ")
    assert name in caught.value.where
    assert caught.value.cure
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]


def test_a_report_may_go_where_no_file_can_be_replaced():
    answer = subprocess.run(
        [sys.executable, "-c",
         "from pathlib import Path; from grader.render.write import write_report;"
         "write_report(Path('/dev/stdout'), 'text')"],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip

    assert answer.stdout == "text"


def test_what_a_killed_run_left_beside_a_report_is_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / f".report[1].html.{ended.pid}.tmp").write_text("half")
    (tmp_path / f".report[1].html.{os.getppid()}.tmp").write_text("somebody writes")

    write_report(tmp_path / "report[1].html", "whole")

    assert sorted(path.name for path in tmp_path.iterdir()) == [f".report[1].html.{os.getppid()}.tmp", "report[1].html"]
    assert (tmp_path / "report[1].html").read_text() == "whole"


def test_a_curve_is_told_in_words():
    assert describe_series(Series(label="loss", y=(2.5, 1.0, 0.5))) == (
        "loss: 2.5 at first, 0.5 at last, lowest 0.5, highest 2.5, 3 values."
    )
    assert describe_series(Series(label="loss", y=(float("nan"),))) == "loss: no finite value."


def test_a_confusion_matrix_without_confusion_is_told_in_words():
    evidence = ConfusionEvidence(title="t", labels=("a", "b"), counts=((3, 0), (0, 2)))

    assert describe_confusion(evidence) == "5 of 5 images predicted right."


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(CurveEvidence(title="t", x_label="", y_label="", series=()), id="no curves"),
        pytest.param(CurveEvidence(title="t", x_label="", y_label="", series=(Series(label="", y=()),)), id="empty"),
        pytest.param(ConfusionEvidence(title="t", labels=(), counts=()), id="no classes"),
        pytest.param(ConfusionEvidence(title="t", labels=("a",), counts=((1, 2), (3,))), id="ragged counts"),
        pytest.param(ImageEvidence(title="t", images=()), id="no images"),
        pytest.param(TensorEvidence(title="t", actual=Grid(shape=(0, 3), dtype="f", rows=())), id="no rows"),
        pytest.param(TensorEvidence(title="t", actual=Grid(shape=(), dtype="f", rows=((1,),))), id="0-D"),
        pytest.param(TensorEvidence(title="t", actual=TENSORS.actual, differs=((True,),)), id="short marks"),
    ],
)  # fmt: skip
def test_odd_evidence_costs_no_report(evidence):
    check = make_check("A", Verdict.FAILED, message="wrong", evidence=(evidence,), points=Decimal(0))

    assert Outline(to_html(make_result(check))).words

"""Student text in every output, read again with parsers that are not ours: it stays text everywhere."""

from __future__ import annotations

import base64
import csv
import io
import os
import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from html.parser import HTMLParser
from xml.parsers import expat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from platforms import commands_in
from sample_results import HOSTILE as HOSTILE_SAMPLE
from sample_results import make_check, make_result

from grader.records import (
    CaptionedImage,
    ConfusionEvidence,
    CurveEvidence,
    Disclosure,
    Excerpt,
    GradientEvidence,
    GradientRow,
    Grid,
    ImageEvidence,
    Series,
    TensorEvidence,
    Verdict,
)
from grader.render.as_html import to_html, to_html_index
from grader.render.as_text import make_console, print_result, print_results
from grader.render.clean import visible
from grader.render.escape import (
    command_data,
    command_property,
    csv_cell,
    csv_line,
    markdown_code,
    markdown_code_block,
    markdown_text,
    without_commands,
    workflow_command,
    xml_attribute,
    xml_characters,
    xml_text,
)

# No output may hold one of these raw, whoever wrote it: C0 but newline and tab, C1, bidi controls, broken characters.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
PIECES = (
    *("`", "``", "```", "~~~", "*", "**", "_", "#", "# ", "## x", "- ", "+ ", "> ", "1. ", "2) ", "---", "===", "|", "\\", "\\|"),
    *("[a](javascript:alert(1))", "![a](https://x.org/y.png)", "[x]: https://x.org", "<https://x.org>", "https://x.org/a?b=c"),
    *("www.example.org", "HTTP://X.org", "mail@example.org", "@octocat", "#12", "GH-3", "a/b#4", "$x$", "~~s~~", ":smile:", "[^1]"),
    *("<script>alert(1)</script>", "<!-- ", "-->", "<img src=x onerror=alert(1)>", "&lt;", "&#60;", "</pre>", "\"'", "]]>", "<![CDATA["),
    *("=1+1", "+1", "-1", "-1.5", "@SUM(A1)", "\t=1", "\r=1", "＝1", "；＝1", ";=1", "; =1", '";=1;"', "'=1", "==", " =1", ",=1"),
    *("::error::x", " ::add-mask::x", "##[error]x", "%0A", "%25", "%", "::", ":", ",", "a=b", "##[", "\u200d::error::x", "\u3000::debug::x"),
    *("\x1b[31m", "\x1b]8;;https://x.org\x07link\x1b]8;;\x07", "\x9b1m", "\x00", "\x07", "\x7f", "\u202e", "\u2066", "\ufeff", "\ud800"),
    *("\ufffe", "\uffff", "\u2028", "\u200b", "\u200d", "\ue000", "[bold]x[/]", "[link=https://x.org]x[/link]", "{{ 7 * 7 }}", "{% x %}"),
    *("\n", "\r\n", "\r", "\t", " ", "    ", "\n\n", "\x0b", "\x0c", "\x85", "a", "Zoë", "名前", "\U0001f642", "file.py", "12"),
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)


# Markdown

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What GitHub links once the Markdown is HTML: addresses, mails, mentions, issues.
GITHUB_LINKS = re.compile(r"(https?|ftp)://|www\.|[\w.+-]@\w|@\w|#\d|GH-\d", re.IGNORECASE)


class Page(HTMLParser):
    """Tags, attributes and text of a page; `code` is the text within code and pre, `prose` all other."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.prose, self.code, self._inside = [], [], [], 0
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))
        self._inside += tag in ("code", "pre")
        if tag == "br":
            self.prose.append("\n")

    def handle_endtag(self, tag):
        self._inside -= tag in ("code", "pre")

    def handle_comment(self, data):
        self.tags.append(("comment", []))

    def handle_data(self, data):
        (self.code if self._inside else self.prose).append(data)

    @property
    def names(self):
        return {tag for tag, _ in self.tags}


def words(text):
    """Return `text` as words, which is all that a paragraph keeps."""
    return text.replace("\u200b", "").split()


PLACES = {
    "paragraph": ("before\n\n{}\n\nafter\n", {"p"}),
    "line of a paragraph": ("before\n{}\nafter\n", {"p"}),
    "heading": ("## {}\n\nafter\n", {"h2", "p"}),
    "list": ("- {}\n- after\n", {"ul", "li"}),
    "quote": ("> {}\n", {"blockquote", "p"}),
    "table": ("| a | b |\n|---|---|\n| {} | after |\n", {"table", "thead", "tbody", "tr", "th", "td"}),
    "emphasis": ("**{}** after\n", {"p", "strong"}),
}


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(sorted(PLACES)))
def test_markdown_text_is_words_wherever_it_stands(text, place):
    frame, tags = PLACES[place]

    page = Page(MARKDOWN.render(frame.format(markdown_text(text))))

    assert page.names - {"br"} <= tags
    assert all(not attrs for _, attrs in page.tags)
    expected = words(visible(text).replace("\ue000", "\\ue000"))
    if place == "emphasis":  # two stars beside a blank or a mark may stay two stars
        expected, shown = (
            [word.strip("*") for word in expected],
            [word.strip("*") for word in words("".join(page.prose))],
        )
        assert "".join(expected) in "".join(shown)
    else:
        around = [word for word in words(frame.replace("{}", "")) if word.isalpha()]
        assert sorted(words("".join(page.prose))) == sorted(expected + around)
    assert GITHUB_LINKS.search("".join(page.prose)) is None


@settings(max_examples=300)
@given(TEXTS, st.booleans())
@example("`", False)
@example("a\\|b", True)
def test_markdown_code_is_one_span(text, in_table):
    span = markdown_code(text, in_table=in_table)

    frame = "| a | b |\n|---|---|\n| {} | after |\n" if in_table else "before {} after\n"
    page = Page(MARKDOWN.render(frame.format(span)))
    assert page.names <= {"table", "thead", "tbody", "tr", "th", "td", "p", "code"}
    assert "".join(page.code).split() == visible(text).strip().replace("\n", "\\n").split()
    assert GITHUB_LINKS.search("".join(page.prose)) is None
    assert "after" in "".join(page.prose)


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(["", "python", "text\n# x", "`"]))
@example("inside\n```\n# out\n``````\n~~~\n", "python")
def test_a_markdown_block_holds_its_text_and_nothing_gets_out(text, language):
    tokens = MARKDOWN.parse(f"before\n\n{markdown_code_block(text, language)}after\n")

    assert [token.type for token in tokens if token.type != "inline"] == [
        *("paragraph_open", "paragraph_close", "fence", "paragraph_open", "paragraph_close")
    ]
    fence = next(token for token in tokens if token.type == "fence")
    assert fence.content == visible(text).rstrip("\n") + "\n"
    assert fence.info == ("python" if language == "python" else "")


def test_plain_words_stay_readable_in_markdown():
    assert markdown_text("your forward returned (2, 3), not (2, 4)") == "your forward returned (2, 3), not (2, 4)"
    assert markdown_text("1. first\n\nlast") == "1&#46; first<br><br>last"
    assert markdown_text("ask @octocat") == "ask &#64;&#8203;octocat"
    assert markdown_code("net.bias") == "`net.bias`"
    assert markdown_code(" \n ") == ""
    assert markdown_code_block("print(1)\n", "python") == "```python\nprint(1)\n```\n"


# CSV

FORMULA = tuple("=+-@＝＋－＠\t\r")


@settings(max_examples=400)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from([csv_cell, csv_line]))
def test_a_cell_is_read_again_and_is_no_formula(texts, guard):
    cells = [guard(text) for text in texts]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerow(cells)

    assert next(csv.reader(io.StringIO(stream.getvalue(), newline="")), []) == cells
    for cell in cells:
        assert FORBIDDEN.search(cell) is None
        assert is_number(cell) or not any(map(is_formula, [cell, *re.split("[;\n]", cell)]))


def is_formula(piece):
    """Say whether a program may compute a piece, which it may have cut out at semicolons and newlines, quotes or not."""
    bare = piece.lstrip('" \t\r\u3000\xa0')
    return bare.startswith(FORMULA) or (bare.lstrip("'\" ").startswith(FORMULA) and not bare.startswith("'"))


def is_number(text):
    return re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) is not None


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("-1.5", "-1.5"),
        ("-1\n", "'-1\n"),
        ("\t=1", " '=1"),
        ("\r=1", "\n'=1"),
        ("＝1", "'＝1"),
        ('"=1', "\"'=1"),
        ("a;=1", "a;'=1"),
        ("a; =1\n+2", "a; '=1\n'+2"),
        ("Zoë O'Neil-Smith", "Zoë O'Neil-Smith"),
        ("x = 1", "x = 1"),
        ("", ""),
    ],
    ids=repr,
)
def test_a_formula_gets_an_apostrophe_and_a_name_does_not(text, cell):
    assert csv_cell(text) == cell


def test_a_line_of_csv_has_no_newline():
    assert csv_line("a\nb\r\nc") == "a\\nb\\nc"


# XML


@settings(max_examples=400)
@given(TEXTS)
@example("\ufffe\uffff]]>\x0b")
def test_xml_is_read_again_by_two_parsers(text):
    written = f"<a b={xml_attribute(text)}>{xml_text(text)}</a>"
    element = ET.Element("a", b=xml_characters(text))
    element.text = xml_characters(text)

    for document in (written, ET.tostring(element, encoding="unicode")):
        parsed = ET.fromstring(document)
        assert parsed.text or visible(text) == ""
        assert parsed.get("b") == visible(text)
        expat.ParserCreate().Parse(document.encode(), True)
    assert "]]>" not in written


# Workflow commands

UNSEEN = re.compile("[\u034f\u200c\u200d\ufe00-\ufe0f]")


@settings(max_examples=400)
@given(TEXTS, TEXTS, TEXTS)
def test_a_command_is_one_command_with_the_values_that_were_meant(message, file, title):
    line = workflow_command("error", message, {"file": file, "line": 3, "title": title, "col": ""})

    ((name, properties, said),) = commands_in(line)
    assert (name, said) == ("error", visible(message))
    assert set(properties) <= {"file", "line", "title"}
    assert properties["line"] == "3"
    assert properties.get("file", "") == visible(file)
    # The runner trims the end of the list.
    assert properties.get("title", "").rstrip() == visible(title).rstrip()


def test_commands_are_escaped_as_the_toolkit_does():
    assert command_data("50%\r\nand: more, too") == "50%25%0Aand: more, too"
    assert command_property("a:b,c%\n") == "a%3Ab%2Cc%25%0A"
    assert workflow_command("endgroup") == "::endgroup::"
    with pytest.raises(ValueError, match="no workflow command"):
        workflow_command("error::x")


@settings(max_examples=400)
@given(TEXTS)
@example("::error::x\n  ##[debug]y\n\u2003::debug::z")
def test_ordinary_output_holds_no_command(text):
    safe = without_commands(text)

    assert commands_in(safe) == []
    assert commands_in(UNSEEN.sub("", safe)) == []
    assert safe == visible(text) or "\\x3a:" in UNSEEN.sub("", safe) or "\\x23#[" in UNSEEN.sub("", safe)


@pytest.mark.parametrize("text", ["x[::2]", "std::vector", "a: b", "# [x]", "test_hidden.py::test_order", "12 | ##"])
def test_output_without_a_command_stays_as_it_is(text):
    assert without_commands(text) == text


@pytest.mark.parametrize(
    "escape",
    [
        markdown_text,
        markdown_code,
        markdown_code_block,
        csv_cell,
        csv_line,
        xml_text,
        command_property,
        without_commands,
    ],
)
@pytest.mark.parametrize(
    "piece", ["\n", "`", ";", "#", " ", "'", ":", "\u200d", "\ue000", "-", "www", "\r\n"], ids=repr
)
def test_a_long_text_takes_no_longer_than_its_length(escape, piece):
    escape(piece * 200_000)  # what is quadratic here would take minutes


# Whole reports


def result_of(text, *, pictures=False):
    """Return a result that says `text` wherever a student or a suite can say something."""
    excerpt = Excerpt(file=text, first_line=1, lines=(text, text, "x = 1"), line=2, column=3)
    rows = (GradientRow(name=text, shape=(1,), registered=False, requires_grad=False, state=text),)
    evidence = (
        TensorEvidence(title=text, actual=Grid(shape=(1, 1), dtype=text, rows=((text,),), window=text)),
        GradientEvidence(title=text, rows=rows),
        ImageEvidence(title=text, images=(CaptionedImage(pixels=((0, 255),), caption=text),)),
    )
    if pictures:
        evidence += (
            CurveEvidence(title=text, x_label=text, y_label=text, series=(Series(label=text, y=(1.0, 2.0)),) * 2),
            ConfusionEvidence(title=text, labels=(text, text), counts=((1, 2), (3, 4))),
        )
    check = make_check(
        "x" + text, Verdict.FAILED, name="x" + text, concept=text, message="x" + text, hint="x" + text, where="x" + text,
        output="x" + text, detail="x" + text, excerpt=excerpt, evidence=evidence, disclosure=Disclosure.ALL,
    )  # fmt: skip
    other = make_check(text, Verdict.CRASHED, message=text, hint=text, where=text, max_points=Decimal(1))
    return make_result(
        check, other, exercise="x" + text, title="x" + text, student="x" + text, files=("x" + text, text), notes=("x" + text,),
        concepts=(text,), device=text, sha256=text,
    )  # fmt: skip


MARK = "zq9x"
MAY_QUOTE_A_LABEL = {"alt"}


def shape_of(page):
    """Return tags and attributes of a page but for what depends on words: tokens of code, cells of text."""
    return {(tag, name) for tag, attrs in page.tags for name, _ in [*attrs, ("", "")]}


def link_of(text):
    """Return the path of a report in a folder of this name; a name on Linux is any bytes but zero and the slash."""
    return (
        os.fsdecode(text.encode("utf-8", "surrogatepass").replace(b"\0", b"\xff").replace(b"/", b"\xfe"))
        + f"/{MARK}.html"
    )


PLAIN = {pictures: shape_of(Page(to_html(result_of("word", pictures=pictures)))) for pictures in (False, True)}


@settings(max_examples=60)
@given(TEXTS, TEXTS)
@example(HOSTILE_SAMPLE, "")
def test_a_page_has_the_same_tags_and_attributes_whatever_it_says(before, after):
    result = result_of(before + MARK + after)

    for source, plain in ((to_html(result), PLAIN[False]), (to_html_index([result], [link_of(before)]), None)):
        page = Page(source)
        assert FORBIDDEN.search(source) is None
        if plain is not None:
            assert shape_of(page) <= plain
        for tag, attrs in page.tags:
            assert not any(name.startswith("on") or name == "style" for name, _ in attrs)
            for name, value in attrs:
                if MARK in (value or ""):
                    assert (tag, name) == ("a", "href") and re.fullmatch(r"[\w.~/%-]+", value), (tag, name, value)


@pytest.mark.parametrize(
    "text", [HOSTILE_SAMPLE, "\ufffe\uffff", "--><script>", "]]>", "$\\frac{", "\x1b\x9b\u202e"], ids=ascii
)
def test_pictures_are_well_formed_and_hold_no_script(text):
    page = Page(to_html(result_of(f"{text}{MARK}", pictures=True)))

    assert shape_of(page) <= PLAIN[True]
    pictures = [
        value
        for _, attrs in page.tags
        for name, value in attrs
        if "image/svg+xml" in (value or "") and name in ("src", "srcset")
    ]
    assert pictures
    for uri in pictures:
        svg = ET.fromstring(base64.b64decode(uri.partition("base64,")[2]))
        assert not any("script" in element.tag or "foreignObject" in element.tag for element in svg.iter())
    for _, attrs in page.tags:
        assert all(name in MAY_QUOTE_A_LABEL for name, value in attrs if MARK in (value or ""))


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        return True


OWN_STYLE = re.compile("\x1b\\[[0-9;]*m")


@settings(max_examples=60)
@given(TEXTS)
@example(HOSTILE_SAMPLE)
@example("\x1b]8;;https://x.org\x07link\x1b]8;;\x07 [link=https://x.org]x[/link] [red]x[/]")
def test_a_terminal_gets_no_sequence_but_our_colours_and_a_log_no_command(text):
    result = result_of(text)
    for colors in ({}, {"NO_COLOR": "1"}):
        stream = Terminal()
        console = make_console(stream, colors, width=80)
        print_result(result, console)
        print_results([result, result], console)

        printed = OWN_STYLE.sub("", stream.getvalue())
        assert FORBIDDEN.search(printed) is None
        assert commands_in(printed) == []


def test_markup_of_the_terminal_is_shown_not_obeyed():
    stream = Terminal()

    print_result(result_of("[bold]x[/bold] [link=https://x.org]y[/link] :smile:"), make_console(stream, {}, width=90))

    assert "[link=https://x.org]y[/link] :smile:" in OWN_STYLE.sub("", stream.getvalue())
    assert "\x1b]8" not in stream.getvalue()

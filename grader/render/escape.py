"""Text of a student (or of a suite) as data in the formats of others: nothing in it is markup, a formula or a command there.

Every function makes its text visible first (`clean.visible`), so no control or bidi character gets anywhere. HTML has no function
here: Jinja escapes it (`as_html`). The terminal has none either, since `as_text` draws with `rich.text.Text`, never with markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from grader.render.clean import visible, visible_line

# Markdown

# Any ASCII punctuation can be structure somewhere in CommonMark or GitHub's extensions; these are in running text as well.
_MARKDOWN_STRUCTURE = re.compile(r"[\\`*_{}\[\]<>#+\-=!|~&$:@^\"]")
# A number with one of these begins a list, at the beginning of a line only.
_MARKDOWN_LIST = re.compile(r"^(\d{1,9})([.)])")
_ZERO_WIDTH_SPACE = "&#8203;"
# Links that GitHub makes of plain text once the Markdown is HTML, so that escaping does not reach them. A zero-width space at
# this very place breaks each: before `://` and the dot of `www.`, after @, and before the digits of an issue.
_MARKDOWN_AUTOLINKS = re.compile(
    r"(?P<before>(?=://)|(?<=www)(?=\.)|(?<=@)|(?<=#)(?=\d)|(?<=GH-)(?=\d))", re.IGNORECASE
)
_MARK = "\ue000"  # a private character; the text's own ones are taken out before it is used


def markdown_text(text: str) -> str:
    """Return `text` as plain words of Markdown, on one line: fit for a paragraph, a heading, a list item or a table's cell.

    Lines end in `<br>`. Punctuation becomes a character reference, which can be no structure (CommonMark 0.31.2, section 2.5);
    a backslash would not do in every renderer. GitHub also links bare addresses (GFM 0.29, section 6.9), @names and #numbers
    (docs.github.com, "Autolinked references"), and does so after the references are resolved: a zero-width space breaks these.
    """
    marked = _MARKDOWN_AUTOLINKS.sub(_MARK, visible(text).replace(_MARK, "\\ue000"))
    return "<br>".join(_markdown_line(" ".join(line.split())) for line in marked.strip().split("\n"))


def _markdown_line(line: str) -> str:
    line = _MARKDOWN_STRUCTURE.sub(_reference, line)
    line = _MARKDOWN_LIST.sub(lambda match: f"{match[1]}&#{ord(match[2])};", line)
    return line.replace(_MARK, _ZERO_WIDTH_SPACE)


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match.group())};"


def markdown_code(text: str, *, in_table: bool = False) -> str:
    """Return `text` as a code span on one line; nothing is linked or mentioned inside. Empty where there is no text.

    The fence is longer than every run of backticks in it, and a space keeps them apart (CommonMark 0.31.2, section 6.1).

    Args:
        in_table: for a cell, where a pipe ends even a code span unless it is escaped (GFM 0.29, section 4.10).
    """
    line = " ".join(visible(text).strip().replace("\n", "\\n").split())
    if not line:
        return ""
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    if in_table:
        line = line.replace("|", "\\|")
    return f"{fence}{pad}{line}{pad}{fence}"


def markdown_code_block(text: str, language: str = "") -> str:
    """Return `text` as a fenced block that ends in a newline, for the left margin; an empty line has to stand before it.

    The fence is longer than every run of backticks in it (CommonMark 0.31.2, section 4.5).

    Args:
        language: name for the highlighting, of the writer, not of the student; what is no plain word is left out.
    """
    shown = visible(text).rstrip("\n")
    fence = "`" * max(3, _longest_run(shown) + 1)
    word = language if re.fullmatch(r"[A-Za-z0-9+-]*", language) else ""
    return f"{fence}{word}\n{shown}\n{fence}\n"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


# CSV

# What a spreadsheet takes for a formula (OWASP, "CSV Injection"), with full-width forms, at the beginning of a cell, of a line in
# it, or behind a separator: one who opens a file of commas where semicolons are the rule splits cells there, quotes or not.
_CSV_FORMULA = re.compile(r"(?P<before>(?:^|[;\n])(?:[^\S\n]|[\"'])*)(?=[=+\-@＝＋－＠])")
_CSV_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def csv_cell(text: str) -> str:
    """Return `text` as a cell for `csv.writer`, which quotes it: no spreadsheet computes it.

    A formula gets an apostrophe before it, which spreadsheets show as text. A plain number such as -1.5 stays one. Tabs become
    blanks; newlines stay, as RFC 4180 allows in quotes.
    """
    shown = visible(text).replace("\t", " ")
    if _CSV_NUMBER.fullmatch(shown):
        return shown
    return _CSV_FORMULA.sub(r"\g<before>'", shown)


def csv_line(text: str) -> str:
    """Return `text` as a cell without newlines, for readers that split a file at each."""
    return csv_cell(visible_line(text, limit=32_000))  # a cell of Excel holds 32,767 characters


# XML


def xml_characters(text: str) -> str:
    """Return `text` with characters of XML 1.0 alone (section 2.2, Char), for a serializer that escapes, such as `xml.etree`.

    `visible` shows all others escaped: most controls, surrogates, U+FFFE and U+FFFF.
    """
    return visible(text)


def xml_text(text: str) -> str:
    """Return `text` as the content of an element; `]]>` is none (XML 1.0, section 2.4), so `>` is escaped as well."""
    return escape(xml_characters(text))


def xml_attribute(text: str) -> str:
    """Return `text` as the value of an attribute, with its quotes; white space is kept by references (XML 1.0, section 3.3.3)."""
    return quoteattr(xml_characters(text), {"\n": "&#10;", "\t": "&#9;"})


# GitHub's workflow commands

_COMMANDS = frozenset({"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands"})
# Zero-width characters that `visible` lets pass; the runner compares by the rules of a culture, which may not see them.
_UNSEEN = "[\u034f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_COMMAND_AT_START = re.compile(rf"^(?P<before>(?:[^\S\n]|{_UNSEEN})*):(?={_UNSEEN}*:)", re.MULTILINE)
_COMMAND_ANYWHERE = re.compile(rf"#(?={_UNSEEN}*#{_UNSEEN}*\[)")


def command_data(text: str) -> str:
    """Return `text` as the message of a workflow command (actions/toolkit, packages/core/src/command.ts, escapeData)."""
    return visible(text).replace("%", "%25").replace("\n", "%0A")  # what `visible` returns holds no carriage return


def command_property(text: str) -> str:
    """Return `text` as a property of a workflow command, such as a file's name (command.ts, escapeProperty)."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


def workflow_command(name: str, message: str = "", properties: Mapping[str, str | int] | None = None) -> str:
    """Return the line `::name key=value,...::message`; a property without a value is left out.

    Raises:
        ValueError: GitHub knows no such command.
    """
    if name not in _COMMANDS:
        raise ValueError(f"no workflow command: {name!r}")
    pairs = ((key, command_property(str(value))) for key, value in (properties or {}).items())
    listed = ",".join(f"{key}={value}" for key, value in pairs if value)
    return f"::{name}{' ' if listed else ''}{listed}::{command_data(message)}"


def without_commands(text: str) -> str:
    """Return `text` for the log of a job, with what GitHub's runner would carry out as a command shown escaped.

    The runner takes `::` after any white space at the beginning of a line, and the older `##[` anywhere in one (actions/runner,
    src/Runner.Common/ActionCommand.cs).
    """
    return _COMMAND_ANYWHERE.sub(r"\\x23", _COMMAND_AT_START.sub(r"\g<before>\\x3a", visible(text)))

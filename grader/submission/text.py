"""From the bytes of a source file to its text, or to what is wrong with it, in words."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.archive import size_limit

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_KINDS = (
    (b"PK\x03\x04", "a zip archive (or a Word document)"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "a Word document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
# Encodings that a first line such as `# coding: latin-1` may name. Others are refused: some take minutes to decode.
_ENCODINGS = re.compile(
    r"utf_?8(_sig)?|ascii|iso8859_\d+|cp\d+|mac_\w+|koi8_[rut]|gb2312|gbk|gb18030|big5(hkscs)?|shift_jis\w*|euc_\w+|hz"
)
_SAVE_AS_UTF8 = "Save the file as UTF-8: most editors offer it under `Save with encoding`."


@dataclass(frozen=True)
class SourceFault:
    """Why the student's file cannot be read as Python at all: the student's fault, shown as feedback.

    Attributes:
        line: number of the line that it is about, counted from 1; 0 where it is about the whole file.
    """

    message: str
    hint: str
    line: int = 0


def decode_source(raw: bytes, file_name: str, *, may_be_empty: bool = False) -> str | SourceFault:
    """Return the text of a source file as Python would read it, or what is wrong with it, in words.

    A first line that declares an encoding holds, as it does for Python. Line ends become `\\n`.
    """
    is_notebook = file_name.lower().endswith(".ipynb")
    limit = size_limit(PurePosixPath(file_name))
    if len(raw) > limit:
        return SourceFault(
            f"the file is larger than {limit // 1_000_000} MB",
            "A solution has a few kB: is this the right file? Data belongs into files of its own.",
        )
    if not raw.strip(b" \t\r\n\f\xef\xbb\xbf") and not may_be_empty:
        return SourceFault("the file is empty", "Save the file in the editor, then try again.")
    fault = _foreign_kind(raw) or _wide_encoding(raw)
    if fault is not None:
        return fault
    encoding = "utf-8" if is_notebook else _declared_encoding(raw)
    if isinstance(encoding, SourceFault):
        return encoding
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except UnicodeError as error:
        return _undecodable(raw.removeprefix(codecs.BOM_UTF8), encoding, error)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return SourceFault(
            f"the file holds a NUL byte in line {line}: it is damaged, or no text file",
            "Copy the code into a new file and save that.",
            line,
        )
    return text


def is_binary(raw: bytes) -> bool:
    """Say whether the bytes are no text in any encoding."""
    return _foreign_kind(raw) is not None or (b"\0" in raw and _wide_encoding(raw) is None)


def _foreign_kind(raw: bytes) -> SourceFault | None:
    kind = next((kind for magic, kind in _KINDS if raw.startswith(magic)), "")
    if not kind and re.match(rb"\s*<(!doctype html|html|\?xml)\b", raw[:200], re.IGNORECASE):
        kind = "a web page"
    if not kind:
        return None
    return SourceFault(f"the file is {kind}, not Python source", "Hand in the .py file itself.")


def _wide_encoding(raw: bytes) -> SourceFault | None:
    """Return a fault where the text is UTF-16 or UTF-32, told by its mark or by NULs in every other place."""
    name = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
    head = raw[:2000]
    if not name and len(head) >= 8:
        halves = [head[start::2].count(0) / len(head[start::2]) for start in (0, 1)]
        if max(halves) > 0.7:
            name = "UTF-32" if min(halves) > 0.4 else "UTF-16"
    return SourceFault(f"the file is saved as {name}, which Python does not read", _SAVE_AS_UTF8) if name else None


_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"[ \t\f]*(?:#.*)?")


def _declared_encoding(raw: bytes) -> str | SourceFault:
    """Return the encoding that the first or second line declares (PEP 263), UTF-8 where none does."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 2)[:2]
    cookie = _COOKIE.match(lines[0])
    if cookie is None and len(lines) > 1 and _BLANK_OR_COMMENT.fullmatch(lines[0]):
        cookie = _COOKIE.match(lines[1])
    if cookie is None or raw.startswith(codecs.BOM_UTF8):
        return "utf-8"
    name = cookie[1].decode("ascii", "replace")
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    if not _ENCODINGS.fullmatch(codec.replace("-", "_")):
        return SourceFault(
            f"the first lines declare the encoding {name[:40]!r}, in which no source can be written",
            "Remove the line with `coding`, and save the file as UTF-8.",
            1,
        )
    return codec


def _undecodable(raw: bytes, encoding: str, error: UnicodeError) -> SourceFault:
    """Return the fault of a byte that the encoding does not know, with its line and, as a guess, the character."""
    start = error.start if isinstance(error, UnicodeDecodeError) else 0
    line = raw[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    guess = raw[start : start + 1].decode("cp1252", "replace")
    named = f" ({guess!r} as Windows or Latin-1 writes it?)" if guess.isprintable() and guess != "\ufffd" else ""
    name = "UTF-8" if encoding in ("utf-8", "utf_8") else encoding
    return SourceFault(f"line {line} holds a byte that is not {name}{named}", _SAVE_AS_UTF8, line)

"""Student text made safe to show: nothing in it may steer a terminal, reorder a line or break an encoding.

Control and bidi characters are shown escaped, the way `repr` would write them: the reader sees that they are there.
"""

from __future__ import annotations

import re

# C0 and C1 controls but tab and newline, soft hyphen, bidi marks, embeddings, overrides and isolates, zero-width space,
# line separators, byte order mark, interlinear marks, tag characters, lone surrogates, and the two non-characters that XML
# forbids. Joiners stay: emoji and several scripts need them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str) -> str:
    """Return `text` with newlines as `\\n` alone and every other control, bidi or broken character shown escaped."""
    return _UNSAFE.sub(_escape, text.replace("\r\n", "\n").replace("\r", "\n"))


def visible_line(text: str, limit: int = 200) -> str:
    """Return `text` as one line of at most `limit` characters, for titles and names: a newline is shown escaped too."""
    return clean_text(visible(text.strip()).replace("\n", "\\n").replace("\t", " "), limit, more="...")


def clean_text(text: str, limit: int, *, more: str | None = None) -> str:
    """Return `text` visible and cut to about `limit` characters.

    Args:
        more: what stands for the rest; by default it says how many characters are missing.
    """
    # Cut first: escaping ten megabytes to show a thousand characters would be work for nothing.
    head = visible(text[: limit + 1])
    if len(text) <= limit and len(head) <= limit:
        return head
    kept = head[: limit - len(more)] if more is not None else head[:limit]
    missing = max(len(text) - len(kept), 1)
    return kept.rstrip() + (more if more is not None else f" ... ({missing:,} more characters)")


def tail(text: str, *, lines: int, width: int) -> tuple[tuple[str, ...], int]:
    """Return the last `lines` lines of `text`, each cut to `width` characters, and how many lines came before them."""
    every = visible(text).rstrip("\n").split("\n")
    kept = every[-lines:]
    shown = tuple(line if len(line) <= width else line[: width - 3] + "..." for line in (k.expandtabs(4) for k in kept))
    return shown, len(every) - len(kept)

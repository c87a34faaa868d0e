"""A section of the task's text as HTML, for the end of a report: headings fit its outline, nothing in it loads or leads astray."""

from __future__ import annotations

import functools
from collections.abc import MutableMapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from grader.render.clean import visible

_LOWEST = 6
_Options = MutableMapping[str, Any]


def section_html(text: str, *, heading_level: int) -> Markup:
    """Return the Markdown `text` as HTML whose outermost headings are of `heading_level`."""
    tokens = _markdown().parse(visible(text))
    _fit_headings(tokens, heading_level)
    # Markup, since Jinja would escape the tags too. It is safe: with html=False the renderer escapes all text, and every
    # attribute is one of ours but for the address of a link, which `_link` escapes and keeps to the web.
    return Markup(_markdown().renderer.render(tokens, _markdown().options, {}))


@functools.cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    for kind, rule in _RULES.items():
        markdown.add_render_rule(kind, rule)
    return markdown


def _fit_headings(tokens: Sequence[Token], level: int) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    outermost = min((int(token.tag[1:]) for token in headings), default=0)
    deepest = level - 1
    for token in headings:
        # One step at a time, whatever the text leaps over: a page has no gaps between its headings.
        if token.type == "heading_open":
            deepest = min(level + int(token.tag[1:]) - outermost, deepest + 1, _LOWEST)
        token.tag = f"h{deepest}"


def _code(self: RendererHTML, tokens: Sequence[Token], index: int, options: _Options, env: _Options) -> str:
    code = escape(tokens[index].content)
    return f'<pre role="group" aria-label="Example" tabindex="0"><code>{code}</code></pre>\n'


def _link(self: RendererHTML, tokens: Sequence[Token], index: int, options: _Options, env: _Options) -> str:
    address = str(tokens[index].attrs.get("href", ""))
    # Beside a page that stands alone lies no file of the course: links to those keep their words alone.
    return f'<a href="{escape(address)}">' if address.startswith(("https://", "http://")) else "<a>"


def _table_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: _Options, env: _Options) -> str:
    return '<div class="scroller" role="group" aria-label="Table" tabindex="0">\n<table class="facts">\n<caption class="sr">Table of the task</caption>\n'


def _table_close(self: RendererHTML, tokens: Sequence[Token], index: int, options: _Options, env: _Options) -> str:
    return "</table>\n</div>\n"


def _heading_cell(self: RendererHTML, tokens: Sequence[Token], index: int, options: _Options, env: _Options) -> str:
    # An empty corner is no header; a style attribute, by which the library aligns, is not let in by the page's policy.
    return '<th scope="col">' if tokens[index + 1].content.strip() else "<td>"


def _heading_cell_end(self: RendererHTML, tokens: Sequence[Token], index: int, options: _Options, env: _Options) -> str:
    return "</th>" if tokens[index - 1].content.strip() else "</td>"


def _cell(self: RendererHTML, tokens: Sequence[Token], index: int, options: _Options, env: _Options) -> str:
    return "<td>"


def _image(self: RendererHTML, tokens: Sequence[Token], index: int, options: _Options, env: _Options) -> str:
    return escape(
        tokens[index].content
    )  # a page that stands alone has no pictures of others: their words stand for them


_RULES = {
    "fence": _code,
    "code_block": _code,
    "link_open": _link,
    "table_open": _table_open,
    "table_close": _table_close,
    "th_open": _heading_cell,
    "th_close": _heading_cell_end,
    "td_open": _cell,
    "image": _image,
}

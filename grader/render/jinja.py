"""The templates: every string that goes into a page is cleaned and escaped on its way."""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader.render.clean import visible

_TEMPLATES = Path(__file__).parent / "templates"


@functools.cache
def environment() -> Environment:
    """Return what all pages are made with: escaping, and strict about names that a template does not know."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_finalize,
    )


def _finalize(value: object) -> object:
    """Make every string that a template prints visible; what has `__html__` is markup that Jinja itself made."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value

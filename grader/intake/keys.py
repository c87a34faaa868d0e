"""Keys: what a student's folder is called, on any system and told apart from every other student's."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

# Kinds of ids, the one that tells most first.
ID_KINDS = ("canvas", "moodle", "sis", "login", "blackboard", "github", "email", "anonymous")

# Windows makes no folder of these names.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d|conin|conout")
_MAX_KEY = 60
_MAX_KEY_BYTES = 120


def slug(name: str) -> str:
    """Return a name as small letters and digits of any script joined by hyphens, fit for a folder on any system."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).lower())
    kept = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in text)
    words = "-".join(kept.split())[:_MAX_KEY]
    # Cut at a whole character: file names are limited in bytes.
    words = words.encode()[:_MAX_KEY_BYTES].decode("utf-8", "ignore").strip("-") or "student"
    return f"student-{words}" if _RESERVED.fullmatch(words) or not words[0].isalnum() else words


def make_keys(people: Iterable[tuple[str, Mapping[str, str]]]) -> list[str]:
    """Return a key a person: the name, with an id where others have the same."""
    listed = list(people)
    slugs = [slug(name) for name, _ in listed]
    count = Counter(slugs)
    keys = [
        base if count[base] == 1 else f"{base}-{slug(_telling(ids) or _hash(name))}"
        for base, (name, ids) in zip(slugs, listed)
    ]
    clashes = Counter(keys)
    taken = {key for key in keys if clashes[key] == 1}
    for number in sorted(range(len(keys)), key=lambda n: (listed[n][0], sorted(listed[n][1].items()))):
        if clashes[keys[number]] == 1:
            continue
        base, salt = keys[number], 0
        while (key := f"{base}-{_hash(repr((listed[number], salt)))}") in taken:
            salt += 1
        taken.add(key)
        keys[number] = key
    return keys


def _telling(ids: Mapping[str, str]) -> str:
    return next((ids[kind] for kind in ID_KINDS if kind in ids), "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:6]

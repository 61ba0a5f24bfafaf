"""Reading a link: what it says key by key, and a sentence for everything in it that cannot be."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import parse_qsl

from classroom.words import LANGUAGES, Words

MOST_CHARACTERS = 20_000
MOST_KEYS = 400
MOST_PROBLEMS = 20
_MOST_SHOWN = 40
"""Characters of a value that a sentence quotes."""


class Reading:
    """A link's keys and values, of which some may be wrong.

    Parameters
    ----------
    query : str
        Anything at all.
    """

    def __init__(self, query: str) -> None:
        pairs = parse_qsl(query.removeprefix("?")[:MOST_CHARACTERS], keep_blank_values=True)
        self.said: dict[str, str] = {}
        for key, text in pairs[:MOST_KEYS]:
            self.said.setdefault(key, text)
        asked = self.said.get("language", "")
        self.words = Words(asked if asked in LANGUAGES else "en")
        self.problems: list[str] = []
        if len(query) > MOST_CHARACTERS or len(pairs) > MOST_KEYS:
            self.complain("too_long", most=f"{MOST_CHARACTERS:,}", keys=MOST_KEYS)
        keys = [key for key, _ in pairs[:MOST_KEYS]]
        for key in [key for key in self.said if keys.count(key) > 1]:
            self.complain("twice", key=quoted(key), said=quoted(self.said[key]))

    @property
    def complaints(self) -> list[str]:
        """The sentences, the last of very many in one."""
        more = len(self.problems) - MOST_PROBLEMS
        if more <= 0:
            return self.problems
        return [*self.problems[:MOST_PROBLEMS], self.words("link.more", n=more)]

    def complain(self, name: str, **gaps: object) -> None:
        """Add a sentence of the words of links."""
        self.problems.append(self.words(f"link.{name}", **gaps))

    def take(self, key: str, read: Callable[[str], Any], default: Any, allowed: str) -> Any:
        """Return a key's value and cross it off, or the default if there is none or a wrong one."""
        if key not in self.said:
            return default
        text = self.said.pop(key)
        try:
            return read(text)
        except ValueError:
            instead = self.words("link.instead", taken=default) if default not in (None, ()) else ""
            self.complain("refused", key=key, said=quoted(text), allowed=allowed, instead=instead)
            return default

    def whole(self, key: str, default: Any, low: int, high: int) -> Any:
        """Return a whole number within limits."""
        allowed = self.words("link.whole", low=f"{low:,}", high=f"{high:,}")
        return self.take(key, functools.partial(_whole, low=low, high=high), default, allowed)

    def number(self, key: str, default: Any, high: float, named: dict[str, float]) -> Any:
        """Return a number from zero on, or one that has a name."""
        names = self.words("link.or").join(named)
        allowed = self.words("link.number", high=f"{high:,.0f}", names=names)
        read = functools.partial(_number, high=high, named=named)
        return self.take(key, read, default, allowed)

    def choice(self, key: str, default: str, choices: Collection[str]) -> str:
        """Return one of some names; of many, only the nearest to a wrong one is told."""
        near = self.near(self.said.get(key, ""), choices)
        allowed = self.words("link.one_of", names=", ".join(choices)) if len(choices) < 8 else ""
        allowed = allowed or self.words("link.known", near=near)
        read = functools.partial(_one_of, choices=choices)
        chosen: str = self.take(key, read, default, allowed)
        return chosen

    def names(self, key: str, known: Collection[str], most: int) -> tuple[str, ...]:
        """Return some different names with commas between them."""
        asked = self.said.get(key, "").split(",")
        near = "".join([self.near(name, known) for name in asked if name not in known][:1])
        allowed = self.words("link.names", most=most, near=near)
        read = functools.partial(_several, known=known, most=most)
        chosen: tuple[str, ...] = self.take(key, read, (), allowed)
        return chosen

    def near(self, name: str, known: Collection[str]) -> str:
        """Say which known names are near, if any is."""
        if len(self.problems) >= MOST_PROBLEMS:  # nobody reads on, and looking takes time
            return ""
        found = difflib.get_close_matches(name[:_MOST_SHOWN], known, n=3, cutoff=0.5)
        names = self.words("link.or").join(found)
        return self.words("link.near", names=names) if found else ""


def quoted(text: str) -> str:
    """Return a text of a stranger's as a sentence can bear it: short, and in one line."""
    plain = "".join(letter if letter.isprintable() else "·" for letter in text[:_MOST_SHOWN])
    return f"“{plain}{'…' if len(text) > _MOST_SHOWN else ''}”"


def _whole(text: str, low: int, high: int) -> int:
    value = int(text) if len(text) < 30 else high + 1
    if not low <= value <= high:
        raise ValueError(text)
    return value


def _number(text: str, high: float, named: dict[str, float]) -> float:
    if text in named:
        return named[text]
    value = float(text)
    if not 0 <= value <= high:  # not a number is not between, either
        raise ValueError(text)
    return value


def _one_of(text: str, choices: Collection[str]) -> str:
    if text not in choices:
        raise ValueError(text)
    return text


def _several(text: str, known: Collection[str], most: int) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if len(names) > most or len(set(names)) < len(names) or not set(names) <= set(known):
        raise ValueError(text)
    return names

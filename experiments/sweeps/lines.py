"""Where a key stands in a TOML text; no reader of TOML tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from experiments.sweeps.faults import Key

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[][{}\n]',
    re.DOTALL,
)


_KEY = re.compile(r'(?:"(?:\\.|[^"\\])*"|\'[^\']*\'|[\w.\- ])+')


def lines_by_key(text: str) -> dict[tuple[str, ...], int]:
    """Return the line of each key of a valid TOML text, counted from 1.

    Keys inside a value have no line of their own; a dotted name counts as a table and a key.
    """
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, statement in _statements(text):
        if statement.startswith("["):
            table = _path(tomllib.loads(statement))
            if statement.startswith("[["):
                entries = [key for key in lines if len(key) > len(table) and key[-1].isdigit()]
                table = (*table, str(sum(key[:-1] == table for key in entries)))
            lines[table] = number
        else:
            key = _KEY.match(statement)
            assert key is not None
            lines[(*table, *_path(tomllib.loads(f"{key.group()} = 0")))] = number
    return lines


def line_of(lines: Mapping[tuple[str, ...], int], key: Key) -> int | None:
    """Return the line of a key, or of the nearest thing around it; None if there is none."""
    parts = _split(key)
    while parts and parts not in lines:
        parts = parts[:-1]
    return lines.get(parts)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Split a text into headers and assignments, each with its line."""
    depth = start = 0
    for token in _TOKEN.finditer(text + "\n"):
        mark = token.group()
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n" and depth == 0:
            statement = text[start : token.start()].strip()
            if statement and not statement.startswith("#"):
                yield text.count("\n", 0, start) + 1, statement
            start = token.end()


def _path(content: dict[str, Any]) -> tuple[str, ...]:
    """Return the only path through tables that have one key each."""
    if not content:
        return ()
    name, inner = next(iter(content.items()))
    return _split((name, *_path(inner if isinstance(inner, dict) else {})))


def _split(key: Key) -> tuple[str, ...]:
    return tuple(part for whole in key for part in str(whole).split("."))

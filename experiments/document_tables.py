"""Tables inside Markdown documents: written between markers, so that a test can compare them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

MARKED = re.compile(r"(<!-- table: (\w+) -->\n)(?:.*?\n)??(<!-- end of table -->)", re.DOTALL)


def renewed(text: str, tables: Mapping[str, Callable[[], str]]) -> str:
    """Return a document with all its generated tables as the code would write them now.

    Parameters
    ----------
    text : str
        The document.
    tables : mapping of str to callable
        What writes a table, by the name in its marker.

    Raises
    ------
    ValueError
        If a marker names a table that nobody generates.
    """

    def fresh(match: re.Match[str]) -> str:
        opening, name, closing = match.groups()
        if name not in tables:
            raise ValueError(f"no table {name!r}; there are {', '.join(tables)}")
        return f"{opening}{tables[name]()}\n{closing}"

    return MARKED.sub(fresh, text)


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    head = [str(heading) for heading in headings]
    lines = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())

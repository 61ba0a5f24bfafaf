"""An answer: tables, and the sentences that say how sure they are."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from experiments.analysis.intervals import AnalysisError

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.outputs import Writer

_WIDTH = 100


@dataclass(frozen=True)
class Answer:
    """What an analysis found."""

    title: str
    table: pl.DataFrame
    """The finding; what is written to a file."""
    sentences: list[str]
    """What it rests on: numbers of runs, seeds, kind of interval, and remarks."""
    more: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    """Further tables by title."""

    def text(self) -> str:
        """Return tables and sentences as plain text."""
        from rich.console import Console

        console = Console(width=_WIDTH, color_system=None, record=True, file=None, quiet=False)
        with console.capture() as caught:
            self.print(console)
        return caught.get()

    def print(self, console: Console | None = None) -> None:
        """Print tables and sentences."""
        from rich.console import Console

        console = console or Console()
        for title, table in {self.title: self.table, **self.more}.items():
            if table.height:
                _print_table(console, title, table)
        for sentence in self.sentences:
            console.print(sentence, highlight=False, markup=False)

    def json(self) -> str:
        """Return everything as one JSON object; what is not known is null."""
        tables = {title: _rows(table) for title, table in self.more.items()}
        content = {
            "title": self.title,
            "table": _rows(self.table),
            "more": tables,
            "sentences": self.sentences,
        }
        return json.dumps(content, ensure_ascii=False, indent=2, default=str)

    def write(self, path: Path) -> None:
        """Write the finding as a Parquet or CSV file, whole or not at all.

        Raises
        ------
        AnalysisError
            If the name of the file ends otherwise.
        OutputError
            If the file cannot be written.
        """
        from experiments.outputs import Outbox

        with Outbox(path.parent) as outbox:
            outbox.fill({path.name: self._writer(path)})

    def _writer(self, path: Path) -> Writer:
        check_file(path)
        return self.table.write_csv if path.suffix == ".csv" else self.table.write_parquet


def check_file(path: Path | None) -> None:
    """Refuse a file whose name says no format that can be written.

    Raises
    ------
    AnalysisError
        If the name ends neither in .parquet nor in .csv.
    OutputError
        If it is a file that a results folder lives by.
    """
    if path is not None and path.suffix not in (".parquet", ".csv"):
        raise AnalysisError(f"--out {path}: use a name that ends in .parquet or .csv")
    if path is not None:
        from experiments.outputs import spare_the_store

        spare_the_store(path)


def shown(value: Any) -> str:
    """Write a cell for reading; a dash where nothing is known."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _print_table(console: Console, title: str, table: pl.DataFrame) -> None:
    from rich.markup import escape
    from rich.table import Table

    console.print(title, style="bold", highlight=False, markup=False)
    shape = Table()
    ends = {f"{name}_{end}" for name in table.columns for end in ("low", "high")}
    names = [name for name in table.columns if name not in ends]
    for name in names:
        numeric = table.schema[name].is_numeric()
        shape.add_column(
            name.replace("_", " "), justify="right" if numeric else "left", overflow="fold"
        )
    for row in table.iter_rows(named=True):
        shape.add_row(*(escape(_cell(row, name)) for name in names))
    console.print(shape)


def _cell(row: Mapping[str, Any], name: str) -> str:
    """Write a cell, with its interval behind it if it has columns of its own."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    interval = "" if low is None or high is None else f" [{low:.3g}, {high:.3g}]"
    return shown(row[name]) + interval


def _rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    finite = pl.selectors.float()
    known = pl.when(finite.is_finite()).then(finite)
    return table.with_columns(known.name.keep()).to_dicts()

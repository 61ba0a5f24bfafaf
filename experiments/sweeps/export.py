"""Tables for other programs: comma-separated text, or a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from experiments.outputs import OutputError, spare_the_store
from experiments.sweeps.refusals import SweepError
from experiments.sweeps.results import Results, load

_KEYS = ("run", "point", "replicate", "plan", "period", "label")
_SUFFIXES = {".csv", ".xlsx", ".parquet"}
_MOST_ROWS = 1_048_575
"""Rows of a spreadsheet, without its head."""


def exported(kind: str, folder: Path, table: str, *, long: bool, out: Path | None) -> Path:
    """Write a table of a sweep and return where.

    Parameters
    ----------
    kind : str
        ``csv`` or ``xlsx``.
    folder : Path
        Results folder.
    table : str
        ``runs``, ``series`` or ``design``.
    long : bool
        One row a value: keys, ``column`` and ``value`` (text if columns are of several types).
    out : Path or None
        File to write.

    Raises
    ------
    SweepError
        If there is nothing to export, or too much for a spreadsheet.
    OutputError
        If the file cannot be written.
    """
    results = load(folder)
    frame = _long(results, table) if long else getattr(results, table)
    if not frame.height:
        raise SweepError(f"folder {folder} has no rows of {table} to export")
    path = out or folder / f"{table}{'-long' if long else ''}.{kind}"
    spare_the_store(path)
    if path.suffix in _SUFFIXES - {f".{kind}"}:
        raise OutputError(f"--out {path}: use a name that ends in .{kind}")
    try:
        if kind == "csv":
            frame.write_csv(path)
        else:
            _write_spreadsheet(frame, path, table)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(
            f"file {path} cannot be written: {reason}; name another with --out"
        ) from None
    return path


def _long(results: Results, table: str) -> pl.DataFrame:
    frame: pl.DataFrame = getattr(results, table)
    keys = [name for name in (*_KEYS, *results.experiment.factor_names) if name in frame.columns]
    if table == "design":
        keys = [name for name in ("point", "label") if name in frame.columns]
    values = frame.drop(keys)
    if len(set(values.dtypes)) > 1:
        frame = frame.with_columns(pl.col(values.columns).cast(pl.String))
    return frame.unpivot(index=keys, variable_name="column")


def _write_spreadsheet(frame: pl.DataFrame, path: Path, table: str) -> None:
    if frame.height > _MOST_ROWS:
        raise SweepError(
            f"{table} has {frame.height:,} rows, a spreadsheet at most {_MOST_ROWS:,}; export csv"
        )
    try:
        from xlsxwriter.exceptions import FileCreateError
    except ModuleNotFoundError:
        raise SweepError(
            "xlsxwriter is not installed, which writes spreadsheets; "
            "`pip install 'deathspiral[xlsx]'` installs it, or export csv"
        ) from None
    # A spreadsheet's numbers have 53 bits; a seed has 64.
    seeds = [pl.col(name).cast(pl.String) for name in frame.columns if name == "seed"]
    try:
        frame.with_columns(seeds).write_excel(path, worksheet=table)
    except FileCreateError as error:
        raise OSError(str(error)) from None

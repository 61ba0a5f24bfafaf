"""People as a table: read a user's frame into columns, show columns as a frame."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from agents.causes import CAUSE_NAMES
from agents.errors import PeopleError
from agents.population import STATUS_NAMES, People
from model.changes import unknown_name

Array = np.ndarray[Any, Any]

# Column of a user's frame: lowest and highest allowed value, and unit.
TRAITS: dict[str, tuple[float, float, str]] = {
    "age": (0, 120, "years"),
    "frailty": (0, math.inf, "1"),
    "income": (1e-9, math.inf, "yuan/year"),
    "risk_aversion": (0, math.inf, "1/yuan"),
    "price_sensitivity": (0, math.inf, "1"),
    "fairness_concern": (0, math.inf, "1"),
    "susceptibility": (0, 1, "1"),
    "opinion": (-1, 1, "1"),
    "adoption_threshold": (-math.inf, math.inf, "1"),
    "person": (0, 2**32 - 1, "number"),
}
PER_PLAN: dict[str, tuple[float, float, str]] = {
    "expected_cost": (0, math.inf, "yuan per period"),
    "willingness_to_pay": (-math.inf, math.inf, "yuan per period"),
}
NAMED = ("sex", "plan")

LARGEST = float(np.finfo(np.float32).max)
"""Columns hold numbers of single precision."""


def read_people(path: Path) -> pl.DataFrame:
    """Read a file of people, Parquet or CSV by its ending.

    Raises
    ------
    PeopleError
        If the file is missing, has another ending or cannot be read.
    """
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".parquet": pl.read_parquet,
        ".csv": pl.read_csv,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise PeopleError(f"people file {path} must end in .parquet or .csv")
    if not path.is_file():
        raise PeopleError(f"people file {path} does not exist; check the path")
    try:
        return reader(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise PeopleError(f"people file {path} cannot be read: {reason}") from None


def as_polars(frame: Any) -> pl.DataFrame:
    """Return a polars frame from a polars or pandas frame or a mapping of columns."""
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if hasattr(frame, "to_dict") and hasattr(frame, "columns"):
        frame = {str(name): _from_pandas(frame[name]) for name in frame.columns}
    try:
        return pl.DataFrame(frame)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise PeopleError(f"people cannot be read as a table: {reason}") from None


def _from_pandas(column: Any) -> Any:
    """Return a pandas column as numbers, or as names with None where one is missing."""
    if getattr(column.dtype, "kind", "O") in "biuf":
        return column.to_numpy()
    return [
        None if missing else value for value, missing in zip(column, column.isna(), strict=True)
    ]


def check_people(frame: pl.DataFrame, plans: list[str]) -> None:
    """Check a frame of people.

    Raises
    ------
    PeopleError
        A sentence for each column that is unknown, not numeric, not finite or out of range.
    """
    problems = [] if frame.height else ["people has no rows; give at least one person"]
    allowed = {**TRAITS, **PER_PLAN}
    allowed |= {f"{c}_{plan}": rule for c, rule in PER_PLAN.items() for plan in plans}
    for name in frame.columns:
        if name in NAMED:
            problems += _check_names(frame[name], name, plans)
        elif name in allowed:
            problems += _check_numbers(frame[name], name, *allowed[name])
        else:
            problems.append(unknown_name(name, [*allowed, *NAMED], "column of people"))
    for column in PER_PLAN:
        given = [p for p in plans if {column, f"{column}_{p}"} & set(frame.columns)]
        if given and len(given) < len(plans):
            lacking = sorted(set(plans) - set(given))
            problems.append(f"people lacks a column {column}_{lacking[0]}; give it for every plan")
    if problems:
        raise PeopleError(problems)


def _check_numbers(column: pl.Series, name: str, low: float, high: float, unit: str) -> list[str]:
    if not column.dtype.is_numeric():
        return [f"column {name} of people must hold numbers [{unit}]; it holds {column.dtype}"]
    values = column.cast(pl.Float64).to_numpy()
    of_unit = "" if unit == "1" else f" {unit}"
    bad = np.flatnonzero(~(np.abs(values) <= LARGEST))
    if bad.size:
        return [
            f"column {name} of people is {values[bad[0]]} in row {bad[0]} ({bad.size} such rows); "
            f"every value must be a finite number{of_unit}"
        ]
    out = np.flatnonzero((values < low) | (values > high))
    if out.size:
        return [
            f"column {name} of people is {values[out[0]]:g}{of_unit} in row {out[0]} ({out.size} "
            f"such rows); allowed is {low:g} to {high:g}"
        ]
    if name == "person" and (np.any(values % 1) or np.unique(values).size < values.size):
        return ["column person of people must hold whole numbers, a different one in each row"]
    return []


def _check_names(column: pl.Series, name: str, plans: list[str]) -> list[str]:
    allowed = {"female", "male"} if name == "sex" else set(plans)
    if column.dtype not in (pl.String, pl.Categorical, pl.Enum, pl.Null):
        return [f"column {name} of people must hold names; allowed: {', '.join(sorted(allowed))}"]
    values = set(column.cast(pl.String).unique().to_list())
    if name == "plan":
        values.discard(None)
    wrong = sorted(str(v) for v in values - allowed)
    if wrong:
        return [f"column {name} of people has {wrong[0]!r}; allowed: {', '.join(sorted(allowed))}"]
    return []


def people_table(people: People, plans: list[str], rows: Array) -> pl.DataFrame:
    """Return some people as a frame, a row a person, columns as in `agents.population`.

    Per-plan columns carry the plan's name as a suffix when there are several plans.
    """
    columns: dict[str, Any] = {}
    for name in People._fields:
        column = getattr(people, name)
        if not column.size:
            continue
        if column.ndim == 2:
            for k, plan in enumerate(plans):
                columns[f"{name}_{plan}" if len(plans) > 1 else name] = column[k, rows]
        elif name not in ("heard", "spoken"):
            columns[name] = column[rows]
    frame = pl.DataFrame(columns)
    causes = dict(enumerate(CAUSE_NAMES))
    return frame.with_columns(
        pl.col("plan").replace_strict(dict(enumerate(plans)), default=None, return_dtype=pl.String),
        pl.col("status").replace_strict(
            dict(enumerate(STATUS_NAMES)), default=None, return_dtype=pl.String
        ),
        pl.col("cause").replace_strict(causes, default=None, return_dtype=pl.String),
        sex=pl.when("female").then(pl.lit("female")).otherwise(pl.lit("male")),
    ).drop("female")

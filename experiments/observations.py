"""What was observed, as a table to draw beside a run; read off the model's own data."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import polars as pl

from model.sources import read_rows

if TYPE_CHECKING:
    from model import Scenario

LAST_USED = datetime.date(2020, 12, 31)
"""Values of the model were set against rows up to this day; later ones are for display only."""

_FILES = {"xianghubao": "observations.csv"}
_FACTORS = {"million": 1e6, "million yuan": 1e6}


def observed(name: str, scenario: Scenario) -> pl.DataFrame:
    """Return observations with their place on the time axis of a run.

    Parameters
    ----------
    name : str
        What a preset names as `observed`; an unknown or empty name has no rows.
    scenario : Scenario
        Where its calendar begins, and how long a period is.

    Returns
    -------
    polars.DataFrame
        ``date``, ``period`` [periods, fractional], ``variable``, ``value`` and ``unit`` (millions
        written out), ``as_printed``, ``qualifier``, ``grade``, ``source``, ``later`` (after
        `LAST_USED`).
    """
    rows = [row for row in (read_rows(_FILES[name]) if name in _FILES else []) if row["value"]]
    days = [datetime.date.fromisoformat(row["date"]) for row in rows]
    start, length = scenario.start_date, scenario.period_length
    since = [None if start is None else (day - start).days / 365.25 / length for day in days]
    factors = [_FACTORS.get(row["unit"], 1.0) for row in rows]
    return pl.DataFrame(
        {
            "date": pl.Series(days, dtype=pl.Date),
            "period": pl.Series(since, dtype=pl.Float64),
            "variable": pl.Series([row["variable"] for row in rows], dtype=pl.String),
            "value": pl.Series(
                [float(row["value"]) * f for row, f in zip(rows, factors, strict=True)],
                dtype=pl.Float64,
            ),
            "as_printed": pl.Series(
                [f"{row['value']} {row['unit']}" for row in rows], dtype=pl.String
            ),
            "qualifier": pl.Series([row["qualifier"] for row in rows], dtype=pl.String),
            "grade": pl.Series([row["grade"] for row in rows], dtype=pl.String),
            "source": pl.Series([row["source"] for row in rows], dtype=pl.String),
            "later": pl.Series([day > LAST_USED for day in days], dtype=pl.Boolean),
        }
    )

"""Tables behind the figures: thinned where a run has more periods than a figure has room."""

from __future__ import annotations

import polars as pl

MOST_POINTS = 400
"""Rows that a figure draws at most."""
MOST_ROWS = 2_000
"""Rows of the table that travels inside a report."""

# Means over the periods that are drawn as one; everything else is as it was in the last of them.
_FLOWS = ("left_", "ledger_", "joined", "lapsed", "contribution")


def plan_rows(history: pl.DataFrame, plan: str) -> pl.DataFrame:
    """Return one plan's rows, by period."""
    return history.filter(pl.col("plan") == plan).sort("period")


def over_a_year(rows: pl.DataFrame, period_length: float) -> pl.DataFrame:
    """Return one plan's rows with cross-subsidies as means of the trailing year.

    A single period's bill is luck in a small pool; who pays for whom shows over a year.
    """
    window = max(round(1 / period_length), 1)
    return rows.with_columns(
        pl.col("^cross_subsidy_.*$").fill_nan(0.0).rolling_mean(window, min_samples=1)
    )


def thinned(rows: pl.DataFrame, most: int = MOST_POINTS) -> pl.DataFrame:
    """Return one plan's rows with several periods in one where there are too many.

    Flows are means a period, stocks are those at the end of the last period; the opening stays a
    row of its own.
    """
    step = -(-(rows.height - 1) // most)
    if step <= 1:
        return rows
    flows = [name for name in rows.columns if name.startswith(_FLOWS)]
    grouped = rows[1:].group_by((pl.col("period") - 1) // step, maintain_order=True)
    columns = [
        pl.col(name).mean() if name in flows else pl.col(name).last()
        for name in rows.columns
        if name != "period"
    ]
    late = grouped.agg(pl.col("period").last().alias("last"), *columns)
    late = late.drop("period").rename({"last": "period"}).select(rows.columns)
    return pl.concat([rows[:1], late], how="vertical_relaxed")


def periods_in_a_point(rows: pl.DataFrame, most: int = MOST_POINTS) -> int:
    """Return how many periods `thinned` draws as one."""
    return max(-(-(rows.height - 1) // most), 1)


def every_so_many(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return rows evenly spread, first and last among them."""
    if rows.height <= most:
        return rows
    picked = [round(i * (rows.height - 1) / (most - 1)) for i in range(most)]
    return rows[picked]

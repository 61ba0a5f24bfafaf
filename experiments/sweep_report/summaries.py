"""Tables behind the figures of a sweep: aggregated first, so that a page stays small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from experiments.sweep_report.words import scenario_of

if TYPE_CHECKING:
    from experiments.sweeps.results import Results

Array = np.ndarray[Any, Any]

VERDICTS = ("collapsed", "spiral", "run", "eroding", "stable", "growing")
MOST_PERIODS = 150
"""Periods that a figure draws at most."""
MOST_DOTS = 600
"""Points of a cloud at most."""
PARTS = 10
"""Parts of equal size into which a factor's values are cut to follow a mean through a cloud."""
ENDS = ("low", "high")
BAND = (0.05, 0.95)
"""Quantiles of the runs between which a band of a series lies."""


def chosen(frame: pl.DataFrame, at: Mapping[str, Any]) -> pl.DataFrame:
    """Return the rows at given values of factors."""
    from experiments.sweeps.factors import cell_of

    for name, value in at.items():
        cell = cell_of(value)
        if cell is None:
            near = pl.col(name).is_null()
        elif frame.schema[name].is_float():
            near = (pl.col(name) - cell).abs() <= 1e-9 * max(1.0, abs(cell))
        else:
            near = pl.col(name) == cell
        frame = frame.filter(near)
    return frame


def verdict_shares(runs: pl.DataFrame, x: str) -> pl.DataFrame:
    """Return how often each verdict was given along a factor, failed runs included.

    Returns
    -------
    polars.DataFrame
        Columns ``x``, ``n`` (runs), and a share for each of `VERDICTS` and for ``failed``.
    """
    is_ok = pl.col("status") == "ok"
    shares = [((pl.col("outcome") == v) & is_ok).fill_null(False).mean().alias(v) for v in VERDICTS]
    groups = runs.sort("run").group_by(x, maintain_order=True)
    table = groups.agg(pl.len().alias("n"), *shares, (~is_ok).mean().alias("failed"))
    return table.sort(x, nulls_last=True) if table.schema[x].is_numeric() else table


def series_bands(
    results: Results, columns: Sequence[str], by: str | None, at: Mapping[str, Any]
) -> pl.DataFrame:
    """Return median and band over the runs of recorded columns, for the first plan.

    What exists per member only is left out of periods in which a run has no members.

    Returns
    -------
    polars.DataFrame
        Columns ``by``, ``period``, ``measure``, ``n`` (runs), ``value`` (median), ``low`` and
        ``high`` (see `BAND`).
    """
    keys = [] if by is None else [by]
    scanned = results.scan_series()
    source = results.series.lazy() if scanned is None else scanned
    points = chosen(results.design, at).select("point", *keys).lazy()
    rows = _of_first_plan(source, results).join(points, on="point", how="inner")
    long = rows.select("period", *keys, *_while_members(source, columns)).unpivot(
        index=["period", *keys], variable_name="measure"
    )
    value = pl.col("value")
    return (
        long.drop_nulls("value")
        .group_by([*keys, "period", "measure"])
        .agg(
            pl.len().alias("n"),
            value.quantile(BAND[0], "linear").alias("low"),
            value.quantile(BAND[1], "linear").alias("high"),
            value.median().alias("value"),
        )
        .sort([*keys, "measure", "period"], nulls_last=True)
        .select(*keys, "period", "measure", "n", "value", "low", "high")
        .collect()
    )


def _while_members(source: pl.LazyFrame, columns: Sequence[str]) -> list[pl.Expr]:
    """Return columns, empty where they have no meaning or where nobody is left to have one."""
    counted = "members" in source.collect_schema().names()
    alive = pl.col("members") > 0 if counted else pl.lit(True)
    return [
        pl.when(alive if _is_of_members(name) else pl.lit(True))
        .then(pl.col(name).fill_nan(None))
        .alias(name)
        for name in columns
    ]


def _of_first_plan(source: pl.LazyFrame, results: Results) -> pl.LazyFrame:
    """Keep one plan, and periods evenly spread, the first and the last among them."""
    periods = source.select(pl.col("period").unique().sort()).collect()["period"]
    step = -(-len(periods) // MOST_PERIODS) or 1
    kept = sorted({*periods[::step].to_list(), *periods[-1:].to_list()})
    plan = scenario_of(results.experiment).plans[0].name
    first = source.filter(pl.col("period").is_in(kept))
    if source.select(pl.col("plan").n_unique()).collect().item() > 1:
        first = first.filter(pl.col("plan") == plan)
    return first


def _is_of_members(name: str) -> bool:
    """Tell what has no meaning without members."""
    from model.metrics import COLUMNS

    return "per member" in COLUMNS[name][0] or name in ("selection_ratio", "mean_age", "hoover")


def cloud(runs: pl.DataFrame, factor: str, measure: str) -> pl.DataFrame:
    """Return the means of points against one factor, thinned evenly where there are many.

    Returns
    -------
    polars.DataFrame
        Columns ``factor``, ``value``, ``n``; at most `MOST_DOTS` rows.
    """
    from experiments.analysis.intervals import known_runs

    known = known_runs(runs, measure)
    points = known.group_by("point", factor).agg(
        pl.col(measure).cast(pl.Float64).mean().alias("value"), pl.len().alias("n")
    )
    points = points.sort("point").drop("point")
    return points.gather_every(-(-points.height // MOST_DOTS) or 1)


def parts_of(runs: pl.DataFrame, factor: str, measure: str) -> pl.DataFrame:
    """Return a measure's mean with its interval over parts of a factor's range.

    The points of a sampled design are drawn, so a point and not a run is what an interval counts.

    Returns
    -------
    polars.DataFrame
        Columns ``factor`` (mean of the part, or the value where there are few), ``n`` (points),
        ``value``, ``low``, ``high``.
    """
    from experiments.analysis.intervals import binomial_interval, known_runs, mean_interval

    value = pl.col(measure).cast(pl.Float64).mean().alias("value")
    points = known_runs(runs, measure).group_by("point", factor).agg(value).sort(factor, "point")
    parts = pl.col(factor)
    if points[factor].dtype.is_numeric() and points[factor].n_unique() > 2 * PARTS:
        points = points.with_columns(part=pl.int_range(pl.len()) * PARTS // pl.len())
        parts = pl.col(factor).mean().over("part")
    table = points.group_by(parts.alias(factor)).agg(
        pl.len().alias("n"), pl.col("value").mean(), pl.col("value").std().alias("deviation")
    )
    table = table.sort(factor, nulls_last=True)
    if runs.schema[measure] == pl.Boolean:
        low, high = binomial_interval(table["value"] * table["n"], table["n"])
    else:
        low, high = mean_interval(table["value"], table["deviation"], table["n"])
    return table.drop("deviation").with_columns(*_ends(low, high))


def paired_differences(runs: pl.DataFrame, measure: str, first: int) -> pl.DataFrame:
    """Return each point's difference from one of them, replicate by replicate.

    Returns
    -------
    polars.DataFrame
        Columns ``point``, ``n`` (pairs), ``value``, ``low``, ``high`` (Student, 95 %; null where
        all pairs differ by the same, which says nothing of the next pair).
    """
    from experiments.analysis.intervals import known_runs, mean_interval

    known = known_runs(runs, measure).select(
        "point", "replicate", pl.col(measure).cast(pl.Float64).alias("value")
    )
    base = known.filter(pl.col("point") == first).select("replicate", base="value")
    pairs = known.filter(pl.col("point") != first).join(base, on="replicate")
    gain = pl.col("value") - pl.col("base")
    table = pairs.group_by("point").agg(
        pl.len().alias("n"), gain.mean().alias("value"), gain.std().alias("deviation")
    )
    table = table.sort("point")
    low, high = mean_interval(table["value"], table["deviation"], table["n"])
    varied = pl.col("deviation") > 0
    return table.with_columns(*_ends(low, high)).select(
        "point", "n", "value", *(pl.when(varied).then(name).alias(name) for name in ENDS)
    )


def _ends(low: Array, high: Array) -> list[pl.Series]:
    ends = zip(ENDS, (low, high), strict=True)
    return [pl.Series(name, values, dtype=pl.Float64).fill_nan(None) for name, values in ends]

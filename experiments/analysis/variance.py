"""Where the variance of an outcome comes from: factors alone, factors together, and luck.

Sobol' 2001 (doi:10.1016/S0378-4754(00)00270-6) defines first and total order indices; a Saltelli
design estimates them (Saltelli and others 2010, doi:10.1016/j.cpc.2009.09.018), a full grid has
them exactly at its own values, and any other design gives the first order by classes (Plischke,
Borgonovo and Smith 2013, doi:10.1016/j.ejor.2012.11.047).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from experiments.analysis.intervals import (
    LUCK_OF_RESAMPLING,
    RESAMPLES,
    quantile_interval,
    resampled,
    spread_interval,
)

Array = np.ndarray[Any, Any]

MOST_CLASSES = 32
POINTS_A_CLASS = 16
"""Continuous factors are cut into classes of so many points at least."""


def index_frame(rows: Sequence[tuple[str, str, float, float, float]]) -> pl.DataFrame:
    """Return indices as a frame; what is not finite is null.

    Parameters
    ----------
    rows : sequence of tuple
        Factor, name of the index, value, and the ends of its interval.
    """
    kinds = {"factor": pl.String, "index": pl.String}
    numbers = dict.fromkeys(("value", "low", "high"), pl.Float64)
    frame = pl.DataFrame(list(rows), schema={**kinds, **numbers}, orient="row")
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def sobol_indices(
    means: Array, names: Sequence[str], *, second_order: bool = False, level: float = 0.95
) -> pl.DataFrame:
    """Return Sobol' indices of a Saltelli design.

    Parameters
    ----------
    means : ndarray, shape (points,)
        Outcome of each point, in the order of the design.
    names : sequence of str
        Factors.
    second_order : bool
        Whether the design has the points for pairs.
    level : float
        Coverage of the intervals: value ± normal quantile × bootstrap standard deviation over base
        samples.

    Returns
    -------
    polars.DataFrame
        ``factor`` (for pairs ``a × b``), ``index`` (first, total, second), ``value``, ``low`` and
        ``high``.
    """
    from SALib.analyze import sobol

    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    found = sobol.analyze(
        problem,
        means,
        calc_second_order=second_order,
        num_resamples=RESAMPLES,
        conf_level=level,
        seed=LUCK_OF_RESAMPLING,
    )
    rows = [
        _around(name, index, found[key][i], found[f"{key}_conf"][i])
        for index, key in (("first", "S1"), ("total", "ST"))
        for i, name in enumerate(names)
    ]
    if second_order:
        rows += [
            _around(f"{a} × {b}", "second", found["S2"][i, j], found["S2_conf"][i, j])
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if i < j
        ]
    return index_frame(rows)


def _around(
    name: str, index: str, value: float, half: float
) -> tuple[str, str, float, float, float]:
    return name, index, float(value), float(value - half), float(value + half)


def grid_indices(
    values: Array, shape: Sequence[int], names: Sequence[str], level: float = 0.95
) -> pl.DataFrame:
    """Return first and total order indices of a full grid, every listed value counting the same.

    Parameters
    ----------
    values : ndarray, shape (points, replicates)
        Outcomes, the first factor changing slowest; NaN where a run is missing.
    shape : sequence of int
        Values of each factor.
    names : sequence of str
        Factors.
    level : float
        Coverage of the intervals: value ± normal quantile × bootstrap standard deviation over
        replicates; none with a single replicate.

    Returns
    -------
    polars.DataFrame
        As `sobol_indices`.
    """
    from scipy.special import ndtri

    estimate = _analysis_of_variance(np.nanmean(values, axis=1).reshape(shape))
    spread = np.full_like(estimate, np.nan)
    complete = values[:, np.isfinite(values).all(axis=0)]
    n = complete.shape[1]
    if n > 1:
        draws = [
            _analysis_of_variance(complete[:, rows].mean(axis=1).reshape(shape))
            for rows in resampled(n)
        ]
        spread = np.nanstd(draws, axis=0, ddof=1)
    half = float(ndtri(0.5 + level / 2)) * spread
    return index_frame(
        [
            _around(name, index, estimate[order, i], half[order, i])
            for order, index in enumerate(("first", "total"))
            for i, name in enumerate(names)
        ]
    )


def _analysis_of_variance(cube: Array) -> Array:
    """Return first and total order of each axis, shape (2, axes); NaN if nothing varies."""
    axes = range(cube.ndim)
    whole = cube.var()
    if whole <= 0:
        return np.full((2, cube.ndim), np.nan)
    alone = [cube.mean(axis=tuple(a for a in axes if a != axis)).var() for axis in axes]
    together = [cube.var(axis=axis).mean() for axis in axes]
    return np.asarray(np.array([alone, together]) / whole)


def class_indices(columns: dict[str, Array], means: Array, level: float = 0.95) -> pl.DataFrame:
    """Return first order indices by classes, and rank correlations, of any design.

    Parameters
    ----------
    columns : dict
        Factor → its value at each point; what is not a number is a name.
    means : ndarray, shape (points,)
        Outcome of each point.
    level : float
        Coverage of the intervals: value ± normal quantile × bootstrap standard deviation over
        points; on low-discrepancy designs they are wide rather than narrow.

    Returns
    -------
    polars.DataFrame
        As `sobol_indices`; ``index`` is first, or rank correlation (Spearman) of ordered factors.
        The first order is the correlation ratio less what chance alone gives (Kelley 1935).
    """
    rows = []
    for name, column in columns.items():
        place, n_classes = _classes(column)
        units = np.column_stack([place, means])
        ratio = partial(_correlation_ratio, n_classes=n_classes)
        low, high = spread_interval(units, ratio, level)
        rows.append((name, "first", ratio(units), float(low), float(high)))
    ordered = {name: c for name, c in columns.items() if c.dtype.kind in "iufb"}
    for name, column in ordered.items():
        ranks = np.column_stack([_ranks(column), _ranks(means)])
        low, high = spread_interval(ranks, _correlation, level)
        rows.append((name, "rank correlation", _correlation(ranks), float(low), float(high)))
    return index_frame(rows)


def _classes(column: Array) -> tuple[Array, int]:
    """Return each point's class: its value, or equally many points where there are many values."""
    values, place = np.unique(column, return_inverse=True)
    most = int(np.clip(len(column) // POINTS_A_CLASS, 2, MOST_CLASSES))
    if column.dtype.kind in "iuf" and len(values) > most:
        place = np.argsort(np.argsort(column, kind="stable"), kind="stable") * most // len(column)
        return place, most
    return place, len(values)


def _correlation_ratio(units: Array, n_classes: int) -> float:
    place, y = units[:, 0].astype(np.int64), units[:, 1]
    count = np.bincount(place, minlength=n_classes)
    lived = count > 0
    if y.var() <= 0 or len(y) <= lived.sum():
        return float("nan")
    mean = np.bincount(place, y, minlength=n_classes)[lived] / count[lived]
    between = (count[lived] * (mean - y.mean()) ** 2).sum()
    whole = ((y - y.mean()) ** 2).sum()
    within = (whole - between) / (len(y) - lived.sum())
    return float(1 - within / (whole / (len(y) - 1)))


def _ranks(column: Array) -> Array:
    """Return ranks, ties sharing their mean."""
    _, place, count = np.unique(column, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place])


def _correlation(pairs: Array) -> float:
    deviations = pairs - pairs.mean(axis=0)
    spread = np.sqrt((deviations**2).sum(axis=0).prod())
    return float(deviations.prod(axis=1).sum() / spread) if spread > 0 else float("nan")


SOURCES_OF_VARIANCE = (
    "factors",
    "luck shared by all points",
    "luck that differs between points",
)


def variance_components(values: Array, block: int = 1, level: float = 0.95) -> pl.DataFrame:
    """Split the variance of single runs between factors and luck.

    A two-way analysis of variance, point × replicate, with random effects (Searle, Casella and
    McCulloch 1992, chapter 4); a negative component counts as none.

    Parameters
    ----------
    values : ndarray, shape (points, replicates)
        Outcomes; points with a missing run are left out.
    block : int
        Consecutive points that belong together and are resampled as one.
    level : float
        Coverage of the percentile bootstrap over blocks.

    Returns
    -------
    polars.DataFrame
        ``source`` (`SOURCES_OF_VARIANCE`), ``value`` (share), ``low`` and ``high``; no rows with
        fewer than two replicates or points.
    """
    blocks = values.reshape(-1, block, values.shape[1])
    blocks = blocks[np.isfinite(blocks).all(axis=(1, 2))]
    if len(blocks) < 2 or values.shape[1] < 2:
        return pl.DataFrame(
            schema={"source": pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64)}
        )
    n = len(blocks)
    draws = [_components(blocks, np.bincount(rows, minlength=n)) for rows in resampled(n)]
    low, high = quantile_interval(np.array(draws), level)
    value = _components(blocks, np.ones(n))
    frame = {"source": SOURCES_OF_VARIANCE, "value": value, "low": low, "high": high}
    return pl.DataFrame(frame).with_columns(pl.col(pl.Float64).fill_nan(None))


def _components(blocks: Array, counts: Array) -> Array:
    """Return the shares of variance if each block occurs so many times."""
    table = blocks.reshape(-1, blocks.shape[2])
    weights = np.repeat(counts, blocks.shape[1])
    points, replicates = weights.sum(), table.shape[1]
    rows, columns = table.mean(axis=1), weights @ table / points
    grand = columns.mean()
    within = weights @ ((table - rows[:, None]) ** 2).sum(axis=1)
    rest = within - points * ((columns - grand) ** 2).sum()
    differs = max(rest, 0.0) / ((points - 1) * (replicates - 1))
    between = weights @ (rows - grand) ** 2 / (points - 1)
    factors = max(between - differs / replicates, 0.0)
    shared = max(columns.var(ddof=1) - differs / points, 0.0)
    parts = np.array([factors, shared, differs])
    return parts / parts.sum() if parts.sum() > 0 else np.full(3, np.nan)

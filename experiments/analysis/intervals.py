"""How sure a share or a mean is: intervals for tables and figures.

Shares have Wilson's interval (Wilson 1927, doi:10.1080/01621459.1927.10502953), which behaves at
0 and 1 and in small samples (Brown, Cai and DasGupta 2001, doi:10.1214/ss/1009213286); means have
Student's. Runs that share their luck are not independent: where a group holds several points, the
replicate is the unit, and a share counts with its effective sample size (Kish 1965, chapter 8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
import polars as pl

from agents.errors import DeathspiralError
from model.changes import unknown_name

Array = np.ndarray[Any, Any]
Statistic = Literal["mean", "median"]

RESAMPLES = 1_000
"""Bootstrap resamples."""
LUCK_OF_RESAMPLING = 20_261
"""Seed of all resampling: the same table gives the same interval."""


class AnalysisError(DeathspiralError, ValueError):
    """A question that a table of results cannot answer."""

    def __init__(self, sentences: str | Sequence[str]) -> None:
        self.sentences = [sentences] if isinstance(sentences, str) else list(sentences)
        super().__init__("\n".join(self.sentences))


def binomial_interval(successes: Any, n: Any, level: float = 0.95) -> tuple[Array, Array]:
    """Return Wilson's interval of a share; NaN where nothing was tried.

    Parameters
    ----------
    successes, n : array_like
        Successes and trials; neither needs to be whole.
    level : float
        Coverage.
    """
    from scipy.special import ndtri

    trials = np.asarray(n, dtype=np.float64)
    trials = np.where(trials > 0, trials, np.nan)
    share = np.asarray(successes, dtype=np.float64) / trials
    z2 = float(ndtri(0.5 + level / 2)) ** 2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = np.sqrt(z2 * share * (1 - share) / trials + (z2 / (2 * trials)) ** 2) / (1 + z2 / trials)
    # Rounding must not keep an interval from touching what was seen.
    return np.minimum(np.maximum(middle - half, 0.0), share), np.maximum(
        np.minimum(middle + half, 1.0), share
    )


def mean_interval(mean: Any, deviation: Any, n: Any, level: float = 0.95) -> tuple[Array, Array]:
    """Return Student's interval of a mean; NaN where there are fewer than two values.

    Parameters
    ----------
    mean, deviation, n : array_like
        Mean, sample standard deviation and number of independent values.
    level : float
        Coverage.
    """
    from scipy.special import stdtrit

    count = np.asarray(n, dtype=np.float64)
    count = np.where(count > 1, count, np.nan)
    centre = np.asarray(mean, dtype=np.float64)
    half = stdtrit(count - 1, 0.5 + level / 2) * np.asarray(deviation, np.float64) / np.sqrt(count)
    return centre - half, centre + half


def effective_size(share: Array, spread: Array, replicates: Array, n: Array) -> Array:
    """Return how many independent runs tell as much of a share; from replicates to all n runs."""
    own = share * (1 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.clip(own * replicates / spread**2, replicates, n)
    return np.asarray(np.where(own > 0, effective, replicates))


def resampled(n: int, resamples: int = RESAMPLES) -> Iterator[Array]:
    """Yield which of n units each bootstrap resample draws, with replacement.

    Yields
    ------
    numpy.ndarray of int64, shape (n,)
    """
    luck = np.random.default_rng(LUCK_OF_RESAMPLING)
    for _ in range(resamples):
        yield luck.integers(0, n, size=n)


def bootstrap_interval(
    units: Array,
    statistic: Callable[[Array], Any],
    level: float = 0.95,
    *,
    resamples: int = RESAMPLES,
) -> tuple[Array, Array]:
    """Return the percentile bootstrap interval of a statistic of independent units.

    Parameters
    ----------
    units : ndarray, shape (n, ...)
        Independent units along the first axis; what else a unit holds is kept together.
    statistic : callable
        Gets an array of the shape of ``units``, returns a number or an array of numbers; a NaN is
        a resample without an answer, and left out.
    level : float
        Coverage.
    resamples : int
        How often.
    """
    drawn = [statistic(units[rows]) for rows in resampled(len(units), resamples)]
    return quantile_interval(np.asarray(drawn, dtype=np.float64), level)


def spread_interval(
    units: Array, statistic: Callable[[Array], Any], level: float = 0.95
) -> tuple[Array, Array]:
    """Return a statistic of independent units ± normal quantile × its bootstrap deviation.

    For statistics that resampling shifts, such as a range or a share of variance: repeated units
    look like structure, and a percentile interval would lie beside the estimate.

    Parameters
    ----------
    units, statistic, level
        As in `bootstrap_interval`.
    """
    from scipy.special import ndtri

    drawn = np.array([statistic(units[rows]) for rows in resampled(len(units))], dtype=np.float64)
    half = float(ndtri(0.5 + level / 2)) * drawn.std(axis=0, ddof=1)
    value = np.asarray(statistic(units), dtype=np.float64)
    return value - half, value + half


def quantile_interval(draws: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Return the central interval of draws along the first axis; NaN where there are none."""
    tail = (1 - level) / 2
    answered = np.isfinite(draws).any(axis=0)
    filled = np.where(answered, draws, 0.0)
    low, high = np.nanquantile(filled, [tail, 1 - tail], axis=0)
    return np.where(answered, low, np.nan), np.where(answered, high, np.nan)


def summary_by(
    runs: pl.DataFrame,
    by: Sequence[str],
    measure: str,
    level: float = 0.95,
    statistic: Statistic = "mean",
) -> pl.DataFrame:
    """Summarise an outcome over the runs of each group, with its interval.

    Parameters
    ----------
    runs : polars.DataFrame
        Rows of the table `runs`; failed runs and empty outcomes do not count.
    by : sequence of str
        Columns that make the groups; none for one group of everything.
    measure : str
        A yes-or-no outcome (its share is returned) or a numeric one.
    level : float
        Coverage of the interval; with ``"median"``, the part of the runs between low and high.
    statistic : {"mean", "median"}
        What is returned of a numeric outcome.

    Returns
    -------
    polars.DataFrame
        Columns ``by``, then ``n`` (runs), ``value``, ``low``, ``high`` (null where there are too
        few runs) and ``kind``, which says in words what they are. Ordered by group.
    """
    kept = known_runs(runs, measure)
    group = list(by)
    share = runs.schema[measure] == pl.Boolean
    if statistic == "median" and not share:
        table = _quantiles(kept, group, measure, level)
    else:
        table = _means(kept, group, measure, level, share=share)
    columns = [*group, "n", "value", "low", "high", "kind"]
    return table.select(columns).sort(group or "n", nulls_last=True)


def known_runs(runs: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Return the runs that went well and have something to say about an outcome.

    Raises
    ------
    AnalysisError
        If there is no such outcome, or it is neither yes or no nor a number.
    """
    if measure not in runs.columns:
        raise AnalysisError(unknown_outcome(measure, runs.columns))
    kind = runs.schema[measure]
    if not (kind == pl.Boolean or kind.is_numeric()):
        raise AnalysisError(f"outcome {measure!r} is text; use one that is yes or no, or a number")
    if "status" in runs.columns:
        runs = runs.filter(pl.col("status") == "ok")
    known = runs.filter(pl.col(measure).is_not_null())
    return known.filter(pl.col(measure).is_finite()) if kind.is_float() else known


def unknown_outcome(name: str, known: Sequence[str]) -> str:
    """Say that there is no such outcome, and which one is nearest."""
    sentence = unknown_name(name, list(known), "outcome")
    if "did you mean" in sentence:
        return sentence
    few = "collapsed, members_kept or final_contribution"
    return f"unknown outcome {name!r}; use a column of the table runs, such as {few}"


def _grouped(rows: pl.DataFrame, by: list[str], *columns: pl.Expr) -> pl.DataFrame:
    return rows.group_by(by).agg(*columns) if by else rows.select(*columns)


def _quantiles(kept: pl.DataFrame, by: list[str], measure: str, level: float) -> pl.DataFrame:
    tail = (1 - level) / 2
    value = pl.col(measure).cast(pl.Float64)
    table = _grouped(
        kept,
        by,
        pl.len().cast(pl.Int64).alias("n"),
        value.median().alias("value"),
        value.quantile(tail, "linear").alias("low"),
        value.quantile(1 - tail, "linear").alias("high"),
    )
    kind = f"median, {100 * tail:g}–{100 * (1 - tail):g} % of runs"
    return table.with_columns(pl.lit(kind).alias("kind"))


def _means(
    kept: pl.DataFrame, by: list[str], measure: str, level: float, *, share: bool
) -> pl.DataFrame:
    value = pl.col(measure).cast(pl.Float64)
    table = _grouped(
        kept,
        by,
        pl.len().cast(pl.Int64).alias("n"),
        value.mean().alias("value"),
        value.std().alias("deviation"),
    )
    table = table.with_columns(pl.col("n").cast(pl.Float64).alias("units"), shared=False)
    if {"point", "replicate"} <= set(kept.columns):
        table = _by_replicate(table, kept, by, value, share=share)
    n, mean, deviation = (table[name].to_numpy() for name in ("units", "value", "deviation"))
    if share:
        low, high = binomial_interval(mean * n, n, level)
        kind, remark = f"share, Wilson {100 * level:g} %", ", effective n"
    else:
        low, high = mean_interval(mean, deviation, n, level)
        kind, remark = f"mean, t {100 * level:g} %", " over replicates"
    return table.with_columns(
        pl.Series("low", low).fill_nan(None),
        pl.Series("high", high).fill_nan(None),
        pl.concat_str(
            pl.lit(kind), pl.when("shared").then(pl.lit(remark)).otherwise(pl.lit(""))
        ).alias("kind"),
    )


def _by_replicate(
    table: pl.DataFrame, kept: pl.DataFrame, by: list[str], value: pl.Expr, *, share: bool
) -> pl.DataFrame:
    """Count independent units: replicates, where a group holds several points and replicates."""
    luck = _grouped(
        _grouped(kept, [*by, "replicate"], value.mean().alias("mean")),
        by,
        pl.len().cast(pl.Float64).alias("replicates"),
        pl.col("mean").std().alias("spread"),
    )
    points = _grouped(kept, by, pl.col("point").n_unique().alias("points"))
    if by:
        table = table.join(luck, on=by, nulls_equal=True).join(points, on=by, nulls_equal=True)
    else:
        table = pl.concat([table, luck, points], how="horizontal")
    units = pl.col("replicates")
    if share:
        columns = (table[name].to_numpy() for name in ("value", "spread", "replicates", "n"))
        units = pl.lit(pl.Series(effective_size(*columns)))
    shared = (pl.col("points") > 1) & (pl.col("replicates") > 1)
    return table.with_columns(
        pl.when(shared).then(units).otherwise("units").alias("units"),
        pl.when(shared).then("spread").otherwise("deviation").alias("deviation"),
        shared.alias("shared"),
    )

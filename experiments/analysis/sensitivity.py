"""Which factors matter: the indices that a sweep's design allows, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from experiments.analysis.answer import Answer
from experiments.analysis.intervals import (
    LUCK_OF_RESAMPLING,
    RESAMPLES,
    AnalysisError,
    bootstrap_interval,
    spread_interval,
)
from experiments.analysis.points import Outcomes, demand_all, outcomes_in
from experiments.analysis.variance import (
    class_indices,
    grid_indices,
    index_frame,
    sobol_indices,
    variance_components,
)

if TYPE_CHECKING:
    from experiments.sweeps.results import Results

Array = np.ndarray[Any, Any]

METHODS = {
    "saltelli": "Sobol' indices of a Saltelli design (± bootstrap over base samples)",
    "morris": "Morris' elementary effects over the whole range of a factor (percentile bootstrap "
    "over trajectories)",
    "grid": "analysis of variance of the grid, every listed value counting the same (± bootstrap "
    "over replicates)",
    "one_at_a_time": "largest less smallest mean when one factor moves and the others stay "
    "(± bootstrap over replicates)",
    "classes": "first order by classes and Spearman's rank correlation, from the points as they "
    "are (± bootstrap over points)",
}
_NO_LUCK = "Without a second whole replicate luck cannot be told from effects of factors."
_NEED_ALL = ("saltelli", "morris", "one_at_a_time")


def sensitivity(results: Results, measure: str = "collapsed", level: float = 0.95) -> Answer:
    """Say how much of an outcome is due to each factor, and how much to luck.

    Parameters
    ----------
    results : Results
        A sweep, finished or not.
    measure : str
        Outcome; replicates are averaged first.
    level : float
        Coverage of the intervals.

    Raises
    ------
    AnalysisError
        If the design or what is left of it does not allow the question.
    """
    outcomes = outcomes_in(results, measure)
    method = _method(results, outcomes)
    if outcomes.is_constant:
        raise AnalysisError(
            f"{measure!r} has the same mean at every point: nothing is sensitive; widen the "
            "factors' ranges or choose another outcome"
        )
    table = _indices(results, outcomes, method, level)
    luck = variance_components(_in_full(results, outcomes), _block(results, method), level)
    more = {"Variance of single runs, by source": luck} if luck.height else {}
    sentences = _sentences(results, outcomes, method, table, luck, level)
    return Answer(f"Sensitivity of {measure}", table, sentences, more)


def _method(results: Results, outcomes: Outcomes) -> str:
    kind = results.experiment.design.kind
    if kind == "table":
        raise AnalysisError(
            "the points of a table follow no design that tells factors apart; use grid, lhs, "
            "sobol, halton, saltelli, morris or one_at_a_time"
        )
    if kind in _NEED_ALL:
        demand_all(outcomes, results, METHODS[kind].split(" (")[0])
    return kind if kind in _NEED_ALL or (kind == "grid" and not outcomes.lost.size) else "classes"


def _indices(results: Results, outcomes: Outcomes, method: str, level: float) -> pl.DataFrame:
    experiment = results.experiment
    names = experiment.factor_names
    if method == "saltelli":
        pairs = experiment.design.second_order
        return sobol_indices(outcomes.means, names, second_order=pairs, level=level)
    if method == "morris":
        from experiments.sweeps.designs import unit_samples

        samples = unit_samples(experiment.design, len(names))
        return elementary_effects(samples, outcomes.means, names, level)
    if method == "grid":
        shape = [results.design[name].n_unique() for name in names]
        return grid_indices(outcomes.values, shape, names, level)
    if method == "one_at_a_time":
        return swings(results.design.select(names), outcomes.values, level)
    known = np.isfinite(outcomes.means)
    columns = {name: results.design[name].to_numpy()[known] for name in names}
    return class_indices(columns, outcomes.means[known], level)


def _in_full(results: Results, outcomes: Outcomes) -> Array:
    """Return the outcomes, of an unfinished sweep only of replicates that every point has."""
    if results.complete:
        return outcomes.values
    known = np.isfinite(np.delete(outcomes.values, outcomes.lost, axis=0))
    return outcomes.values[:, known.all(axis=0)]


def _block(results: Results, method: str) -> int:
    """Return how many consecutive points a design makes together."""
    n = len(results.experiment.factor_names)
    if method == "saltelli":
        return 2 * n + 2 if results.experiment.design.second_order else n + 2
    return n + 1 if method == "morris" else 1


def elementary_effects(
    samples: Array, means: Array, names: Sequence[str], level: float = 0.95
) -> pl.DataFrame:
    """Return Morris' measures of each factor, per whole range of it.

    Morris 1991 (doi:10.1080/00401706.1991.10484804); μ* of Campolongo, Cariboni and Saltelli 2007
    (doi:10.1016/j.envsoft.2006.10.004).

    Parameters
    ----------
    samples : ndarray, shape (points, factors)
        Trajectories in the unit cube, one after the other; each step moves one factor.
    means : ndarray, shape (points,)
        Outcome of each point.
    names : sequence of str
        Factors.
    level : float
        Coverage of the percentile bootstrap over trajectories.

    Returns
    -------
    polars.DataFrame
        ``factor``, ``index`` (mu star, mu, sigma), ``value``, ``low`` and ``high``, in the unit of
        the outcome.
    """
    size = len(names) + 1
    steps = np.diff(samples.reshape(-1, size, len(names)), axis=1)
    moved = np.abs(steps).argmax(axis=2)
    effects = np.diff(means.reshape(-1, size), axis=1) / np.take_along_axis(
        steps, moved[:, :, None], axis=2
    ).squeeze(2)
    ordered = np.take_along_axis(effects, moved.argsort(axis=1), axis=1)
    measures = {"mu star": _mean_size, "mu": _mean_effect, "sigma": _spread}
    rows = []
    for index, measure in measures.items():
        value, (low, high) = measure(ordered), bootstrap_interval(ordered, measure, level)
        rows += [(name, index, value[i], low[i], high[i]) for i, name in enumerate(names)]
    return index_frame(rows)


def _mean_size(effects: Array) -> Array:
    return np.asarray(np.abs(effects).mean(axis=0))


def _mean_effect(effects: Array) -> Array:
    return np.asarray(effects.mean(axis=0))


def _spread(effects: Array) -> Array:
    if len(effects) < 2:
        return np.full(effects.shape[1], np.nan)
    return np.asarray(effects.std(axis=0, ddof=1))


def swings(design: pl.DataFrame, values: Array, level: float = 0.95) -> pl.DataFrame:
    """Return how far the mean outcome moves when one factor moves and the others stay.

    Parameters
    ----------
    design : polars.DataFrame
        A column for each factor, a row for each point; the first is the base.
    values : ndarray, shape (points, replicates)
        Outcomes.
    level : float
        Coverage of the interval: value ± normal quantile × bootstrap standard deviation over the
        replicates that are complete.
    """
    rows = []
    complete = values[:, np.isfinite(values).all(axis=0)]
    for name in design.columns:
        moved = (design[name] != design[name][0]).to_numpy()
        moved[0] = True
        value = float(np.ptp(np.nanmean(values[moved], axis=1)))
        low = high = np.array(np.nan)
        if complete.shape[1] > 1:
            low, high = spread_interval(complete[moved].T, _range_of_means, level)
        rows.append((name, "swing", value, float(low), float(high)))
    return index_frame(rows)


def _range_of_means(runs: Array) -> float:
    return float(np.ptp(runs.mean(axis=0)))


def _sentences(
    results: Results,
    outcomes: Outcomes,
    method: str,
    table: pl.DataFrame,
    luck: pl.DataFrame,
    level: float,
) -> list[str]:
    experiment = results.experiment
    n_points, most = len(outcomes.values), int(np.isfinite(outcomes.values).sum(axis=1).max())
    shared = "the same" if experiment.common_random_numbers else "different"
    lines = [
        f"{METHODS[method][0].upper()}{METHODS[method][1:]}.",
        f"Rests on {outcomes.n:,} runs: {n_points - outcomes.lost.size:,} of {n_points:,} points, "
        f"up to {most:,} replicate{'s' if most > 1 else ''} averaged, seed {experiment.seed}, "
        f"{shared} luck at every point; intervals {100 * level:g} %, {RESAMPLES:,} "
        f"resamples, seed {LUCK_OF_RESAMPLING}.",
    ]
    if outcomes.lost.size:
        lines.append(f"{outcomes.lost.size:,} points have no value and are left out.")
    return lines + _remarks(outcomes, method, table, luck)


def _remarks(outcomes: Outcomes, method: str, table: pl.DataFrame, luck: pl.DataFrame) -> list[str]:
    n_points = len(outcomes.values) - outcomes.lost.size
    replicates = round(outcomes.n / n_points)  # on average, if some are missing
    lines = []
    missing = n_points * outcomes.values.shape[1] - outcomes.n
    if missing:
        lines.append(
            f"{missing:,} runs at these points are not done or have no value; the means rest on "
            "fewer runs."
        )
    wide = table.filter(pl.col("high") - pl.col("low") > pl.col("value").abs()).height
    if wide:
        more = "samples" if method in ("saltelli", "morris", "classes") else "replicates"
        lines.append(
            f"{wide} of {table.height} intervals are wider than the index itself, so that the order"
            f" of such factors is not settled; more {more} may settle it."
        )
    return lines + _on_luck(luck, replicates)


def _on_luck(luck: pl.DataFrame, replicates: int) -> list[str]:
    if not luck.height:
        return [_NO_LUCK]
    factors, _, differs = luck["value"].fill_null(0.0).to_list()
    lines = [
        "Intervals of the sources of variance resample points, the replicates as they are: of "
        f"luck shared by all points there are only {replicates:,} values, so that its share is "
        "less sure than its interval looks."
    ]
    left = differs / replicates
    if left > 0:
        lines.append(
            f"About {100 * left / (factors + left):.0f} % of the variance of the points' means is "
            f"luck that {replicates} replicates did not average out; the indices take it for an "
            "effect of factors, mostly of several together."
        )
    return lines

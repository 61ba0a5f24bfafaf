"""Which lever to pull when nobody knows the state of the world: satisficing and regret.

Satisficing (Simon 1956), maximin and minimax regret (Savage 1951), as robustness metrics in
McPhail and others 2018 (doi:10.1002/2017EF000649). A state of the world is one combination of all
other factors and one replicate; with common random numbers every value of the lever meets the very
same states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from experiments.analysis.answer import Answer, shown
from experiments.analysis.conditions import Condition
from experiments.analysis.intervals import (
    LUCK_OF_RESAMPLING,
    RESAMPLES,
    AnalysisError,
    binomial_interval,
    bootstrap_interval,
    effective_size,
    known_runs,
)

if TYPE_CHECKING:
    from experiments.sweeps.results import Results

Array = np.ndarray[Any, Any]


def robustness(
    results: Results,
    lever: str,
    measure: str = "members_kept",
    satisfice: Condition | None = None,
    *,
    wants_more: bool | None = None,
    level: float = 0.95,
) -> Answer:
    """Compare the values of a lever over all states of the world.

    Parameters
    ----------
    results : Results
        A sweep over a grid, or a table whose rows are the lever (``label``).
    lever : str
        The factor that can be chosen.
    measure : str
        The outcome that counts.
    satisfice : Condition, optional
        What is good enough; half of the members kept and no collapse, if left out.
    wants_more : bool, optional
        Whether a large outcome is good; if left out, as the condition has it.
    level : float
        Coverage of the intervals.

    Raises
    ------
    AnalysisError
        If the sweep does not try every value of the lever in every state.
    """
    runs = known_runs(results.runs, measure)
    satisfice = satisfice or _good_enough(measure)
    if wants_more is None:
        wants_more = satisfice.wants_more
    values, cube = _states(results, lever, runs, measure)
    met = _states(results, lever, satisfice.met(results.runs), "met")[1]
    complete = np.asarray(np.isfinite(cube).all(axis=0) & np.isfinite(met).all(axis=0))
    if not complete.any():
        raise AnalysisError(
            f"no state of the world has a value of {measure!r} for every value of {lever!r}; "
            "finish the sweep, or try its failed runs again with `deathspiral sweep --retry-failed`"
        )
    table = robustness_frame(lever, values, cube, met, wants_more=wants_more, level=level)
    wish = f"{measure} is to be {'large' if wants_more else 'small'}, good enough: {satisfice}"
    sentences = _sentences(results, lever, wish, complete, level)
    return Answer(f"Robustness of {lever}, by {measure}", table, sentences)


def _good_enough(measure: str) -> Condition:
    known = {
        "members_kept": Condition("members_kept", ">=", 0.5),
        "collapsed": Condition("collapsed", "<", 1.0),
    }
    if measure not in known:
        raise AnalysisError(
            f"say what is good enough with --satisfice, such as --satisfice '{measure}>=0.5'"
        )
    return known[measure]


def _states(
    results: Results, lever: str, runs: pl.DataFrame, measure: str
) -> tuple[list[Any], Array]:
    """Return the lever's values and an outcome, shape (values, combinations, replicates).

    Raises
    ------
    AnalysisError
        If the design has no such lever, or does not cross it with everything else.
    """
    names = results.experiment.factor_names
    kind = results.experiment.design.kind
    levers = ["label"] if kind == "table" else names
    if lever not in levers:
        raise AnalysisError(
            f"lever {lever!r} is not among what this sweep varies: {', '.join(levers)}"
        )
    if kind not in ("grid", "table"):
        raise AnalysisError(
            f"a {kind} design does not try every value of {lever!r} in the same states of the "
            "world; use a grid, or a table whose rows are the levers"
        )
    others = [name for name in names if name != lever and kind == "grid"]
    values = results.design[lever].unique(maintain_order=True)
    places = results.design.select(
        "point",
        pl.col(lever).replace_strict(values, range(len(values)), return_dtype=pl.Int64).alias("v"),
        (pl.struct(others).rank("dense").cast(pl.Int64) - 1 if others else pl.lit(0)).alias("s"),
    )
    runs = runs.join(places, on="point")
    n_states = places["s"].n_unique()
    cube = np.full((len(values), n_states, results.experiment.replicates), np.nan)
    where = tuple(runs[name].to_numpy() for name in ("v", "s", "replicate"))
    cube[where] = runs[measure].cast(pl.Float64).to_numpy()
    return values.to_list(), cube


def robustness_frame(
    lever: str,
    values: list[Any],
    outcomes: Array,
    met: Array,
    *,
    wants_more: bool = True,
    level: float = 0.95,
) -> pl.DataFrame:
    """Return the robustness metrics of each value of a lever.

    Parameters
    ----------
    lever : str
        Name of the lever.
    values : list
        Its values.
    outcomes, met : ndarray, shape (values, combinations, replicates)
        The outcome, and whether it is good enough (0 or 1); states with a NaN for any value are
        left out for all.
    wants_more : bool
        Whether large outcomes are good.
    level : float
        Coverage of the intervals: Wilson's with the effective n for ``satisficing``, where a
        bootstrap of runs that are all good enough would be sure of everything; else percentile
        bootstrap over replicates, combinations kept. Worst case and largest regret have none: the
        bootstrap does not cover extremes.

    Returns
    -------
    polars.DataFrame
        The lever, then ``satisficing``, ``mean`` and ``mean_regret``, each with ``_low`` and
        ``_high``, then ``worst`` (maximin) and ``largest_regret``.
    """
    known = np.isfinite(outcomes).all(axis=0) & np.isfinite(met).all(axis=0)
    outcomes = np.where(known, outcomes, np.nan)
    best = outcomes.max(axis=0) if wants_more else outcomes.min(axis=0)
    regret = np.abs(best - outcomes)
    columns: dict[str, Any] = {lever: values}
    columns |= _share_with_interval("satisficing", np.where(known, met, np.nan), level)
    for name, measure in (("mean", outcomes), ("mean_regret", regret)):
        columns |= _with_interval(name, measure, level)
    flat = outcomes.reshape(len(values), -1)
    columns["worst"] = np.nanmin(flat, axis=1) if wants_more else np.nanmax(flat, axis=1)
    columns["largest_regret"] = np.nanmax(regret.reshape(len(values), -1), axis=1)
    return pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def _with_interval(name: str, measure: Array, level: float) -> dict[str, Array]:
    """Return means over the states, and their intervals over replicates."""
    known = np.isfinite(measure)
    units = np.stack([np.where(known, measure, 0.0).sum(axis=1), known.sum(axis=1)], axis=-1)
    units = units.transpose(1, 0, 2)
    low = high = np.full(len(measure), np.nan)
    if len(units) > 1:
        low, high = bootstrap_interval(units, _ratio, level)
    return {name: _ratio(units), f"{name}_low": low, f"{name}_high": high}


def _share_with_interval(name: str, met: Array, level: float) -> dict[str, Array]:
    """Return shares of the states, and Wilson's intervals with replicates that share their luck."""
    known = np.isfinite(met)
    good, n = np.where(known, met, 0.0).sum(axis=1), known.sum(axis=1)
    lived = n[0] > 0  # the same for every value: a state counts for all or for none
    good, n = good[:, lived], n[:, lived]
    share = good.sum(axis=1) / n.sum(axis=1)
    low = high = np.full(len(met), np.nan)
    if known.shape[2] > 1 and lived.sum() > 1:
        spread = (good / n).std(axis=1, ddof=1)
        effective = effective_size(share, spread, np.full(len(n), n.shape[1]), n.sum(axis=1))
        low, high = binomial_interval(share * effective, effective, level)
    return {name: share, f"{name}_low": low, f"{name}_high": high}


def _ratio(units: Array) -> Array:
    total, count = units.sum(axis=0).T
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _sentences(
    results: Results,
    lever: str,
    wish: str,
    complete: Array,
    level: float,
) -> list[str]:
    experiment = results.experiment
    combinations, replicates = complete.shape
    plural = "s" if combinations > 1 else ""
    lines = [
        f"{complete.sum():,} states of the world ({combinations:,} combination{plural} of "
        f"the other factors × {replicates:,} replicates, seed {experiment.seed}), every value of "
        f"{lever} in each; {wish}.",
        f"Intervals: {100 * level:g} %; of satisficing Wilson's with the effective n, of means "
        f"percentile bootstrap over replicates ({RESAMPLES:,} resamples, seed "
        f"{LUCK_OF_RESAMPLING}); worst case and largest regret are those seen.",
    ]
    if not experiment.common_random_numbers:
        lines.append("Luck is not shared between points, so that regret holds luck as well.")
    if not complete.all():
        lines.append(f"{shown(int((~complete).sum()))} states lack a run and are left out.")
    if replicates < 2:
        lines.append("Without a second replicate there are no intervals.")
    return lines

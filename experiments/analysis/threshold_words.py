"""What a search for a tipping value found, in words and tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from experiments.analysis.answer import Answer, shown
from experiments.analysis.crossing import Estimate, own_crossings
from experiments.analysis.intervals import LUCK_OF_RESAMPLING, RESAMPLES, summary_by
from experiments.analysis.threshold import Found, Search

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def answer(what: Search, found: Found, *, unit: str = "", seed: int | None = None) -> Answer:
    """Say what a search found.

    Parameters
    ----------
    what : Search
        The question.
    found : Found
        The outcome.
    unit : str
        Unit of the parameter.
    seed : int, optional
        Seed of the runs.
    """
    at = found.estimate
    row = {
        "parameter": what.parameter,
        "unit": unit,
        "value": at.value if at else None,
        "low": at.low if at else None,
        "high": at.high if at else None,
    }
    schema = {"parameter": pl.String, "unit": pl.String} | dict.fromkeys(
        ("value", "low", "high"), pl.Float64
    )
    known = summary_by(found.runs, [what.parameter], what.measure, what.level)
    more = {f"{what.measure} at the values tried": known}
    sentences = [_basis(what, found, seed)]
    if at:
        own = own_crossings(found.tried, what.target, rising=found.turns[0].rising)
        more["Tipping values of single replicates"] = _quantiles(own)
        sentences = [_estimate(what, found, at), *sentences, *_remarks(what, found, at, own)]
    else:
        sentences = [_no_crossing(what, found), *sentences]
    title = f"{what.parameter} at which {_mean_of(what, found)} crosses {what.target:g}"
    return Answer(title, pl.DataFrame([row], schema=schema), sentences, more)


def _mean_of(what: Search, found: Found) -> str:
    return f"the {'share' if found.tried.is_share else 'mean'} of {what.measure}"


def _estimate(what: Search, found: Found, at: Estimate) -> str:
    way = "rises" if found.turns[0].rising else "falls"
    return (
        f"{_mean_of(what, found).capitalize()} {way} through {what.target:g} at {what.parameter} = "
        f"{shown(at.value)} ({100 * what.level:g} % interval {shown(at.low)} to {shown(at.high)})."
    )


def _basis(what: Search, found: Found, seed: int | None) -> str:
    values, replicates = found.tried.outcomes.shape
    n = int(np.isfinite(found.tried.outcomes).sum())
    lost = found.runs.height - n
    rounds = f"{found.rounds} round{'s' if found.rounds > 1 else ''}"
    text = f"Rests on {n:,} runs in {rounds}: {values} values × {replicates} replicates"
    if seed is not None:
        text += f" with the same luck at every value (seed {seed})"
    if lost:
        text += f", {lost:,} failed or empty runs left out"
    if found.estimate is not None:
        text += (
            "; isotonic regression and interpolation, percentile bootstrap over replicates "
            f"({RESAMPLES:,} resamples, seed {LUCK_OF_RESAMPLING}) widened to the values tried"
        )
    return f"{text}."


def _no_crossing(what: Search, found: Found) -> str:
    low, high = found.tried.intervals(what.level)
    means, values = found.tried.means, found.tried.values
    ends = [
        f"{means[i]:.3g} ({100 * what.level:g} % interval {shown(float(low[i]))} to "
        f"{shown(float(high[i]))}) at {shown(float(values[i]))}"
        for i in (0, -1)
    ]
    unsure = not found.tried.sides(what.target, what.level).all()
    hint = "more replicates may tell" if unsure else "another range may hold the crossing"
    return (
        f"{_mean_of(what, found).capitalize()} does not surely cross {what.target:g} in this range:"
        f" it is {ends[0]} and {ends[1]}; {hint}."
    )


def _remarks(what: Search, found: Found, at: Estimate, own: Any) -> list[str]:
    lines = []
    if len(found.turns) > 1:
        stretches = ", ".join(
            f"{'up' if t.rising else 'down'} between {t.low:g} and {t.high:g}" for t in found.turns
        )
        lines.append(
            f"The outcome is not monotone: it surely crosses {len(found.turns)} times "
            f"({stretches}); the first crossing was refined, the others are as coarse as they look."
        )
    if at.luck > what.fine:
        lines.append(
            f"The interval is limited by luck, not by the values tried ({shown(what.fine)} would "
            "be fine enough): more replicates would narrow it."
        )
    early, late = int(np.isneginf(own).sum()), int(np.isposinf(own).sum())
    if early or late:
        lines.append(
            f"Of {len(own)} single replicates {early} are past their crossing at {what.low:g} and "
            f"{late} do not reach it by {what.high:g}."
        )
    return lines


def _quantiles(own: Any) -> pl.DataFrame:
    """Return quantiles over replicates; null where the replicate crosses outside the range."""
    values = np.quantile(own, QUANTILES, method="inverted_cdf")
    frame = pl.DataFrame({"share_of_replicates": QUANTILES, "value": values})
    return frame.with_columns(pl.when(pl.col("value").is_finite()).then("value").alias("value"))

"""Where cases lie: boxes of factor values that hold most of them, and how sure the boxes are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from experiments.analysis.answer import Answer
from experiments.analysis.conditions import Condition
from experiments.analysis.intervals import (
    LUCK_OF_RESAMPLING,
    AnalysisError,
    binomial_interval,
    bootstrap_interval,
    resampled,
)
from experiments.analysis.prim import (
    LARGEST_QUASI_P,
    Box,
    Columns,
    Limit,
    find_box,
    is_ordered,
    quasi_p,
)

if TYPE_CHECKING:
    from experiments.sweeps.results import Results

Array = np.ndarray[Any, Any]

FEWEST_POINTS = 40
SEARCHES = 50
"""Resamples of the points in which the box is searched anew."""
SMALLEST_REST = 0.05
"""Share of all cases below which no further box is searched."""


@dataclass(frozen=True)
class _Cases:
    """Points, and what share of their runs are cases."""

    points: pl.DataFrame
    names: Sequence[str]

    @property
    def columns(self) -> Columns:
        return {name: self.points[name].to_numpy() for name in self.names}

    @property
    def share(self) -> Array:
        return self.points["share"].to_numpy()

    def without(self, box: Box) -> _Cases:
        inside = box.holds(self.columns, self.points.height)
        return _Cases(self.points.filter(pl.Series(~inside)), self.names)

    def taken(self, rows: Array) -> _Cases:
        return _Cases(self.points[rows.tolist()], self.names)


def discover(
    results: Results, cases: Condition, density: float = 0.8, most: int = 3, level: float = 0.95
) -> Answer:
    """Describe where in the factors' space an outcome happens, by at most a few boxes.

    Parameters
    ----------
    results : Results
        A sweep, finished or not.
    cases : Condition
        What counts as a case.
    density : float
        Share of cases that the runs in a box should have.
    most : int
        Boxes at most; each is searched among the points outside the earlier ones.
    level : float
        Coverage of the intervals of coverage and density.

    Raises
    ------
    AnalysisError
        If there are too few points, or all runs or none are cases.
    """
    whole = _cases_of(results, cases)
    limits: list[tuple[Any, ...]] = []
    boxes: list[dict[str, Any]] = []
    rest = whole
    for number in range(1, most + 1):
        left = float(rest.share.sum() / whole.share.sum())
        if rest.points.height < FEWEST_POINTS or left < SMALLEST_REST:
            break
        box = find_box(rest.columns, rest.share, density)
        if not box.limits or (number > 1 and _density(box, rest) < density):
            break
        limits += _limits(number, box, rest)
        boxes.append(_box_row(number, box, rest, whole, level))
        rest = rest.without(box)
    table = pl.DataFrame(limits, schema=_LIMITS, orient="row")
    more = {"Boxes": pl.DataFrame(boxes)} if boxes else {}
    sentences = _sentences(results, cases, whole, boxes, density, level)
    return Answer(f"Where runs are {cases}", table, sentences, more)


_LIMITS = {
    "box": pl.Int64,
    "factor": pl.String,
    "unit": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "among": pl.String,
    "quasi_p": pl.Float64,
    "reproduced": pl.Float64,
}


def _cases_of(results: Results, cases: Condition) -> _Cases:
    shares = (
        cases.met(results.runs)
        .group_by("point")
        .agg(pl.col("met").mean().alias("share"), pl.len().cast(pl.Int64).alias("n"))
    )
    points = results.design.join(shares, on="point").sort("point")
    if points.height < FEWEST_POINTS:
        raise AnalysisError(
            f"{points.height} points are too few to search for boxes; use {FEWEST_POINTS} or more"
        )
    share = points["share"].to_numpy()
    if share.min() == share.max():
        raise AnalysisError(
            f"the share of runs that are {cases} is {share[0]:g} at every point: there is nothing "
            "to tell apart; choose another outcome or bound"
        )
    return _Cases(points, results.experiment.factor_names)


def _density(box: Box, cases: _Cases) -> float:
    return float(cases.share[box.holds(cases.columns, cases.points.height)].mean())


def _limits(number: int, box: Box, cases: _Cases) -> Iterator[tuple[Any, ...]]:
    from experiments.sweeps.factors import field_of
    from model.quantities import unit_of

    reproduced = _reproduced(cases, _density(box, cases))
    for name, limit in box.limits.items():
        known = field_of(name)
        yield (
            number,
            name,
            unit_of(known) if known is not None else "",
            *_ends(limit, cases.columns[name]),
            quasi_p(box, name, cases.columns, cases.share),
            reproduced[name],
        )


def _ends(limit: Limit, column: Array) -> tuple[float | None, float | None, str | None]:
    """Return the ends of an interval, or the categories as text."""
    if is_ordered(column):
        return limit.low, limit.high, None
    words = {True: "yes", False: "no"}
    return None, None, ", ".join(sorted(str(words.get(v, v)) for v in limit.among or ()))


def _reproduced(cases: _Cases, density: float) -> dict[str, float]:
    """Return in what share of the resamples of points the search demands something of a factor."""
    found = [
        find_box(again.columns, again.share, density)
        for again in map(cases.taken, resampled(cases.points.height, SEARCHES))
    ]
    return {name: sum(name in box.limits for box in found) / SEARCHES for name in cases.names}


def _box_row(number: int, box: Box, rest: _Cases, whole: _Cases, level: float) -> dict[str, Any]:
    """Return size, coverage and density of a box, with intervals that take the box as it is."""
    inside = box.holds(rest.columns, rest.points.height)
    held = np.zeros(whole.points.height, dtype=bool)
    held[np.isin(whole.points["point"].to_numpy(), rest.points["point"].to_numpy()[inside])] = True
    units = np.column_stack([held, whole.share])
    low, high = bootstrap_interval(units, _coverage, level)
    density, points = _density_within(units), np.array([float(inside.sum())])
    least, most = binomial_interval(density * points, points, level)
    return {
        "box": number,
        "points": int(inside.sum()),
        "runs": int(rest.points["n"].to_numpy()[inside].sum()),
        "mass": float(inside.sum() / whole.points.height),
        "coverage": _coverage(units),
        "coverage_low": float(low),
        "coverage_high": float(high),
        "density": density,
        "density_low": float(least[0]),
        "density_high": float(most[0]),
    }


def _coverage(units: Array) -> float:
    """Return the share of all cases that are inside, from columns inside and share."""
    total = float(units[:, 1].sum())
    return float((units[:, 0] * units[:, 1]).sum()) / total if total else np.nan


def _density_within(units: Array) -> float:
    """Return the share of the inside that are cases, from columns inside and share."""
    size = float(units[:, 0].sum())
    return float((units[:, 0] * units[:, 1]).sum()) / size if size else np.nan


def _sentences(
    results: Results,
    cases: Condition,
    whole: _Cases,
    boxes: list[dict[str, Any]],
    density: float,
    level: float,
) -> list[str]:
    seed, n = results.experiment.seed, int(whole.points["n"].sum())
    base = float(whole.share.mean())
    lines = [
        f"{100 * base:.1f} % of {n:,} runs at {whole.points.height:,} points are {cases} "
        f"(every point counting the same); seed {seed}.",
    ]
    lost = results.design.height - whole.points.height
    if lost:
        lines.append(f"{lost:,} points have no value of {cases.measure!r} and are left out.")
    if not boxes:
        return [*lines, "No box passes the test against chance."]
    if boxes[0]["density"] < density:
        lines.append(
            f"No box reaches a density of {density:g} by limits that chance does not explain; "
            "the best found is shown."
        )
    return [
        *lines,
        "Coverage: share of all cases that lie in the box. Density: share of the runs in the box "
        f"that are cases. Intervals: {100 * level:g} %, over points with the box as it is, by "
        "percentile bootstrap (coverage) and Wilson (density); the search itself is not in them.",
        f"Demands with a quasi p above {LARGEST_QUASI_P:g} are dropped; reproduced is the share of "
        f"{SEARCHES} searches among resampled points (seed {LUCK_OF_RESAMPLING}) that limit the "
        "factor too.",
    ]

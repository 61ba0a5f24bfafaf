"""The answer in words and numbers, written from the results and from nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from experiments.sweep_report.defaults import SHARE, specs_of
from experiments.sweep_report.kinds import LABEL, measures_of
from experiments.sweep_report.summaries import paired_differences
from experiments.sweep_report.words import (
    amount,
    is_share,
    measure_words,
    one_or_range,
    percent,
    plain,
    spread,
    value_words,
)

if TYPE_CHECKING:
    from experiments.sweeps.results import Results

HALF = 0.5
_AT_THE_END = {"members": "members_kept", "contribution": "final_contribution"}
"""Column of the history: the outcome that sums it up."""
_COMPARED = 3
_SECTIONS = 3
"""Values of a second factor at which a crossing is told."""


def answer(results: Results) -> list[str]:
    """Return sentences that say what came out, with intervals and numbers of runs."""
    if not results.ok.height:
        return ["No run has an outcome yet: there is nothing to say."]
    return [*_overall(results), *_by_design(results)]


def main_measure(results: Results) -> str:
    """Return the outcome that the first figure of an experiment is about."""
    from experiments.sweeps.outcomes import OUTCOMES

    names = [name for spec in specs_of(results.experiment) for name in measures_of(spec)]
    names += [_AT_THE_END[name] for name in names if name in _AT_THE_END]
    known = (n for n in names if n in OUTCOMES and results.runs.schema[n] != pl.String)
    return next(known, SHARE)


def _overall(results: Results) -> Iterator[str]:
    from experiments.analysis.intervals import summary_by

    table = summary_by(results.runs, [], SHARE)
    row = table.row(0, named=True)
    if results.design.height == 1:
        yield f"{spread(SHARE, row)} of {row['n']:,} runs collapsed; 95 % interval in brackets."
    else:
        yield (
            f"Over all points of the design together, {percent(row['value'])} of {row['n']:,} runs "
            "collapsed; this depends on which values were tried: it is not the chance of any pool."
        )


def _by_design(results: Results) -> Iterator[str]:
    if results.design.height == 1:
        return
    if LABEL in results.design.columns:
        yield from _against_first(results)
        return
    measure = main_measure(results)
    yield from _extremes(results, measure)
    if is_share(measure) and _points(results, measure)["value"].n_unique() > 1:
        yield from _settled(results, measure)
        if results.experiment.design.kind == "grid":
            yield from _crossings(results, measure)


def _points(results: Results, measure: str) -> pl.DataFrame:
    from experiments.analysis.intervals import summary_by

    return results.design.join(summary_by(results.runs, ["point"], measure), on="point")


def _extremes(results: Results, measure: str) -> Iterator[str]:
    points = _points(results, measure)
    if not points.height:
        return
    label, n = _titled(measure), one_or_range(points["n"])
    if points["value"].n_unique() == 1:
        row = points.row(0, named=True)
        yield f"{label} is {spread(measure, row)} at all {points.height:,} points, n = {n} at each."
        return
    words = []
    for which, value in (("lowest", points["value"].min()), ("highest", points["value"].max())):
        found = points.filter(pl.col("value") == value)
        place = f"at {found.height:,} of {points.height:,} points"
        if found.height == 1:
            place = f"at {_place(results, found.row(0, named=True))}"
        words.append(f"{which}, {spread(measure, found.row(0, named=True))}, {place}")
    yield f"{label} is {' and '.join(words)}; n = {n} at each point, 95 % intervals in brackets."


def _titled(measure: str) -> str:
    words = measure_words(measure)
    if is_share(measure):
        return f"The {words.label[0].lower()}{words.label[1:]}"
    return words.label if words.unit in ("%", "1") else words.axis


def _place(results: Results, row: dict[str, Any]) -> str:
    names = [n for n in results.experiment.factor_names if results.design[n].n_unique() > 1]
    return ", ".join(f"{plain(name)} {value_words(row[name])}" for name in names)


def _settled(results: Results, measure: str) -> Iterator[str]:
    points = _points(results, measure).drop_nulls(["low", "high"])
    above = points.filter(pl.col("low") > HALF).height
    below = points.filter(pl.col("high") < HALF).height
    unsure = points.height - above - below
    yield (
        f"The 95 % interval lies above one half at {above:,} points and below at {below:,}; "
        + (
            f"at {unsure:,} it holds one half, and these runs do not settle the side."
            if unsure
            else "at none does it hold one half."
        )
    )


def _crossings(results: Results, measure: str) -> Iterator[str]:
    """Say between which values of a factor a share passes one half."""
    from experiments.analysis.intervals import summary_by

    design = results.design
    names = [n for n in results.experiment.factor_names if design[n].n_unique() > 1]
    numeric = [name for name in names if design[name].dtype.is_numeric()]
    if not numeric or len(names) > 2:
        return
    x = numeric[0]
    others = [name for name in names if name != x]
    values = design[others[0]].unique(maintain_order=True).to_list() if others else [None]
    step = max(1, -(-(len(values) - 1) // (_SECTIONS - 1)))
    for value in sorted({*values[::step], values[-1]}, key=values.index):
        runs = results.runs
        if others:
            runs = runs.filter(pl.col(others[0]).eq_missing(value))
        rows = summary_by(runs, [x], measure).to_dicts()
        where = f"At {plain(others[0])} {value_words(value)} it" if others else "It"
        if rows:
            yield _crossing(rows, x, measure, where)


def _crossing(rows: list[dict[str, Any]], x: str, measure: str, where: str) -> str:
    pairs = [
        (a, b) for a, b in itertools.pairwise(rows) if (a["value"] < HALF) != (b["value"] < HALF)
    ]
    if not pairs:
        side = "below one half" if rows[0]["value"] < HALF else "at one half or above"
        ends = f"{spread(measure, rows[0])} to {spread(measure, rows[-1])}"
        return f"{where} stays {side} over the whole range of {plain(x)}: from {ends}."
    a, b = pairs[0]
    more = f"; it crosses or touches one half {len(pairs)} times, first here" if pairs[1:] else ""
    return (
        f"{where} passes one half between {plain(x)} {value_words(a[x])}, {spread(measure, a)}, "
        f"and {value_words(b[x])}, {spread(measure, b)}{more}."
    )


def _against_first(results: Results) -> Iterator[str]:
    labels = results.design[LABEL].to_list()
    first = int(results.design["point"][0])
    for measure in compared(results)[:_COMPARED]:
        rows = _points(results, measure).filter(pl.col("point") == first).to_dicts()
        gains = paired_differences(results.runs, measure, first)
        if not rows or not gains.height:
            continue
        most = gains.sort(pl.col("value").abs(), "point", descending=[True, False]).to_dicts()[0]
        clear = gains.filter((pl.col("low") > 0) | (pl.col("high") < 0)).height
        base = f"{spread(measure, rows[0])} with “{labels[0]}”, n = {rows[0]['n']:,}"
        yield (
            f"{_titled(measure)} is {base}. Compared replicate by replicate it changes most with "
            f"“{labels[most['point']]}”: {difference(measure, most)}; in {clear} of {gains.height} "
            "rows the 95 % interval of the change leaves out zero."
        )


def compared(results: Results) -> list[str]:
    """Return the outcomes in which the rows of a table are compared."""
    from experiments.sweeps.outcomes import OUTCOMES

    specs = specs_of(results.experiment)
    names = [n for spec in specs if spec["kind"] != "series" for n in measures_of(spec)]
    known = [n for n in names if n in OUTCOMES and results.runs.schema[n] != pl.String]
    return list(dict.fromkeys(known)) or [SHARE]


def difference(measure: str, row: dict[str, Any]) -> str:
    """Write a difference with its sign and interval; shares in percentage points."""
    factor, unit = (100.0, " points") if is_share(measure) else (1.0, "")
    value = _signed(factor * row["value"])
    if row["low"] is None:
        return f"{value}{unit} in each of {row['n']:,} pairs"
    return f"{value}{unit} ({_signed(factor * row['low'])} to {_signed(factor * row['high'])})"


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+' if value > 0 else '±'}{amount(abs(value))}"

"""The tipping value of a parameter: rounds of ever finer sweeps with the same luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from experiments.analysis.crossing import (
    Estimate,
    Segment,
    Tried,
    estimate,
    segments,
)
from experiments.analysis.intervals import (
    AnalysisError,
    known_runs,
)
from experiments.sweeps.factors import field_of, is_number, is_whole

if TYPE_CHECKING:
    from experiments.sweeps.engines import Engine
    from experiments.sweeps.experiment import Experiment

FIRST_VALUES = 13
"""Values tried in the first round, ends included."""
MORE_VALUES = 8
"""Values tried in each later round."""
MOST_ROUNDS = 8

Runner = Callable[[Sequence[float], int], pl.DataFrame]
"""Gets values and the number of the round; returns the table `runs` of all replicates."""


@dataclass(frozen=True)
class Search:
    """What is searched, where, and how finely."""

    parameter: str
    low: float
    high: float
    measure: str = "collapsed"
    target: float = 0.5
    """Share of runs, or mean of a numeric outcome, that is crossed."""
    tolerance: float | None = None
    """Width that is fine enough, in the unit of the parameter; 1 % of the range if None."""
    whole: bool = False
    """Whether the parameter takes whole numbers only."""
    level: float = 0.95

    @property
    def problems(self) -> list[str]:
        """A sentence for each thing that is wrong with the range."""
        problems = []
        if not np.isfinite([self.low, self.high]).all() or self.low >= self.high:
            problems.append(
                f"--low {self.low:g} --high {self.high:g} is no range: low must be below high"
            )
        if self.tolerance is not None and not 0 < self.tolerance < np.inf:
            problems.append(f"--tolerance {self.tolerance:g} is not allowed: use a number above 0")
        if field_of(self.parameter) is not None and not is_number(self.parameter):
            problems.append(f"{self.parameter} takes no numbers: nothing lies between its values")
        return problems

    @property
    def fine(self) -> float:
        """Spacing of values below which the search is over."""
        wanted = (self.high - self.low) / 100 if self.tolerance is None else self.tolerance
        return max(wanted, 1.0) if self.whole else wanted

    def spread(self, low: float, high: float, n: int) -> list[float]:
        """Return up to n evenly spaced values from low to high, short to write."""
        digits = 2 + int(max(0, np.ceil(np.log10(n * (abs(low) + abs(high)) / (high - low)))))
        values = np.linspace(low, high, n)
        if self.whole:
            return sorted({float(round(v)) for v in values})
        return [float(f"{v:.{digits}g}") for v in values]


@dataclass(frozen=True)
class Found:
    """What a search ended with."""

    tried: Tried
    runs: pl.DataFrame
    turns: list[Segment]
    estimate: Estimate | None
    rounds: int


def search(what: Search, run: Runner) -> Found:
    """Narrow down where the mean outcome crosses the target; of several crossings, the first.

    Parameters
    ----------
    what : Search
        The question.
    run : callable
        Carries out all replicates at some values; a replicate has the same luck in every round.
    """
    values = what.spread(what.low, what.high, FIRST_VALUES)
    table = pl.DataFrame()
    for number in range(1, MOST_ROUNDS + 1):
        new = run(values, number)
        table = new if table.is_empty() else pl.concat([table, new], how="vertical")
        tried = tried_in(table, what)
        turns = segments(tried, what.target, what.level)
        if not turns:
            return Found(tried, table, turns, None, number)
        found = estimate(tried, turns[0], what.target, what.level)
        values = _next_values(what, tried, found)
        if not values:
            break
    return Found(tried, table, turns, found, number)


def _next_values(what: Search, tried: Tried, found: Estimate) -> list[float]:
    """Return values in the widest gaps around the crossing; none if they would not help."""
    near = tried.between(found.low, found.high).values
    gaps = np.diff(near)
    parts = np.ones(len(gaps), dtype=int)
    enough = max(what.fine, found.luck / 4) * (1 + 1e-9)
    for _ in range(MORE_VALUES):
        widest = int((gaps / parts).argmax())
        if gaps[widest] / parts[widest] <= enough:
            break
        parts[widest] += 1
    spread = [
        value
        for low, gap, n in zip(near, gaps, parts, strict=False)
        for value in what.spread(low, low + gap, n + 1)[1:-1]
    ]
    return [value for value in spread if value not in set(tried.values.tolist())]


def tried_in(runs: pl.DataFrame, what: Search) -> Tried:
    """Arrange an outcome by value of the parameter and replicate.

    Raises
    ------
    AnalysisError
        If no run has such an outcome.
    """
    kept = known_runs(runs, what.measure)
    if kept.is_empty():
        errors = runs["error"].drop_nulls() if "error" in runs.columns else pl.Series()
        reason = f": {errors[0]}" if len(errors) else ""
        raise AnalysisError(f"no run has the outcome {what.measure!r}{reason}")
    wide = (
        kept.with_columns(pl.col(what.measure, what.parameter).cast(pl.Float64))
        .pivot("replicate", index=what.parameter, values=what.measure, sort_columns=False)
        .sort(what.parameter)
    )
    outcomes = wide.drop(what.parameter).cast(pl.Float64).fill_null(np.nan).to_numpy()
    is_share = runs.schema[what.measure] == pl.Boolean
    return Tried(wide[what.parameter].to_numpy(), outcomes, is_share)


def sweeps(
    experiment: Experiment, parameter: str, folder: Path, engine: Engine, command: str
) -> Runner:
    """Return what carries out a round as an ordinary sweep, resumed if it exists.

    Parameters
    ----------
    experiment : Experiment
        Scenario, changes, replicates and seed; its factors are replaced.
    parameter : str
        What is varied.
    folder : Path
        Where the rounds are kept, as round-01, round-02, …
    engine : Engine
        What does the runs of all rounds.
    command : str
        What was typed, for the record.

    Raises
    ------
    AnalysisError
        If the folder has something else in it.
    """
    from experiments.sweeps.driver import carry_out_sweep

    strangers = [] if not folder.is_dir() else [p.name for p in folder.iterdir()]
    strangers = sorted(n for n in strangers if not n.startswith(("round-", ".")))
    if strangers:
        raise AnalysisError(
            f"folder {folder} is not empty and not of a search (it has {strangers[0]}); "
            "name another"
        )

    def run(values: Sequence[float], number: int) -> pl.DataFrame:
        listed = [int(v) for v in values] if is_whole(parameter) else list(values)
        name = f"round-{number:02}"
        fields = {key: getattr(experiment, key) for key in type(experiment).model_fields}
        fields |= {"name": name, "factors": {parameter: listed}}
        again = type(experiment)(**fields)
        return carry_out_sweep(again, folder / name, engine=engine, command=command).runs

    return run

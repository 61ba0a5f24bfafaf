"""A sweep: one or two controls varied, many runs with the same seeds at every value."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.errors import ScenarioError
from classroom.controls.listing import value_of
from classroom.limits import MOST_PEOPLE_OF_A_SWEEP, too_much_for_a_sweep
from classroom.many_runs.span import Span
from classroom.setup import A, Setup
from classroom.sharing.snippet import imports
from classroom.words import Words
from experiments.analysis.intervals import binomial_interval
from experiments.sweeps.outcomes import run_one
from experiments.sweeps.seeds import run_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from model import Scenario

Array = np.ndarray[Any, Any]

SIZES = {1: (11, 20), 2: (9, 10)}
"""Values of each control, and seeds at each of them, by number of controls."""
WELFARE = "total_relative_welfare"
OUTCOMES = (
    "members_kept",
    "collapsed",
    "halved",
    "final_contribution",
    "final_selection_ratio",
    WELFARE,
)
"""What can be drawn; `halved` is ours, the others are those of every sweep."""
SHARES = ("collapsed", "halved")
"""Yes or no in a run, a share over runs."""
BAND = (0.1, 0.9)
"""Part of the seeds that a band holds."""


@dataclass(frozen=True)
class Sweep:
    """What is run.

    Parameters
    ----------
    setup : Setup
        What the visitor has set; its seed is that of the sweep.
    spans : tuple of Span
        One or two controls.
    arms : tuple of str
        Whose rules: A's, or those of both.
    """

    setup: Setup
    spans: tuple[Span, ...]
    arms: tuple[str, ...] = (A,)

    @functools.cached_property
    def axes(self) -> list[list[float]]:
        """The values of each control."""
        most, _ = SIZES[len(self.spans)]
        return [span.values(most) for span in self.spans]

    @functools.cached_property
    def points(self) -> list[tuple[float, ...]]:
        """All combinations of values, the first control's changing slowest."""
        return list(itertools.product(*self.axes))

    @functools.cached_property
    def seeds(self) -> list[int]:
        """The runs' seeds, as `experiments.sweep` derives them from the seed that is set."""
        _, replicates = SIZES[len(self.spans)]
        return [
            run_seed(self.setup.seed, 0, r, common_random_numbers=True) for r in range(replicates)
        ]

    def base(self, arm: str = A) -> Scenario:
        """Return the rules that are varied, with so many people as a sweep may have."""
        scenario = self.setup.scenario(arm)
        return scenario.but(n_people=min(scenario.n_people, MOST_PEOPLE_OF_A_SWEEP))

    @property
    def now(self) -> tuple[float, ...]:
        """Where the varied controls stand in A."""
        return tuple(float(value_of(self.base(), span.name)) for span in self.spans)


class Harvest:
    """What has come of a sweep so far.

    Parameters
    ----------
    sweep : Sweep
        What is run; points that the model refuses are left out, and `refused` says why.
    """

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.refused: dict[tuple[float, ...], str] = {}
        self._keys: list[tuple[str, int, int]] = []
        self.calls: list[Callable[[], dict[str, Any]]] = []
        scenarios = [
            (arm, place, made)
            for arm in sweep.arms
            for place, point in enumerate(sweep.points)
            if (made := self._made(arm, point)) is not None
        ]
        # Every point's first seed comes first: a coarse picture at once, which then sharpens.
        for replicate, seed in enumerate(sweep.seeds):
            for arm, place, scenario in scenarios:
                self._keys.append((arm, place, replicate))
                self.calls.append(functools.partial(outcome_of, scenario, seed))

    def _made(self, arm: str, point: tuple[float, ...]) -> Scenario | None:
        names = [span.name for span in self.sweep.spans]
        try:
            scenario = self.sweep.base(arm).but(**dict(zip(names, point, strict=True)))
            why = too_much_for_a_sweep(scenario, Words(self.sweep.setup.language))
        except ScenarioError as error:
            why = "; ".join(error.sentences)
        if why:
            self.refused[point] = why
        return None if why else scenario

    def values(self, outcome: str, results: Sequence[Any], arm: str = A) -> Array:
        """Return an outcome of every run, shape (points, seeds); NaN where there is none yet."""
        sweep = self.sweep
        found = np.full((len(sweep.points), len(sweep.seeds)), np.nan)
        for (whose, place, replicate), row in zip(self._keys, results, strict=True):
            if whose == arm and row is not None and row[outcome] is not None:
                found[place, replicate] = row[outcome]
        return found

    def table(self, results: Sequence[Any]) -> dict[str, list[Any]]:
        """Return a row for every run that is done: arm, values, seed and outcomes."""
        sweep = self.sweep
        names = ["arm", *(span.name for span in sweep.spans), "replicate", "seed", *OUTCOMES]
        rows = [
            (
                arm,
                *sweep.points[place],
                replicate,
                str(sweep.seeds[replicate]),
                *tuple(row[name] for name in OUTCOMES),
            )
            for (arm, place, replicate), row in zip(self._keys, results, strict=True)
            if row is not None
        ]
        return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def outcome_of(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Run a scenario once and return `OUTCOMES`; a run that loses most of its members is halved."""
    row = run_one(scenario, seed).row
    row["halved"] = row["members_kept"] < 0.5
    return {name: row[name] for name in OUTCOMES}


def python_of(sweep: Sweep) -> str:
    """Return a few lines of Python that do the same runs, of A's rules."""
    setup, base = sweep.setup, sweep.base()
    changes = {**setup.a, "n_people": base.n_people}
    factors = {span.name: axis for span, axis in zip(sweep.spans, sweep.axes, strict=True)}
    kept = [*factors, "replicate", *(name for name in OUTCOMES if name != "halved")]
    first = "".join(f"{line}\n" for line in imports(changes.values()))
    return f"""\
{first}from experiments import sweep
from model import presets

pool = presets.load({setup.preset!r}).scenario.but(**{changes!r})
factors = {factors!r}
runs = sweep(factors, scenario=pool, replicates={len(sweep.seeds)}, seed={setup.seed}).runs
print(runs.select({kept!r}))
"""


@dataclass(frozen=True, eq=False)
class Summary:
    """An outcome at every point, each array of shape (points,); NaN where no run is done."""

    value: Array
    low: Array
    high: Array
    n: Array


def summary_of(outcome: str, values: Array) -> Summary:
    """Summarise runs: a share with Wilson's 95 % interval, or the median with a band of seeds."""
    n = np.isfinite(values).sum(axis=1)
    if outcome in SHARES:
        yes = np.nansum(values, axis=1)
        share = np.divide(yes, n, out=np.full(n.shape, np.nan), where=n > 0)
        return Summary(share, *binomial_interval(yes, n), n)
    bounds = np.full((3, n.size), np.nan)
    for place in np.flatnonzero(n):
        bounds[:, place] = np.nanquantile(values[place], (0.5, *BAND))
    value, low, high = bounds
    return Summary(value, low, high, n)

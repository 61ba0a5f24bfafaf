"""Until when: the last period in which a lever can be introduced and still keeps the pool."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from experiments.rescue.confirm import FEWEST, next_seed
from experiments.rescue.levers import Mix, label_of
from experiments.rescue.trials import Trials, shares, summary

STEPS_BACK = (0, 1, 2, 4, 8, 12)
"""Periods before the latest found that are tried on new seeds."""


@dataclass(frozen=True)
class Delay:
    """Periods at which a mix was introduced, and the share of runs that collapsed."""

    mix: Mix
    target: float
    last: int
    """Horizon of the runs."""
    outcomes: dict[int, float] = field(default_factory=dict)
    """By period."""

    @property
    def latest(self) -> int | None:
        """The last period tried before the first that fails; None if the first fails."""
        worked = None
        for period, share in sorted(self.outcomes.items()):
            if share > self.target:
                break
            worked = period
        return worked

    @property
    def next(self) -> int | None:
        """Return the period to try next; None if the latest is known."""
        for end in (1, self.last):
            if end not in self.outcomes:
                return end
        latest = self.latest
        if latest is None or latest == self.last:
            return None
        fails = min(p for p, share in self.outcomes.items() if p > latest and share > self.target)
        return (latest + fails) // 2 if fails - latest > 1 else None


def search_latest(trials: Trials, mixes: Sequence[Mix], target: float) -> list[Delay]:
    """Find by bisection the last period in which each mix still works.

    Parameters
    ----------
    trials : Trials
        Replicates have the same luck at every period.
    mixes : sequence of Mix
        Levers and strengths.
    target : float
        Largest share of collapses that counts as working.
    """
    delays = [Delay(mix, target, trials.world.scenario.n_periods) for mix in mixes]
    for number in itertools.count(1):
        todo = [(delay.mix, delay.next) for delay in delays if delay.next is not None]
        if not todo:
            break
        found = shares(trials.run(f"when/round-{number:02}", todo))
        delays = [
            delay
            if delay.next is None
            else replace(
                delay,
                outcomes={**delay.outcomes, delay.next: found[label_of(delay.mix, delay.next)]},
            )
            for delay in delays
        ]
    return delays


def confirm_latest(trials: Trials, delays: Sequence[Delay]) -> pl.DataFrame:
    """Try the latest periods found, and earlier ones, on seeds that have chosen nothing.

    The seeds of the confirmation chose the doses, so others are used. Periods are judged from the
    earliest to the first that fails; the last that holds is reported.

    Returns
    -------
    polars.DataFrame
        A row a mix: ``mix`` (its label), ``period`` (null if none was in time), ``in_time``
        (whether the upper bound is at most the target), and columns of
        `experiments.rescue.trials.summary`, null if nothing was tried.
    """
    tried = {label_of(delay.mix): _periods(delay) for delay in delays}
    pulls = [(delay.mix, period) for delay in delays for period in tried[label_of(delay.mix)]]
    known: dict[str, dict[str, Any]] = {}
    if pulls:
        new = trials.elsewhere(next_seed(trials.seed, 2), max(FEWEST, trials.replicates))
        found = summary(new.run("when/confirm", pulls))
        known = {row["label"]: row for row in found.iter_rows(named=True)}
    rows = [_judged(delay, tried[label_of(delay.mix)], known) for delay in delays]
    return pl.DataFrame(rows, infer_schema_length=None)


def _periods(delay: Delay) -> list[int]:
    """Return the latest period found and earlier ones, the earliest first."""
    latest = delay.latest
    return [] if latest is None else sorted({max(latest - step, 1) for step in STEPS_BACK})


def _judged(
    delay: Delay, periods: Sequence[int], known: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    period, in_time = (periods[0] if periods else None), False
    for one in periods:
        if known[label_of(delay.mix, one)]["p_collapse_high"] > delay.target:
            break
        period, in_time = one, True
    found = {} if period is None else known[label_of(delay.mix, period)]
    columns = ("p_collapse", "p_collapse_low", "p_collapse_high", "n", "members_kept", "cost")
    row = {name: found.get(name) for name in columns}
    return {"mix": label_of(delay.mix), "period": period, "in_time": in_time, **row}

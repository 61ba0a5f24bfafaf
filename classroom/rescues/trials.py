"""Trials of levers on the page: those of `deathspiral rescue`, run by run, without a folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from classroom.many_runs.queue import WIDTH, Job
from experiments.rescue.levers import label_of, pulled
from experiments.rescue.moves import SENIOR, World
from experiments.rescue.trials import SUMMED, Pull, Trials
from experiments.sweeps.outcomes import run_one
from experiments.sweeps.seeds import run_seed

if TYPE_CHECKING:
    from classroom.many_runs.errand import Permit
    from model import Scenario

Row = dict[str, Any]


@dataclass(frozen=True)
class Effort:
    """How often runs are repeated."""

    search: int
    """Seeds on which a strength is sought."""
    confirm: int
    """New seeds on which what was found is tried."""
    people: int
    """Seeds over which winners and losers are counted."""


@dataclass(frozen=True)
class PageTrials(Trials):
    """Trials whose runs are done by the threads of the page; none is done twice."""

    effort: Effort = Effort(20, 100, 20)
    known: dict[tuple[str, int], Row] = field(default_factory=dict)

    def run(self, name: str, pulls: Sequence[Pull]) -> pl.DataFrame:
        """Carry out all replicates of some mixes of levers; rows are those of `Trials.run`.

        Parameters
        ----------
        name : str
            Of no meaning here.
        pulls : sequence of Pull
            Which levers, and when.

        Raises
        ------
        Cancelled
            If the visitor cancels.
        """
        mixes = {label_of(mix, period): (mix, period) for mix, period in [((), None), *pulls]}
        seeds = [
            run_seed(self.seed, 0, r, common_random_numbers=True) for r in range(self.replicates)
        ]
        self._do([(label, seed) for label in mixes for seed in seeds], mixes)
        rows = [
            self._row(label_of(mix, period), replicate, seed)
            for mix, period in pulls
            for replicate, seed in enumerate(seeds)
        ]
        return pl.DataFrame(rows, schema_overrides={"seed": pl.UInt64})

    def elsewhere(self, seed: int, replicates: int) -> PageTrials:
        """Return the same trials with luck of their own, as often as the visitor waits for."""
        again = functools.partial(type(self), self.world, self.keep)
        return again(
            self.effort.confirm,
            seed,
            self.folder,
            self.engine,
            self.command,
            effort=self.effort,
            known=self.known,
        )

    def _do(self, wanted: list[tuple[str, int]], mixes: dict[str, Pull]) -> None:
        todo = [key for key in dict.fromkeys(wanted) if key not in self.known]
        scenarios = {
            label: pulled(self.world, mixes[label][0], mixes[label][1] or self.period)
            for label in dict.fromkeys(label for label, _ in todo)
        }
        assert isinstance(self.engine, CrewEngine)
        done = self.engine.do(
            [
                functools.partial(measured, self.world, scenarios[label], seed)
                for label, seed in todo
            ]
        )
        self.known.update(zip(todo, done, strict=True))

    def _row(self, label: str, replicate: int, seed: int) -> Row:
        row, before = self.known[label, seed], self.known[label_of(()), seed]["peak"]
        kept = row["members"] / before if before > 0 else 0.0
        told = {"label": label, "replicate": replicate, "seed": seed}
        told |= {name: value for name, value in row.items() if name != "peak"}
        return told | {"members_kept": kept, "collapsed": row["closed"] or kept < self.keep}


def measured(world: World, scenario: Scenario, seed: int) -> Row:
    """Run a scenario and return what trials keep of it, the parts of a divided plan together."""
    outcome = run_one(scenario, seed, ("members", *SUMMED))
    series = outcome.series
    ours = np.isin(series["plan"].astype(str), [world.plan.name, world.plan.name + SENIOR])
    period = series["period"][ours]
    members = np.bincount(period, series["members"][ours])
    return {
        "closed": outcome.row["closed"],
        "peak": float(members.max()),
        "member_years": float(members[1:].sum()) * scenario.period_length,
        **{name: float(series[name][ours].sum()) for name in SUMMED},
        "members": float(members[-1]),
    }


class _Asked(Future[Any]):
    """What one call will return."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def result(self, timeout: float | None = None) -> Any:
        """Wait for it.

        Raises
        ------
        Cancelled
            If the visitor cancels.
        """
        return self._job.wait()[0]


class CrewEngine:
    """The page's threads, as experiments ask for them.

    Parameters
    ----------
    permit : Permit
        Cancelled, it ends everything.
    """

    width = WIDTH

    def __init__(self, permit: Permit) -> None:
        self._permit = permit

    def submit(
        self, function: Callable[..., Any], *arguments: Any, limit: float | None = None
    ) -> Future[Any]:
        """Have a function called soon."""
        return _Asked(self._permit.begin([functools.partial(function, *arguments)]))

    def do(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Have calls done, and wait for them."""
        return self._permit.begin(calls).wait()

    def stop(self) -> None:
        """End everything."""
        self._permit.cancel()


def page_trials(world: World, keep: float, seed: int, effort: Effort, permit: Permit) -> PageTrials:
    """Return the trials of one visitor's search."""
    engine = CrewEngine(permit)
    return PageTrials(world, keep, effort.search, seed, Path(), engine, "", effort=effort)

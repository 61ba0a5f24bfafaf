"""Runs that answer a question: lived through once, kept for the next who asks."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.choice import value_of_membership
from classroom.setup import A, Setup
from model import Simulation
from model.metrics import columns_of

if TYPE_CHECKING:
    from model.verdict import Verdict

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Lived:
    """A run up to a period: the first plan's columns, and the people as they are then."""

    simulation: Simulation
    columns: dict[str, Array]

    @property
    def members(self) -> Array:
        """Members at the end of each period [people]."""
        return self.columns["members"]

    @property
    def kept(self) -> float:
        """Members at the end, as a share of the most there were."""
        return float(self.members[-1] / self.members.max())

    @property
    def contribution(self) -> float:
        """Contribution of the last period, at the opening the announced one [yuan]."""
        return float(self.columns["contribution"][-1])

    @property
    def verdict(self) -> Verdict:
        """The verdict on the run."""
        return self.simulation.verdict

    def inside(self, youngest: float = 0, below: float = np.inf) -> Array:
        """Return the rows of members of some ages."""
        people = self.simulation.people
        ages = (people.age >= youngest) & (people.age < below)
        return np.flatnonzero(ages & (people.plan == 0))

    def own_share(self, rows: Array) -> float:
        """Return what these people pay on average in the next period [yuan]."""
        pool = self.simulation.pools[0]
        index = self.simulation.people.share_index[0, rows]
        return float(pool.flat + pool.slope * index.mean())

    def own_cost(self, rows: Array) -> float:
        """Return what these people cost the pool on average, fee included [yuan per period]."""
        loading = 1 + self.simulation.scenario.plans[0].fee
        return float(loading * self.simulation.people.expected_cost[0, rows].mean())

    def unwilling(self) -> float:
        """Return the share of members who would not pay what is asked if nobody were fined."""
        people, rates = self.simulation.people, self.simulation.rates
        asked, fine = self.simulation.pools[0].announced, rates.penalty_for_none
        worth = [
            value_of_membership(row, 0, asked, people, rates) - people.price_weight[row] * fine
            for row in self.inside().tolist()
        ]
        return float((np.array(worth) < 0).mean())


def lived(setup: Setup, arm: str = A, to: int | None = None) -> Lived:
    """Return the run of A or B of a setup, to a period or to its end.

    Raises
    ------
    ScenarioError
        If the changes cannot be.
    """
    return _live(setup.preset, setup.seed, json.dumps(setup.changes(arm), sort_keys=True), to)


@functools.lru_cache(maxsize=128)
def _live(preset: str, seed: int, changes: str, to: int | None) -> Lived:
    scenario = Setup(preset=preset, a=json.loads(changes)).scenario()
    simulation = Simulation(scenario, seed=seed)
    last = scenario.n_periods if to is None else to
    while simulation.running and simulation.period < last:
        simulation.step()
    return Lived(simulation, columns_of(simulation, 0))

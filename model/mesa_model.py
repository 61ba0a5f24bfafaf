"""The model as a citizen of Mesa: a simulation with agents, a data collector and `step`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from agents.errors import ScenarioError
from agents.person import FEW, InsurerAgent, Person, PoolAgent
from agents.randomness import seed_of
from model.reporters import REPORTERS
from model.scenario import Scenario, as_scenario
from model.simulation import Simulation

if TYPE_CHECKING:
    import polars as pl

    from agents.pool import Pool
    from agents.population import People
    from model.verdict import Verdict


class AdverseSelectionModel(mesa.Model):
    """A mutual-aid pool whose members stay, leave or join by what it is worth to them.

    Parameters
    ----------
    scenario : Scenario, optional
        The default scenario if left out.
    people : polars or pandas frame, optional
        One row a person; its columns replace drawn ones.
    ties : networkx graph or str, optional
        Who hears from whom, one node a person; a name is the scenario's parameter.
    rng : int, SeedSequence, Generator or None
        The seed; everything random follows from it. None takes a fresh one.
    threads : int, optional
        Threads; the result does not depend on it.
    **kwargs
        Scenario parameters or plan rules, laid over the scenario.

    Raises
    ------
    ScenarioError, PeopleError, TiesError
        A sentence for each thing that is wrong.

    Notes
    -----
    Up to `agents.person.FEW` people, each is also a Mesa agent (``agents_by_type[Person]``); above,
    `sample` shows a few as a frame.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        *,
        people: Any = None,
        ties: Any = None,
        rng: Any = None,
        threads: int | None = None,
        **kwargs: Any,  # Mesa 3.3's SolaraViz passes parameters on under this name only
    ) -> None:
        if "seed" in kwargs:
            raise ScenarioError(f"seed is called rng here; pass rng={kwargs['seed']!r}")
        seed = seed_of(rng)
        if isinstance(ties, str):
            kwargs, ties = {**kwargs, "ties": ties}, None
        super().__init__(rng=seed)
        scenario = as_scenario(scenario).but(**kwargs)
        self.simulation = Simulation(scenario, people=people, ties=ties, seed=seed, threads=threads)
        self.running = self.simulation.running
        for number in range(len(self.simulation.pools)):
            PoolAgent(self, number)
        InsurerAgent(self)
        n = self.simulation.scenario.n_people
        if n <= FEW:
            for row in range(n):
                Person(self, row)
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)
        self.datacollector.collect(self)

    def step(self) -> None:
        """One period: announce, perceive, talk, choose, fall ill, settle, grow older, record."""
        if not self.running:
            return
        self.simulation.step()
        self.running = self.simulation.running
        self.datacollector.collect(self)

    def run_model(self) -> None:
        """Step until the horizon, or until no plan has a member."""
        while self.running:
            self.step()

    @property
    def scenario(self) -> None:
        """Nothing: from Mesa 3.5 on this is Mesa's own scenario, of which we have none.

        If there was one, a reset of `SolaraViz` would pass a new one in place of ours.
        """

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        pass

    @property
    def period(self) -> int:
        """Periods lived through."""
        return self.simulation.period

    @property
    def seed(self) -> int:
        """The seed that everything random follows from."""
        return self.simulation.seed

    @property
    def history(self) -> pl.DataFrame:
        """One row a period and plan; see `model.metrics.COLUMNS`."""
        return self.simulation.history

    @property
    def verdict(self) -> Verdict:
        """What became of the first plan."""
        return self.simulation.verdict

    @property
    def people(self) -> People:
        """Everybody's columns; see `agents.population`."""
        return self.simulation.people

    @property
    def pools(self) -> list[Pool]:
        """The pools, one a plan."""
        return self.simulation.pools

    def sample(self, k: int | None = None) -> pl.DataFrame:
        """Return k people, evenly spread over the rows, as a frame; everybody if k is None."""
        return self.simulation.sample(k)

    def curves(self, plan: int = 0, points: int = 400) -> pl.DataFrame:
        """Return demand, average-cost and marginal-cost curves of a plan as people are now."""
        return self.simulation.curves(plan, points)

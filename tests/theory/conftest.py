"""The engine at its textbook setting, ready for people with a known answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest

if TYPE_CHECKING:
    import networkx as nx
    import polars as pl
    from numpy.typing import NDArray

    from model import Simulation


class Start(Protocol):
    """Prepare a simulation at the textbook setting."""

    def __call__(
        self,
        people: pl.DataFrame,
        periods: int,
        *,
        graph: nx.Graph | None = None,
        seed: int = 7,
        **rules: Any,
    ) -> Simulation: ...


Run = Start
"""The same call; the simulation has run to the horizon, or until the pool was empty."""


class Column(Protocol):
    """Read a column of a history, one number for each period 0 .. T."""

    def __call__(
        self, simulation: Simulation, name: str, periods: int, *, plan: str | None = None
    ) -> NDArray[np.float64]: ...


@pytest.fixture
def start() -> Start:
    from model import Scenario, Simulation

    def prepare(
        people: pl.DataFrame,
        periods: int,
        *,
        graph: nx.Graph | None = None,
        seed: int = 7,
        **rules: Any,
    ) -> Simulation:
        scenario = Scenario.textbook(n_periods=periods, **rules)
        return Simulation(scenario, people=people, ties=graph, seed=seed)

    return prepare


@pytest.fixture
def run(start: Start) -> Run:
    def run_to_the_end(
        people: pl.DataFrame,
        periods: int,
        *,
        graph: nx.Graph | None = None,
        seed: int = 7,
        **rules: Any,
    ) -> Simulation:
        simulation = start(people, periods, graph=graph, seed=seed, **rules)
        simulation.run()
        return simulation

    return run_to_the_end


@pytest.fixture
def column() -> Column:
    import polars as pl

    def read(
        simulation: Simulation, name: str, periods: int, *, plan: str | None = None
    ) -> NDArray[np.float64]:
        """An empty pool stops the run; what follows is as it was when the run stopped."""
        history = simulation.history
        if plan is not None:
            history = history.filter(pl.col("plan") == plan)
        values = history.sort("period")[name].cast(pl.Float64).to_numpy()
        return np.append(values, np.full(periods + 1 - len(values), values[-1]))

    return read


@pytest.fixture
def take_up(column: Column) -> Column:
    def read(
        simulation: Simulation, name: str, periods: int, *, plan: str | None = None
    ) -> NDArray[np.float64]:
        return column(simulation, name, periods, plan=plan) / simulation.scenario.n_people

    return read

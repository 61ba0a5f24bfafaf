"""Looks at a simulation: history, verdict, curves, people. Looking changes nothing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.errors import ScenarioError
from agents.ledger import Books, books_of
from agents.population import n_bytes
from agents.terms import LISTED_TIES
from model.people_frame import people_table

if TYPE_CHECKING:
    import polars as pl

    from agents.pool import Pool
    from agents.population import People
    from agents.record import Record
    from agents.terms import Rates, Terms, Ties
    from model.scenario import Scenario
    from model.verdict import Verdict

Array = np.ndarray[Any, Any]


class Looks:
    """What can be asked of a simulation at any period."""

    scenario: Scenario
    people: People
    ties: Ties
    pools: list[Pool]
    record: Record
    terms: Terms
    rates: Rates
    opening: Array
    period: int

    @property
    def plan_names(self) -> list[str]:
        """Names of the plans."""
        return [plan.name for plan in self.scenario.plans]

    @property
    def totals(self) -> Array:
        """What was counted so far, float64 (periods + 1, plans, N_TALLIES)."""
        return self.record.totals[: self.period + 1]

    @property
    def books(self) -> list[list[Books]]:
        """The closed books of each period and plan, period 0 (empty) first."""
        return books_of(self.record.books[: self.period + 1], self.plan_names)

    @cached_property
    def history(self) -> pl.DataFrame:
        """One row a period and plan; columns, units and meaning in `model.metrics.COLUMNS`."""
        from model.metrics import history_of

        return history_of(self)

    @cached_property
    def verdict(self) -> Verdict:
        """What became of the first plan."""
        from model.verdict import judge

        return judge(self.history, self.scenario)

    def curves(self, plan: int = 0, points: int = 400) -> pl.DataFrame:
        """Return demand, average-cost and marginal-cost curves of a plan as people are now."""
        from model.curves import cost_curves

        if plan not in range(len(self.pools)):
            raise ScenarioError(f"there is no plan {plan!r}; plans are 0 to {len(self.pools) - 1}")
        return cost_curves(self, plan, points)

    def sample(self, k: int | None = None) -> pl.DataFrame:
        """Return k people, evenly spread over the rows, as a frame; everybody if k is None."""
        n = self.scenario.n_people
        rows = np.arange(n) if k is None else np.linspace(0, n - 1, min(k, n)).astype(np.int64)
        return people_table(self.people, self.plan_names, rows)

    @property
    def bytes_per_person(self) -> float:
        """Memory of columns and ties for each person [bytes]."""
        ties = sum(a.nbytes for a in (self.ties.start, self.ties.neighbour))
        listed = ties if self.ties.kind == LISTED_TIES else 0
        return (n_bytes(self.people) + listed) / self.scenario.n_people

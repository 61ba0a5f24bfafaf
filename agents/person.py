"""Windows for Mesa: a person, a pool and an insurer as agents that hold no state of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from agents.ageing import grow_older
from agents.causes import CAUSE_NAMES, NO_CAUSE
from agents.census import measure, speak
from agents.choice import choose, value_of_membership
from agents.illness import fall_ill
from agents.insurer import premium
from agents.perception import revise_beliefs
from agents.phases import scratch_for
from agents.population import STATUS_NAMES, People
from agents.talk import talk
from agents.tallies import TILE

if TYPE_CHECKING:
    from agents.pool import Pool

FEW = 5_000
"""People up to which each is also a Mesa agent; above, `model.sample(k)` shows a few."""


class Person(mesa.Agent):
    """A window on one row of the people.

    Every column of `agents.population` is an attribute, read from and written to the row; per-plan
    columns give the own plan's value, or the first plan's for an outsider. The phases act on this
    row alone, by the same sweeps that run over everybody.
    """

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        """Read a column at this person's row."""
        if name not in People._fields:
            raise AttributeError(f"a person has no {name!r}")
        column = getattr(self.model.simulation.people, name)
        if not column.size:  # an account that no plan keeps
            return 0.0
        return column[self._plan_or_first, self.row] if column.ndim == 2 else column[self.row]

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a column at this person's row; anything else is an ordinary attribute."""
        if name not in People._fields:
            super().__setattr__(name, value)
            return
        column = getattr(self.model.simulation.people, name)
        if not column.size:
            raise AttributeError(f"nobody has a {name}: no plan keeps such an account")
        if column.ndim == 2:
            column[self._plan_or_first, self.row] = value
        else:
            column[self.row] = value

    @property
    def _plan_or_first(self) -> int:
        return max(int(self.model.simulation.people.plan[self.row]), 0)

    @property
    def is_member(self) -> bool:
        """Whether the person is in a plan, waiting or covered."""
        return bool(self.plan >= 0)

    @property
    def status_name(self) -> str:
        """Status in a word."""
        return STATUS_NAMES[self.status]

    @property
    def cause_of_exit(self) -> str:
        """Why the last membership ended; empty if none did."""
        return "" if self.cause == NO_CAUSE else CAUSE_NAMES[self.cause]

    @property
    def value_of_membership(self) -> float:
        """Worth of membership beyond its cost, at the expected contribution [yuan per period]."""
        simulation, k = self.model.simulation, self._plan_or_first
        expected = float(self.expected_contribution)
        return float(
            value_of_membership(self.row, k, expected, simulation.people, simulation.rates)
        )

    def perceive(self) -> None:
        """Revise the expected and the reference contribution."""
        s = self.model.simulation
        revise_beliefs(self.row, self.row + 1, s.people, s.quotes, s.rates)

    def talk(self) -> None:
        """Move sentiment toward the neighbours' and own experience."""
        s = self.model.simulation
        space = scratch_for(len(s.pools))
        tally = self._tallies[0]
        talk(self.row, self.row + 1, s.people, s.ties, s.quotes, s.rates, space, tally)

    def choose(self) -> None:
        """Review membership, if attentive, and act."""
        s = self.model.simulation
        space = scratch_for(len(s.pools))
        choose(
            self.row,
            self.row + 1,
            s.people,
            s.quotes,
            s.terms,
            s.rates,
            s.luck,
            space,
            self._tallies,
        )

    def fall_ill(self) -> None:
        """Count for the bill, and perhaps fall ill."""
        s = self.model.simulation
        space = scratch_for(len(s.pools))
        fall_ill(
            self.row,
            self.row + 1,
            s.people,
            s.quotes,
            s.terms,
            s.rates,
            s.luck,
            space,
            self._tallies,
        )

    def grow_older(self) -> None:
        """End the period."""
        s = self.model.simulation
        grow_older(
            self.row,
            self.row + 1,
            s.people,
            s.quotes,
            s.terms,
            s.rates,
            s.profile,
            s.luck,
            scratch_for(len(s.pools)),
            self._tallies,
        )

    def report(self) -> None:
        """Be measured, and speak so that neighbours hear it next period."""
        s = self.model.simulation
        heads = s.pool_state.head
        space = scratch_for(len(s.pools))
        measure(
            self.row,
            self.row + 1,
            s.people,
            s.quotes,
            heads,
            s.terms,
            s.rates,
            space,
            self._tallies,
        )
        speak(self.row, self.row + 1, s.people, self._tallies[0])

    @property
    def _tallies(self) -> Any:
        return self.model.simulation.tallies[self.row // TILE]


class PoolAgent(mesa.Agent):
    """A window on one plan's pool."""

    def __init__(self, model: Any, number: int) -> None:
        super().__init__(model)
        self.number = number

    @property
    def pool(self) -> Pool:
        """The pool itself."""
        pool: Pool = self.model.simulation.pools[self.number]
        return pool

    @property
    def name(self) -> str:
        """Name of the plan."""
        return self.pool.rules.name

    @property
    def contribution(self) -> float:
        """Contribution per head that is announced [yuan per period]."""
        return self.pool.announced

    @property
    def is_open(self) -> bool:
        """Whether the plan still exists."""
        return self.pool.is_open


class InsurerAgent(mesa.Agent):
    """A window on the outside option."""

    def premium(self, age: int, sex: str) -> float:
        """Return the premium for a period [yuan] at an age [years] and sex."""
        rates = self.model.simulation.rates
        return float(premium(age, sex == "female", rates))

"""One arm of the page: a simulation, and what has been seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classroom.drawn_people.faces import Crowd
from classroom.view import View
from model import Simulation

if TYPE_CHECKING:
    from model import Scenario


class Arm:
    """A run that goes on step by step.

    Parameters
    ----------
    scenario : Scenario
        The rules.
    seed : int
        The luck; two arms with one seed share it.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.simulation = Simulation(scenario, seed=seed)
        self._crowd = Crowd(self.simulation)

    @property
    def period(self) -> int:
        """Periods lived through."""
        return self.simulation.period

    @property
    def running(self) -> bool:
        """Whether there is anything left to live through."""
        return self.simulation.running

    def advance(self, to: int) -> None:
        """Live until a period, or until nobody is left."""
        while self.running and self.period < to:
            self.simulation.step()

    def look(self) -> View:
        """Return the run as it stands."""
        return View.of(self.simulation, self._crowd)

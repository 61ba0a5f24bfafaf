"""The people who are drawn: at most 200 who know each other, where they stand, how they fare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.drawn_people.neighbourhood import know_each_other, places
from classroom.drawn_people.thoughts import thoughts_of

if TYPE_CHECKING:
    from model import Simulation

Array = np.ndarray[Any, Any]
MOST = 200


@dataclass(frozen=True, eq=False)
class Faces:
    """The drawn people at the end of a period, each array of shape (drawn,)."""

    rows: Array
    """Rows of the population."""
    x: Array
    y: Array
    ties: Array
    """Pairs of positions in `rows` that are tied, int64 (ties, 2)."""
    status: Array
    """As in `agents.population.STATUS_NAMES`."""
    sentiment: Array
    ledger: dict[str, Array]
    """What the pointer shows of a person [yuan per period unless said]; see `Crowd.faces`."""

    def position(self, row: int | None) -> int | None:
        """Return where a row stands among the drawn; None if it is not drawn."""
        found = [] if row is None else np.flatnonzero(self.rows == row).tolist()
        return found[0] if found else None


class Crowd:
    """Who is drawn of a simulation, and where: fixed for a run.

    They are the neighbourhood of the first row, so that two runs with the same people and ties show
    the same ones.
    """

    def __init__(self, simulation: Simulation) -> None:
        n = simulation.scenario.n_people
        self.rows, self.ties = know_each_other(simulation.ties, n, 0, MOST)
        self.x, self.y = places(self.rows.size, self.ties)

    def faces(self, simulation: Simulation) -> Faces:
        """Return the drawn people as they are now.

        The ledger is that of `classroom.drawn_people.thoughts`, and ``age`` [years], ``female``,
        ``plan`` (−1: none) and ``cause`` of the last exit (`agents.causes`).
        """
        people, rows = simulation.people, self.rows
        about = {name: getattr(people, name)[rows] for name in ("age", "female", "plan", "cause")}
        return Faces(
            rows,
            self.x,
            self.y,
            self.ties,
            people.status[rows],
            people.sentiment[rows].astype(np.float64),
            {**about, **thoughts_of(simulation, rows)},
        )

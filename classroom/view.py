"""A run as it stands at the end of a period; nothing in it changes while it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.drawn_people.faces import Crowd, Faces
from model.metrics import columns_of
from model.sentences import sentence_en, sentence_zh
from model.verdict import Verdict, verdict_on

if TYPE_CHECKING:
    from model import Scenario, Simulation

Array = np.ndarray[Any, Any]
POINTS = 200
"""Of a cost curve."""


@dataclass(frozen=True, eq=False)
class View:
    """What is to be seen of a run.

    Parameters
    ----------
    plans : tuple of dict
        For each plan a column a name of `model.metrics.COLUMNS` (without ``plan`` and ``date``),
        each of shape (period + 1,).
    curves : dict
        Cost curves of the first plan now, as of `model.curves.cost_curves`: ``take_up``,
        ``demand``, ``average_cost``, ``marginal_cost``, each of shape (points,).
    faces : Faces
        The drawn people as they are now.
    """

    scenario: Scenario
    seed: int
    period: int
    running: bool
    plans: tuple[dict[str, Array], ...]
    verdict: Verdict
    curves: dict[str, Array]
    faces: Faces

    @property
    def columns(self) -> dict[str, Array]:
        """The first plan's columns."""
        return self.plans[0]

    @classmethod
    def of(cls, simulation: Simulation, crowd: Crowd) -> View:
        """Return what is to be seen of a simulation."""
        scenario = simulation.scenario
        plans = tuple(columns_of(simulation, k) for k in range(len(scenario.plans)))
        curves = simulation.curves(0, POINTS)
        return cls(
            scenario,
            simulation.seed,
            simulation.period,
            simulation.running,
            plans,
            _verdict(plans[0], scenario),
            {name: curves[name].to_numpy() for name in curves.columns},
            crowd.faces(simulation),
        )


def _verdict(columns: dict[str, Array], scenario: Scenario) -> Verdict:
    plan = scenario.plans[0]
    verdict = verdict_on(columns, scenario.period_length, None, plan.closes)
    told = {"insurer": plan.premium is not None}
    return replace(
        verdict, sentence=sentence_en(verdict, **told), sentence_zh=sentence_zh(verdict, **told)
    )

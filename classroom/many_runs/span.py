"""Spans: the values that a control runs through in a sweep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from classroom.controls.kinds import WHOLE, kind_of
from classroom.controls.listing import value_of
from classroom.controls.sliders import stops
from classroom.limits import MOST_PEOPLE_OF_A_SWEEP
from model import Plan, Scenario

_UNVARIED = ("period_length", "population_represented")


@dataclass(frozen=True)
class Span:
    """A control and the ends between which it runs.

    Parameters
    ----------
    name : str
        Parameter of the scenario, or rule of its plans.
    low, high : float
        In the parameter's own unit.
    """

    name: str
    low: float
    high: float

    def values(self, most: int) -> list[float]:
        """Return evenly spaced values, whole and each once where the parameter is whole."""
        points = np.linspace(self.low, self.high, most)
        if kind_of(self.name).name == WHOLE:
            return [int(value) for value in np.unique(np.round(points))]
        return [float(f"{value:.12g}") for value in np.unique(points)]


def variable_names(scenario: Scenario) -> list[str]:
    """List what can be varied: every number that the scenario and its first plan have."""
    return [
        name
        for name in (*Plan.model_fields, *Scenario.model_fields)
        if kind_of(name).numeric
        and name not in _UNVARIED
        and isinstance(value_of(scenario, name), int | float)
    ]


def span_of(scenario: Scenario, name: str) -> Span:
    """Return the span of a control's slider, around what a scenario has.

    Parameters
    ----------
    scenario : Scenario
        Where the control stands now.
    name : str
        One of `variable_names`.
    """
    if name == "n_people":
        return Span(name, stops(name, None)[0], MOST_PEOPLE_OF_A_SWEEP)
    slider = stops(name, value_of(scenario, name))
    return Span(name, slider[0], slider[-1])

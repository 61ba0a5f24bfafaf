"""Knobs: parameters with a slider, each read off the line that declares it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.parameters import Parameter, number, plan_rules, scenario_parameters
from model import Plan, Scenario
from model.quantities import range_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

# Name: upper end and step of the slider. What is allowed reaches further, often too far to aim at;
# a scenario's own value is always within reach.
SLIDERS: dict[str, tuple[float, float]] = {
    "fee": (1.0, 0.01),
    "initial_membership": (1.0, 0.05),
    "private_information": (1.0, 0.05),
    "frailty_sd": (2.0, 0.05),
    "risk_aversion": (20e-6, 0.5e-6),
    "risk_premium": (3.0, 0.05),
    "disadvantage_aversion": (5.0, 0.1),
    "loss_aversion": (3.0, 0.1),
    "sentiment_value": (50.0, 1.0),
    "susceptibility": (1.0, 0.05),
    "attention": (1.0, 0.01),
    "choice_noise": (50.0, 0.5),
}
# Only one of these says what cover is worth; the other would move nothing.
VALUES_OF_COVER = {"cara": "risk_aversion", "proportional": "risk_premium"}
SIZES = (200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
MANY = 5_000
"""People whom a page offers to simulate even if the scenario has fewer."""


@dataclass(frozen=True)
class Knob:
    """A parameter and the positions of its slider."""

    parameter: Parameter
    stops: tuple[float, ...]
    """Values that the slider can take, rising; the scenario's own is among them."""

    @property
    def name(self) -> str:
        """Name of the parameter."""
        return self.parameter.name

    @property
    def label(self) -> str:
        """The name as a heading."""
        words = self.name.removeprefix("n_").replace("_sd", "_spread").replace("_", " ")
        return words.capitalize()

    @property
    def start(self) -> float:
        """The scenario's own value."""
        return float(self.parameter.value)

    def position(self, value: float) -> int:
        """Return the stop that is nearest to a value."""
        return min(range(len(self.stops)), key=lambda i: abs(self.stops[i] - value))

    def written(self, value: float) -> str:
        """Write a value with its unit: 0.3, 4 yuan per period, 2.5 per million yuan."""
        unit = self.parameter.unit if self.parameter.unit != self.label.lower() else "1"
        if unit == "1/yuan":
            return f"{number(round(value * 1e6, 6))} per million yuan"
        if unit.startswith("1/"):
            unit = f"per {unit.removeprefix('1/')}"
        return number(round(value, 6)) if unit == "1" else f"{number(round(value, 6))} {unit}"


def knobs_of(scenario: Scenario) -> list[Knob]:
    """Return the knobs of a scenario, in the order of the page."""
    declared = [*scenario_parameters(scenario), *plan_rules(scenario.plans[0])]
    parameters = {p.name: p for p in declared}
    idle = {p for kind, p in VALUES_OF_COVER.items() if kind != scenario.willingness}
    knobs = [Knob(parameters["n_people"], _sizes(scenario.n_people))]
    knobs += [
        Knob(parameters[name], _stops(name, float(parameters[name].value)))
        for name in SLIDERS
        if name not in idle
    ]
    return knobs


def _sizes(own: int) -> tuple[float, ...]:
    """Return numbers of people that a page can run, up to the scenario's own."""
    return tuple(sorted({own, *(size for size in SIZES if size <= max(own, MANY))}))


def _stops(name: str, own: float) -> tuple[float, ...]:
    low, high = range_of(_field(name))
    end, step = SLIDERS[name]
    low, end = max(low, 0.0), min(end, high)
    steps = [round(low + i * step, 12) for i in range(round((end - low) / step) + 1)]
    # The own value replaces its neighbour: two stops closer than a step cannot be told apart.
    others = [stop for stop in steps if not math.isclose(stop, own, abs_tol=step / 4)]
    return tuple(sorted([*others, own]))


def _field(name: str) -> FieldInfo:
    fields: dict[str, Any] = {**Plan.model_fields, **Scenario.model_fields}
    field: FieldInfo = fields[name]
    return field


def changes(knobs: list[Knob], values: dict[str, float]) -> dict[str, float]:
    """Return what differs from the scenario, ready for `Scenario.but`."""
    wanted = {knob.name: values.get(knob.name, knob.start) for knob in knobs}
    changed = {k.name: wanted[k.name] for k in knobs if wanted[k.name] != k.start}
    return {n: int(v) if n == "n_people" else v for n, v in changed.items()}

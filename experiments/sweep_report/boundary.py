"""Theoretical boundaries for a map: where theory, not a fit to the runs, says a pool unravels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from agents.errors import ScenarioError
from model.changes import unknown_name
from model.simulation import Simulation
from model.verdict import Thresholds

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.sweeps.experiment import Experiment
    from model.scenario import Scenario

Array = np.ndarray[Any, Any]

SHARP = "theory: sharp choice"
NOISY = "theory: choice noise and re-entry"

PEOPLE = 200_000
"""People of the scenario on whom a boundary is computed."""
VALUES = 26
"""Values of the second factor at which it is computed."""
CLASSES, PRICES = 1_000, 80
"""Classes of people alike, and contributions, at which the noisy map is tried."""
ROUNDS, SETTLED = 200, 1e-5
"""Rounds at most, and change of take-up at which the noisy map is at rest."""


class Demand(NamedTuple):
    """What a boundary needs to know of people, in yuan per period; shape (people,), float64."""

    cost: Array
    """Expected cost."""
    perceived: Array
    """What one takes for the own expected cost."""
    worth: Array
    """Willingness to pay."""
    weight: Array
    """Weight of a yuan of contribution [1]."""
    dislike: Array
    """Dislike of a yuan paid beyond the perceived cost [1]."""


def boundary(name: str, experiment: Experiment) -> pl.DataFrame:
    """Return the curves of a theoretical boundary over the map that asks for it.

    Parameters
    ----------
    name : str
        One of `BOUNDARIES`.
    experiment : Experiment
        Whose figure has the option ``boundary = name``; without such a figure the first two
        factors are the axes.

    Returns
    -------
    polars.DataFrame
        Columns ``x`` and ``y`` in units of the factors, and ``label``; the points of a label are
        in order along its curve, and inside the map.

    Raises
    ------
    ScenarioError
        If there is no such boundary, or it does not apply to the experiment.
    """
    if name not in BOUNDARIES:
        raise ScenarioError(unknown_name(name, list(BOUNDARIES), "boundary"))
    return BOUNDARIES[name](experiment)


def unravelling(experiment: Experiment) -> pl.DataFrame:
    """Return the largest fee that a pool can bear, along the map's other factor.

    A pool rests where p = (1 + fee) A(p), with A(p) the mean expected cost of those who are
    members at the contribution p. The largest fee with such a p and a take-up above the line of
    collapse is the maximum of p / A(p) - 1; above it a full pool passes every p and empties. Talk,
    news, luck with claims, ageing and the wait before cover are left out; risk, worth of cover,
    income and dislike of unfairness are those of `PEOPLE` people of the scenario.

    Two curves: `SHARP`, in which members leave as soon as that is better than staying, and
    `NOISY`, with the scenario's choice noise and the flow of people who come back.
    """
    x, y = _axes("unravelling", experiment)
    if "fee" not in (x, y):
        raise ScenarioError(
            f"the boundary unravelling needs fee on one axis of the map; got {x} and {y}"
        )
    other = y if x == "fee" else x
    design = experiment.design_frame()
    rows = []
    for value in _spread(design[other], other):
        fees = bearable_fees(experiment.scenario_for({other: value}), experiment.seed)
        rows += [{"fee": fee, other: value, "label": label} for label, fee in fees.items()]
    curves = pl.DataFrame(rows).filter(pl.col("fee").is_between(*_ends(design["fee"])))
    shown = curves.select(x=pl.col(x), y=pl.col(y), label="label")
    return shown.sort("label", descending=True, maintain_order=True)


BOUNDARIES: dict[str, Callable[[Experiment], pl.DataFrame]] = {"unravelling": unravelling}
"""Name of a boundary, as a figure's option ``boundary`` has it: what computes it."""


def bearable_fees(scenario: Scenario, seed: int) -> dict[str, float]:
    """Return the largest fee at which the first plan rests above the line of collapse, by curve.

    Raises
    ------
    ScenarioError
        If there are several plans, or one that does not share equally.
    """
    if len(scenario.plans) > 1 or scenario.plans[0].sharing != "equal":
        raise ScenarioError(
            "the boundary unravelling is that of one plan with sharing = equal; this experiment "
            "has another rule or several plans"
        )
    people = demand_of(scenario, seed)
    # A pool that began as the scenario's has collapsed below this take-up.
    line = Thresholds().collapsed_below * scenario.initial_membership
    highest = highest_contribution(people, scenario.hassle_of_leaving)
    order = np.argsort(-highest, kind="stable")
    loadings = {SHARP: bearable_loading(people.cost[order], highest[order], line)}
    if scenario.choice_noise > 0:
        loadings[NOISY] = _bearable_with_noise(_classes(people, order), scenario, line)
    sponsored = 1 - scenario.plans[0].subsidy
    return {label: loading / sponsored - 1 for label, loading in loadings.items()}


def highest_contribution(people: Demand, hassle: float) -> Array:
    """Return the contribution at which members are indifferent [yuan per period].

    The root of worth + hassle of leaving = weight p + dislike max(0, p - perceived cost), without
    talk and at a contribution that people are used to.
    """
    worth = people.worth + hassle
    unresented = worth / people.weight
    resented = (worth + people.dislike * people.perceived) / (people.weight + people.dislike)
    highest: Array = np.where(unresented <= people.perceived, unresented, resented)
    return highest


def bearable_loading(cost: Array, highest: Array, line: float) -> float:
    """Return the largest ratio of contribution to mean cost at which a pool can rest.

    Parameters
    ----------
    cost : ndarray of float64
        Expected cost [yuan per period] of everybody, in the order of `highest`.
    highest : ndarray of float64
        Contribution at which each is indifferent [yuan per period], falling.
    line : float
        Smallest share of the people that counts as a pool.
    """
    n_members = np.arange(1, cost.size + 1)
    mean_cost = np.cumsum(cost) / n_members
    return float((highest / mean_cost)[n_members >= line * cost.size].max())


def _bearable_with_noise(people: Demand, scenario: Scenario, line: float) -> float:
    highest = highest_contribution(people, scenario.hassle_of_leaving)
    prices = np.geomspace(people.cost.mean() / 2, np.quantile(highest, 1 - line / 2), PRICES)
    member = _resting_chances(people, scenario, prices)
    take_up = member.mean(axis=1)
    loading = prices * member.sum(axis=1) / np.maximum(member @ people.cost, np.finfo(float).tiny)
    return float(loading[take_up >= line].max(initial=0.0))


def _resting_chances(people: Demand, scenario: Scenario, prices: Array) -> Array:
    """Return the chances of being a member at rest, shape (prices, people), from a full pool on.

    The flow out, review times the chance of preferring to leave, meets the flow in, awareness
    times the chance of preferring to join; neighbours are members as often as everybody.
    """
    p = prices[:, None]
    resented = people.dislike * np.maximum(p - people.perceived, 0.0)
    value = people.worth - people.weight * p - resented
    out = _chance(-(value + scenario.hassle_of_leaving) / scenario.choice_noise)
    out *= scenario.attention / scenario.plans[0].term
    join = _chance((value - scenario.hassle_of_joining) / scenario.choice_noise)
    imitation = 0.0 if scenario.ties == "none" else scenario.awareness_from_neighbours
    take_up = np.ones((prices.size, 1))
    for _ in range(ROUNDS):
        member = join * np.minimum(scenario.awareness + imitation * take_up, 1.0)
        member /= np.maximum(member + out, np.finfo(float).tiny)
        before, take_up = take_up, member.mean(axis=1, keepdims=True)
        if np.abs(take_up - before).max() < SETTLED:
            break
    return member


def _chance(advantage: Array) -> Array:
    """Return the logistic chance of the better option."""
    chance: Array = 1 / (1 + np.exp(-np.clip(advantage, -500, 500)))
    return chance


def demand_of(scenario: Scenario, seed: int) -> Demand:
    """Return what `PEOPLE` people of a scenario expect to cost, and what cover is worth to them."""
    drawn = scenario.but(n_people=PEOPLE, ties="none")
    people = Simulation(drawn, seed=seed, threads=1).people
    columns = (
        people.expected_cost[0],
        people.perceived_cost[0],
        people.willingness_to_pay[0],
        np.maximum(people.price_weight, np.finfo(np.float32).tiny),
        scenario.disadvantage_aversion * people.fairness_concern,
    )
    return Demand(*(column.astype(np.float64) for column in columns))


def _classes(people: Demand, order: Array) -> Demand:
    """Return the means of people who would leave at about the same contribution."""
    width = order.size // CLASSES
    grouped = order[: width * CLASSES].reshape(CLASSES, width)
    return Demand(*(column[grouped].mean(axis=1) for column in people))


def _axes(name: str, experiment: Experiment) -> tuple[str, str]:
    for figure in experiment.figures:
        options = figure.model_dump()
        if options.get("boundary") == name and {"x", "y"} <= options.keys():
            return options["x"], options["y"]
    if len(experiment.factor_names) < 2:
        raise ScenarioError(f"the boundary {name} needs two factors; this experiment has fewer")
    return experiment.factor_names[0], experiment.factor_names[1]


def _spread(column: pl.Series, name: str) -> list[float]:
    if not column.dtype.is_numeric():
        raise ScenarioError(f"the boundary unravelling needs numbers on both axes; {name} has none")
    values = np.linspace(*_ends(column), VALUES)
    return sorted({int(v) for v in values} if column.dtype.is_integer() else set(values.tolist()))


def _ends(column: pl.Series) -> tuple[float, float]:
    return float(np.min(column.to_numpy())), float(np.max(column.to_numpy()))

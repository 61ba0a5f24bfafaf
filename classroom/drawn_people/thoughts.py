"""What people think of their membership now, by the very rules that decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents.census import is_eligible
from agents.choice import value_of_membership, weigh_options
from agents.compiled import builder, unsigned
from agents.fairness import unfairness
from agents.membership import cause_of_exit, owes
from agents.perception import own_contribution
from agents.population import LAPSED, OUTSIDE, People
from agents.terms import Luck, Rates, Terms
from model.curves import reservation_contribution

if TYPE_CHECKING:
    from model import Simulation

Array = np.ndarray[Any, Any]

UNAWARE = 1.0
"""A draw with which nobody happens to think of commercial insurance."""
THOUGHTS = (
    "expected_cost",
    "pays",
    "expects",
    "worth",
    "price",
    "own_cost",
    "reference",
    "sentiment",
    "value",
    "reason",
    "eligible",
)
"""Columns of `think`; worth to sentiment are the terms that add up to the value of staying."""


@builder
def think(
    rows: Any, flat: Any, slope: Any, people: People, terms: Terms, rates: Rates, luck: Luck
) -> tuple[Any, Any]:
    """Return what each of some people thinks, and the value of each option open to them.

    Parameters
    ----------
    rows : ndarray of int64, shape (people,)
        Who is asked.
    flat, slope : ndarray of float64, shape (plans,)
        What is announced.

    Returns
    -------
    ndarray of float64, shape (people, thoughts) and (people, plans + 2)
        Columns as in `THOUGHTS`, about the own plan, or the first for outsiders; and the values of
        each plan, no plan and the insurer.
    """
    n_plans = terms.fee.size
    thoughts, values = np.empty((rows.size, 11)), np.empty((rows.size, n_plans + 2))
    for j in range(rows.size):
        i = unsigned(rows[j])
        k, age = max(people.plan[i], 0), int(people.age[i])
        insurance = weigh_options(i, age, UNAWARE, people, terms, rates, luck, values[j])
        expected = people.expected_contribution[k, i] * 1.0
        own_cost, reference = unfairness(i, k, expected, people, rates)
        pays = people.plan[i] == k and owes(i, k, people, terms)
        due = own_contribution(flat[k], slope[k], people.share_index[k, i])
        thoughts[j, 0] = people.expected_cost[k, i]
        thoughts[j, 1] = due if pays else 0.0
        thoughts[j, 2] = expected
        thoughts[j, 3] = people.willingness_to_pay[k, i]
        thoughts[j, 4] = -people.price_weight[i] * (expected - rates.penalty_for_none)
        thoughts[j, 5], thoughts[j, 6] = 0.0 - own_cost, 0.0 - reference
        thoughts[j, 7] = rates.sentiment_value * people.sentiment[i]
        thoughts[j, 8] = value_of_membership(i, k, expected, people, rates)
        thoughts[j, 9] = cause_of_exit(i, k, insurance, False, people, rates)
        thoughts[j, 10] = is_eligible(i, 0, age, people, terms)
    return thoughts, values


def thoughts_of(simulation: Simulation, rows: Array) -> dict[str, Array]:
    """Return what some people think [yuan per period], a value a person.

    Besides `THOUGHTS`: ``changing``, the probability that a review now ends in leaving (of a
    member) or in joining (of an outsider), NaN for who cannot; ``reservation``, the contribution
    per head at which the person is indifferent to the first plan; ``loaded_cost``, what the person
    costs the first plan with its loading.
    """
    people, pools = simulation.people, simulation.pool_state
    told, values = think(
        rows,
        pools.flat,
        pools.slope,
        people,
        simulation.terms,
        simulation.rates,
        simulation.luck,
    )
    columns = dict(zip(THOUGHTS, np.ascontiguousarray(told.T), strict=True))
    loading = 1 + simulation.scenario.plans[0].fee
    return {
        **columns,
        "changing": _changing(values, simulation.rates.choice_noise, people, rows),
        "reservation": reservation_contribution(simulation, 0, rows),
        "loaded_cost": loading * people.expected_cost[0, rows].astype(np.float64),
    }


def _changing(values: Array, noise: float, people: People, rows: Array) -> Array:
    """Return how likely each would leave, or join, by the logit of `agents.choice.pick`."""
    plan, n_plans = people.plan[rows].astype(np.int64), values.shape[1] - 2
    at = np.arange(rows.size)
    current = np.where(plan >= 0, plan, n_plans + people.insured[rows])
    best = values.max(axis=1)
    if noise > 0:
        weights = np.exp((values - best[:, None]) / noise)
    else:
        weights = values == best[:, None]
        weights[values[at, current] == best] = False
        weights[at, current] |= values[at, current] == best
    chances = weights / weights.sum(axis=1, keepdims=True)
    leaving = 1.0 - chances[at, current]
    joining = chances[:, :n_plans].sum(axis=1)
    status = people.status[rows]
    may_join = (status == OUTSIDE) | (status == LAPSED)
    return np.where(plan >= 0, leaving, np.where(may_join, joining, np.nan))

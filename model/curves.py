"""Cost curves: demand, average and marginal cost of a plan, from the people as they are.

Einav and Finkelstein (2011), with the agents' own numbers in place of drawn lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from agents.census import eligible_rows

if TYPE_CHECKING:
    from model.looks import Looks

Array = np.ndarray[Any, Any]

MOST_PEOPLE = 2_000_000
"""People at most who are sorted; of a larger population every so-manieth."""


def cost_curves(simulation: Looks, plan: int, points: int) -> pl.DataFrame:
    """Return the curves of a plan over the eligible, most willing first.

    Parameters
    ----------
    simulation : Looks
        At whatever period it stands.
    plan : int
        Number of the plan.
    points : int
        Rows at most.

    Returns
    -------
    polars.DataFrame
        ``take_up`` [1]; ``demand``: the contribution per head at which the last person still
        wants the plan; ``average_cost`` of all up to there and ``marginal_cost`` of those around,
        loaded [yuan per period].
    """
    people = simulation.people
    stride = max(people.person.size // MOST_PEOPLE, 1)
    rows = eligible_rows(
        plan, simulation.period, stride, people, simulation.terms, simulation.rates
    )
    if not rows.size:
        empty = {name: pl.Series(dtype=pl.Float64) for name in _COLUMNS}
        return pl.DataFrame(empty)
    reservation = reservation_contribution(simulation, plan, rows)
    loading = 1 + simulation.scenario.plans[plan].fee
    cost = loading * simulation.people.expected_cost[plan, rows].astype(np.float64)
    order = np.argsort(-reservation, kind="stable")
    cost, demand = cost[order], reservation[order]
    total = np.cumsum(cost)
    n = rows.size
    at = np.unique(np.linspace(1, n, min(points, n)).round().astype(np.int64))
    half = max(n // 50, 1)
    low, high = np.maximum(at - half, 0), np.minimum(at + half, n)
    padded = np.concatenate([[0.0], total])
    return pl.DataFrame(
        {
            "take_up": at / n,
            "demand": demand[at - 1],
            "average_cost": total[at - 1] / at,
            "marginal_cost": (padded[high] - padded[low]) / (high - low),
        }
    )


_COLUMNS = ("take_up", "demand", "average_cost", "marginal_cost")


def reservation_contribution(simulation: Looks, plan: int, rows: Array) -> Array:
    """Return the contribution per head at which people are indifferent [yuan per period].

    V falls in straight pieces as the contribution rises, with kinks at the own expected cost and
    at the reference contribution; the root is found piece by piece.
    """
    people, s, pool = simulation.people, simulation.scenario, simulation.pools[plan]
    column = {
        name: getattr(people, name)[rows].astype(np.float64)
        for name in ("price_weight", "fairness_concern", "sentiment", "reference_contribution")
    }
    own_cost = people.perceived_cost[plan, rows].astype(np.float64)
    member = people.plan[rows] == plan
    left = people.willingness_to_pay[plan, rows] + s.sentiment_value * column["sentiment"]
    left = left + column["price_weight"] * s.penalty_for_none
    kinks = [
        (own_cost, column["fairness_concern"] * s.disadvantage_aversion),
        (
            np.where(member, column["reference_contribution"], np.inf),
            column["fairness_concern"] * s.loss_aversion,
        ),
    ]
    root = _root(left, column["price_weight"], kinks)
    if pool.announced <= 0:
        return root
    own = pool.flat + pool.slope * people.share_index[plan, rows].astype(np.float64)
    with np.errstate(divide="ignore"):
        return np.where(own > 0, root * pool.announced / own, np.inf)


def _root(worth: Array, slope: Array, kinks: list[tuple[Array, Array]]) -> Array:
    """Solve worth = slope · c + Σ steepness · max(0, c − kink) for c."""
    (k1, s1), (k2, s2) = kinks
    first, second = np.minimum(k1, k2), np.maximum(k1, k2)
    step = np.where(k1 <= k2, s1, s2)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = worth / slope
        at_first = worth - slope * first
        root = np.where(root > first, first + at_first / (slope + step), root)
        at_second = at_first - (slope + step) * (second - first)
        beyond = second + at_second / (slope + s1 + s2)
        root = np.where(root > second, beyond, root)
    return np.where(np.isnan(root), np.inf, root)

"""The selection ledger: why the members' mean expected cost changed, split exactly.

A Price equation (Price 1970) in steps: starting from last period's members, take out those who
chose to leave, then those whom illness removed, then those who aged out; let the rest grow older;
add the joiners. Each step changes the mean, and the changes add up to the whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents import tallies as t

Array = np.ndarray[Any, Any]


def split_change(totals: Array) -> dict[str, Array]:
    """Split the change of the members' mean expected cost, period by period.

    Parameters
    ----------
    totals : ndarray of float64, shape (periods, tallies)
        One plan's totals, period 0 first.

    Returns
    -------
    dict of ndarray of float64, shape (periods,)
        ``ledger_leavers``, ``_joiners``, ``_ageing``, ``_run_off``, ``_luck`` [yuan per member
        per period]; they sum to the change of the mean. Zero in period 0 and wherever the pool
        is empty before or after.
    """
    before, now = totals[:-1], totals[1:]
    people, cost = before[:, t.MEMBERS], before[:, t.COST]
    means = [_mean(cost, people, np.zeros(len(people)))]
    for n_left, cost_left in (
        (now[:, t.LEFT_CHOOSING], now[:, t.LEFT_COST]),
        (now[:, t.ILL_LEFT], now[:, t.ILL_COST]),
        (now[:, t.AGED_LEFT], now[:, t.AGED_COST]),
    ):
        people, cost = people - n_left, cost - cost_left
        means.append(_mean(cost, people, means[-1]))
    stayed_cost = now[:, t.COST] - now[:, t.NEW_COST]
    means.append(_mean(stayed_cost, people, means[-1]))
    means.append(_mean(now[:, t.COST], now[:, t.MEMBERS], means[-1]))
    ageing_of_stayers = _mean(now[:, t.AGEING], people, np.zeros(len(people)))
    leavers, luck, aged_out, older, joiners = (means[j + 1] - means[j] for j in range(5))
    alive = (before[:, t.MEMBERS] > 0) & (now[:, t.MEMBERS] > 0)
    parts = {
        "ledger_leavers": leavers,
        "ledger_joiners": joiners,
        "ledger_ageing": aged_out + ageing_of_stayers,
        "ledger_run_off": older - ageing_of_stayers,
        "ledger_luck": luck,
    }
    return {
        name: np.concatenate([[0.0], np.where(alive, part, 0.0)]) for name, part in parts.items()
    }


def _mean(cost: Array, people: Array, otherwise: Array) -> Array:
    """Divide; where nobody is left, keep the mean of the step before."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: Array = np.where(people > 0.5, cost / people, otherwise)
    return mean

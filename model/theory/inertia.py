r"""Inertia: each person who wants to change acts with probability kappa per period.

Rest points do not move; the speed does. Linearising the map of a pool with slope
:math:`\Phi'` gives the eigenvalue :math:`\rho = 1 - \kappa (1 - \Phi')` and the half-life
:math:`\ln 2 / (-\ln \rho)`. (Handel 2013 studies inertia; the eigenvalue is derived here.)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def eigenvalue(kappa: float, slope: float) -> float:
    """Return the factor by which a small deviation shrinks each period."""
    return 1 - kappa * (1 - slope)


def half_life(rho: float) -> float:
    """Return the periods in which a deviation halves."""
    return math.log(2) / -math.log(rho)


def switching_cost_take_up(risk_premium: float, cost: float) -> float:
    """Return take-up for c ~ U[0, 1], no fee, if members leave only when p - v > ``cost``.

    The cutoff solves ``(1+x)/2 - (1+risk_premium) x = cost``.
    """
    cutoff = (0.5 - cost) / (0.5 + risk_premium)
    return 1 - min(1.0, max(0.0, cutoff))


def mean_field(
    cost: Floats,
    wtp: Floats,
    *,
    fee: float,
    kappa: float,
    periods: int,
    reentry: bool = True,
    start: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Return the expected take-up and the contribution of a large pool with inertia.

    The state is each person's probability of being a member, so the path has no noise.

    Parameters
    ----------
    cost, wtp
        Expected cost and willingness to pay, shape (people,), float64 [yuan per period].
    fee
        Management fee as a share of benefits [1].
    kappa
        Probability that a person reviews in a period [1].
    periods
        Number of periods after the start.
    reentry
        Whether people who left may come back.
    start
        Membership probability at t = 0, shape (people,); None for a full pool.
    """
    member = np.ones_like(cost) if start is None else start.astype(float)
    take_up, contribution = np.empty(periods + 1), np.empty(periods + 1)
    for t in range(periods + 1):
        if t:
            stays = wtp >= contribution[t - 1]
            target = np.where(stays, 1.0 if reentry else member, 0.0)
            member = member + kappa * (target - member)
        take_up[t] = member.mean()
        contribution[t] = (1 + fee) * (member @ cost) / member.sum()
    return take_up, contribution

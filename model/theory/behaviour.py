"""One behavioural rule switched on: what it does to a pool whose answer is known.

Each rule turns the textbook pool into another pool of the same family, or changes its speed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def effective_premium(
    risk_premium: float, *, disadvantage_aversion: float = 0.0, price_weight: float = 1.0
) -> float:
    """Return the risk premium of the textbook pool that behaves alike.

    A member stays while ``(1+a) c - w s - b max(0, s - c) >= 0``. At the margin s > c, so the
    member acts as if cover were worth ``(1 + a + b) / (w + b)`` times the own cost: a dislike of
    paying more than one's own cost (Fehr and Schmidt 1999) shrinks the premium to a / (1 + b).

    Parameters
    ----------
    risk_premium
        Worth of cover over own expected cost, less one, a [1].
    disadvantage_aversion
        Dislike of each yuan paid beyond the own expected cost, b [1].
    price_weight
        Weight of a yuan of contribution, w [1].
    """
    b = disadvantage_aversion
    return (1 + risk_premium + b) / (price_weight + b) - 1


def subsidised_fee(fee: float, subsidy: float) -> float:
    """Return the fee that charges members what they pay when a sponsor pays a share of it."""
    return (1 + fee) * (1 - subsidy) - 1


def adaptive_uniform_path(
    risk_premium: float, fee: float, learning: float, periods: int
) -> tuple[Floats, Floats]:
    """Return take-up and contribution for c ~ U[0, 1] when expectations follow slowly.

    ``e' = e + learning (s - e)``, people stay while ``(1+a) c >= e``: the rest point of the
    textbook pool, reached with eigenvalue ``1 - learning (1 - slope)``.
    """
    take_up, contribution = np.ones(periods + 1), np.empty(periods + 1)
    expected = contribution[0] = (1 + fee) / 2
    for t in range(1, periods + 1):
        expected += learning * (contribution[t - 1] - expected)
        cutoff = min(expected / (1 + risk_premium), 1.0)
        take_up[t] = 1 - cutoff
        contribution[t] = (1 + fee) * (1 + cutoff) / 2
    return take_up, contribution


def logit_take_up(surplus: float, noise: float) -> float:
    """Return the share of identical people who choose cover, one option against none.

    Logistic noise of scale ``noise`` on the difference of values (McFadden 1974).
    """
    return 1 / (1 + math.exp(-surplus / noise))

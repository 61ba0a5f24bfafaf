"""Opinions and adoption: DeGroot, Friedkin and Johnsen, Bass."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def influence(trust: Floats) -> Floats:
    """Return the weight of each person's first opinion in the consensus (DeGroot 1974).

    The left eigenvector of the row-stochastic ``trust`` with eigenvalue 1, summing to 1.

    Parameters
    ----------
    trust
        Row i holds the weights person i gives to everyone, shape (people, people).
    """
    n = len(trust)
    system = np.vstack([trust.T - np.eye(n), np.ones(n)])
    weights, *_ = np.linalg.lstsq(system, np.append(np.zeros(n), 1.0), rcond=None)
    return np.asarray(weights)


def consensus(trust: Floats, opinions: Floats) -> float:
    """Return the opinion everyone comes to hold."""
    return float(influence(trust) @ opinions)


def anchored(trust: Floats, susceptibility: Floats, opinions: Floats) -> Floats:
    """Return the opinions at rest when people stay tied to their first one.

    ``x* = (I - L W)^-1 (I - L) x0`` (Friedkin and Johnsen 1990).

    Parameters
    ----------
    trust
        Row-stochastic weights W, shape (people, people).
    susceptibility
        Diagonal of L, shape (people,) [1].
    opinions
        First opinions x0, shape (people,).
    """
    pull = np.diag(susceptibility)
    return np.asarray(
        np.linalg.solve(np.eye(len(trust)) - pull @ trust, (1 - susceptibility) * opinions)
    )


def bass_share(innovation: float, imitation: float, time: float) -> float:
    """Return the share of adopters at ``time`` (Bass 1969), hazard p + q F."""
    decay = math.exp(-(innovation + imitation) * time)
    return (1 - decay) / (1 + imitation / innovation * decay)


def bass_path(innovation: float, imitation: float, step: float, periods: int) -> Floats:
    """Return the share of adopters at 0, step, 2 step, …, when each step is one decision."""
    share = np.zeros(periods + 1)
    for t in range(periods):
        hazard = (innovation + imitation * share[t]) * step
        share[t + 1] = share[t] + hazard * (1 - share[t])
    return share


def bass_peak(innovation: float, imitation: float) -> float:
    """Return the time of fastest adoption, ln(q/p) / (p+q)."""
    return math.log(imitation / innovation) / (innovation + imitation)


def bass_share_at_peak(innovation: float, imitation: float) -> float:
    """Return the share of adopters at the time of fastest adoption, 1/2 - p/(2q)."""
    return 0.5 - innovation / (2 * imitation)

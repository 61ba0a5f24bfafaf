r"""Rules that share a total loss after the fact, and how unfair they are.

A rule h splits S = sum X_i. Equal shares h_i = S/n give person i the expected subsidy
c_i - mean(c). The conditional mean h_i = E[X_i | S] is actuarially fair for everyone and lowers
risk in convex order (Denuit and Dhaene 2012, Insurance: Mathematics and Economics 51(2)).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def poisson_binomial(probabilities: Sequence[float] | Floats) -> Floats:
    """Return P(S = s), s = 0 .. n, for the number of claims of independent people."""
    pmf = np.ones(1)
    for p in probabilities:
        pmf = np.convolve(pmf, [1 - p, p])
    return pmf


def conditional_mean(probabilities: Sequence[float] | Floats, claims: int) -> Floats:
    """Return E[X_i | S = claims] for independent Bernoulli losses of 1, exactly.

    ``E[X_i | S = s] = p_i P(S without i = s - 1) / P(S = s)``.

    Returns
    -------
    ndarray
        Contribution of each person, shape (people,), in units of the loss; sums to ``claims``.
    """
    p = np.asarray(probabilities, dtype=float)
    if claims == 0:
        return np.zeros(len(p))
    others = np.array([poisson_binomial(np.delete(p, i))[claims - 1] for i in range(len(p))])
    return np.asarray(p * others / poisson_binomial(p)[claims])


def total_variance(probabilities: Sequence[float] | Floats, rule: str) -> float:
    """Return the sum of the variances of what people pay, losses of 1.

    Parameters
    ----------
    probabilities
        Loss probabilities [1].
    rule
        "none" (each bears the own loss), "conditional_mean", "fair_linear" or "equal". The fair
        linear rule of least variance is the equal split plus ``c_i - mean(c)`` times an index
        of mean 1: ``A = ee'/n + (c - mean(c) e) c' V^-1 / (c' V^-1 c)``.
    """
    p = np.asarray(probabilities, dtype=float)
    variance = float((p * (1 - p)).sum())
    if rule == "none":
        return variance
    if rule == "equal":
        return variance / len(p)
    if rule == "fair_linear":
        deviation = float(((p - p.mean()) ** 2).sum())
        return variance / len(p) + deviation / float((p / (1 - p)).sum())
    if rule != "conditional_mean":
        known = "'none', 'conditional_mean', 'fair_linear' or 'equal'"
        raise ValueError(f"rule is {rule!r}; use {known}")
    pmf = poisson_binomial(p)
    shares = np.stack([conditional_mean(p, s) for s in range(len(p) + 1)])
    return float((pmf @ (shares - p) ** 2).sum())


def uniform_mixed(risk_premium: float, fee: float, mix: float) -> float:
    """Return take-up for c ~ U[0, 1], v = (1 + risk_premium) c under a mix of two rules.

    Member i pays ``(1+fee) ((1-mix) mean(c) + mix c_i)``; mix = 1 charges the own risk and
    removes selection.
    """
    loading = 1 + fee
    denominator = (1 + risk_premium) - loading * (1 + mix) / 2
    if denominator <= 0:
        return 0.0
    return max(0.0, 1 - loading * (1 - mix) / 2 / denominator)


def hoover(cost: Floats) -> float:
    """Return the share of all costs that equal sharing moves between members.

    ``sum |mean(c) - c_i| / (2 sum c)``, the Hoover index of the expected costs.
    """
    return float(np.abs(cost - cost.mean()).sum() / (2 * cost.sum()))


def hoover_uniform() -> float:
    """Return the Hoover index of U[0, 1]."""
    return 0.25


def hoover_exponential() -> float:
    """Return the Hoover index of the exponential distribution, 1/e."""
    return math.exp(-1)


def hoover_lognormal(sigma: float) -> float:
    """Return the Hoover index of a lognormal with log standard deviation ``sigma``."""
    return float(2 * special.ndtr(sigma / 2) - 1)


def hoover_two_type(share_high: float, cost_high: float, cost_low: float) -> float:
    """Return the Hoover index of two types."""
    mean = share_high * cost_high + (1 - share_high) * cost_low
    return share_high * (1 - share_high) * (cost_high - cost_low) / mean

"""Conditional-mean risk sharing: each pays the own expected claim, given the pool's claims.

Denuit and Dhaene (2012). With X_i = B_i with probability p_i and else 0, and S their sum, the
contribution of i is E[X_i | S]. It is worked out exactly, by convolution on the grid of the
benefits, where that is affordable; for larger pools by exponential tilting (a saddle point), whose
error vanishes with the number of claims.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from agents.compiled import builder, rule, sweep
from agents.population import COVERED, WAITING, People
from agents.settlement import BILL_INCURRED, BILL_INDEX, BILL_PAYERS
from agents.terms import CONDITIONAL_MEAN, Rates, Terms

FINEST = 1000
"""Parts of the smallest benefit that the grid may have."""
AFFORDABLE = 20_000_000
"""People × grid points up to which the exact convolution is used."""


def share_by_conditional_mean(
    people: People, k: int, period: int, terms: Terms, rates: Rates, claims: float
) -> tuple[float, float]:
    """Write E[X_i | S = claims] as share index of the payers of plan k.

    Returns
    -------
    index : float
        Sum of the payers' indices [yuan].
    payers : float
        Their number.
    """
    rows, risks, benefits = payers_of(people, k, period, terms, rates)
    if not rows.size:
        return 0.0, 0.0
    expected = risks * benefits
    if claims > 0 and expected.sum() > 0:
        given = conditional_means(risks, benefits, claims)
        # Outsiders judge by their expected cost, so payers' indices are put on its scale.
        if given.sum() > 0:
            expected = given * (expected.sum() / given.sum())
    people.share_index[k, rows] = expected
    return float(expected.sum()), float(rows.size)


def share_bills_by_conditional_mean(
    people: People, period: int, terms: Terms, rates: Rates, bills: Any
) -> None:
    """Put the payers and indices of plans that share so into their bills, shape (plans, N_BILL)."""
    for k in np.flatnonzero(terms.sharing == CONDITIONAL_MEAN):
        claims = float(bills[k, BILL_INCURRED])
        index, payers = share_by_conditional_mean(people, int(k), period, terms, rates, claims)
        bills[k, BILL_INDEX], bills[k, BILL_PAYERS] = index, payers


def conditional_means(risks: Any, benefits: Any, claims: float) -> Any:
    """Return E[X_i | Σ X = claims] for independent X_i = benefit with probability risk.

    Parameters
    ----------
    risks, benefits : ndarray of float64, shape (n,)
        Probability in [0, 1) and amount [yuan] of each.
    claims : float
        The sum that was observed [yuan].

    Returns
    -------
    ndarray of float64, shape (n,)
        Contributions; they add up to `claims` if that sum is possible.
    """
    if claims >= benefits.sum() * (1.0 - 1e-12):
        return benefits.astype(np.float64)
    unit = grid_unit(benefits)
    points = round(claims / unit) if unit > 0 else 0
    likely = np.count_nonzero(tilted_risks(risks, benefits, claims) > 0.5)
    if unit > 0 and risks.size * (points + 1) * (likely + 1) <= AFFORDABLE:
        steps = np.rint(benefits / unit).astype(np.int64)
        return exact_means(risks, steps, points) * unit
    return tilted_means(risks, benefits, claims)


def grid_unit(benefits: Any) -> float:
    """Return the largest amount of which all benefits are multiples; 0 if there is none.

    Only ratios of benefits are looked at, so the currency does not matter.
    """
    amounts = np.unique(benefits[benefits > 0])
    if not amounts.size:
        return 0.0
    ratios = [Fraction(float(a / amounts[0])).limit_denominator(FINEST) for a in amounts]
    if not np.allclose([float(r) for r in ratios], amounts / amounts[0], rtol=1e-9):
        return 0.0
    return float(amounts[0]) / math.lcm(*(r.denominator for r in ratios))


def exact_means(risks: Any, steps: Any, points: int) -> Any:
    """Return E[X_i | S = points], in grid steps, by convolution of the tilted risks."""
    return convolved_means(tilted_risks(risks, steps, points), steps, points)


@builder
def convolved_means(risks: Any, steps: Any, points: int) -> Any:
    """Return E[X_i | S = points] on a grid, float64 (n,): convolve all, then take each out.

    With f the distribution of S and f₋ᵢ that without i, E[X_i | S = s] = b p f₋ᵢ(s − b) / f(s).
    Taking out runs upward from 0, which is stable for p ≤ 1/2; for larger p the distribution
    without i is convolved afresh.
    """
    f = np.zeros(points + 1)
    f[0] = 1.0
    for i in range(risks.size):
        convolve(f, risks[i], steps[i])
    means = np.zeros(risks.size)
    if f[points] <= 0.0:
        return means
    without = np.empty(points + 1)
    for i in range(risks.size):
        p, b = risks[i], steps[i]
        if b == 0 or b > points or p <= 0.0:
            continue
        if p <= 0.5:
            for s in range(points - b + 1):
                without[s] = (f[s] - (p * without[s - b] if s >= b else 0.0)) / (1.0 - p)
        else:
            without[:] = 0.0
            without[0] = 1.0
            for j in range(risks.size):
                if j != i:
                    convolve(without, risks[j], steps[j])
        means[i] = b * p * without[points - b] / f[points]
    return means


@sweep
def convolve(f: Any, risk: float, step: int) -> None:
    """Add one independent risk to a distribution on the grid, in place."""
    if step == 0:
        return
    for s in range(f.size - 1, -1, -1):
        f[s] = (1.0 - risk) * f[s] + (risk * f[s - step] if s >= step else 0.0)


def tilted_means(risks: Any, benefits: Any, claims: float) -> Any:
    """Return the means of the tilted risks: the conditional means of a large pool [yuan]."""
    return tilted_risks(risks, benefits, claims) * benefits


def tilted_risks(risks: Any, benefits: Any, claims: float) -> Any:
    """Return risks tilted exponentially so that the expected sum is the observed one.

    The tilt leaves E[X_i | S] as it is (it cancels) and brings S to the middle of its
    distribution, where convolution is accurate and, in large pools, the tilted means themselves
    are the conditional means.
    """
    largest = benefits.max()

    def tilted(tilt: float) -> Any:
        odds = risks / (1.0 - risks) * np.exp(tilt * benefits / largest)
        return odds / (1.0 + odds)

    low, high = -60.0, 60.0
    while high - low > 1e-13 * max(abs(low), abs(high), 1.0):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if (tilted(middle) * benefits).sum() < claims:
            low = middle
        else:
            high = middle
    return tilted((low + high) / 2)


@builder
def payers_of(
    people: People, k: int, period: int, terms: Terms, rates: Rates
) -> tuple[Any, Any, Any]:
    """Return rows, claim probabilities and benefits of those who pay in plan k now."""
    n = people.person.size
    rows = np.empty(n, np.int64)
    risks = np.empty(n)
    benefits = np.empty(n)
    count = 0
    for i in range(n):
        if people.owes_to[i] != k:
            continue
        age = int(people.age[i])
        benefit = terms.benefit[k, age]
        rows[count] = i
        benefits[count] = benefit
        cost = cost_when_billed(i, k, people, terms, rates)
        risks[count] = min(cost / benefit, 1.0 - 1e-12) if benefit > 0.0 else 0.0
        count += 1
    return rows[:count].copy(), risks[:count].copy(), benefits[:count].copy()


@rule
def cost_when_billed(i: int, k: int, people: People, terms: Terms, rates: Rates) -> float:
    """Return what a payer was expected to cost, also one who was aided or left this period."""
    status = people.status[i]
    waited = people.tenure[i] >= terms.waiting_period[k]
    if status == WAITING or (status != COVERED and not waited):
        return 0.0
    tenure = min(int(people.tenure[i]), rates.select.size - 1)
    return people.expected_cost[k, i] * rates.select[tenure]

"""Thresholds: riots in a crowd (Granovetter 1978) and cascades on a network (Watts 2002).

A person acts once enough of the others do. In a crowd everyone sees everyone and the outcome is
a fixed point of the distribution of thresholds. On a sparse random network a single seed sets
off a global cascade if and only if the people one neighbour suffices to convince ("vulnerable")
form a giant cluster.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special, stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]

MAX_DEGREE = 60  # P(Poisson(8) > 60) is far below rounding


def crowd(thresholds: Sequence[int]) -> int:
    """Return how many act in the end when person i acts once ``thresholds[i]`` others do."""
    active = 0
    while (now := sum(threshold <= active for threshold in thresholds)) != active:
        active = now
    return active


def normal_crowd(mean: float, sd: float) -> float:
    """Return the percentage who act in a large crowd with thresholds N(mean, sd) in percent.

    The smallest fixed point of ``r = 100 F(r)``, reached from a crowd at rest.
    """
    grid = np.linspace(0.0, 100.0, 200_001)
    gap = 100 * special.ndtr((grid - mean) / sd) - grid
    below = np.flatnonzero(gap <= 0)
    return float(grid[below[0]]) if len(below) else 100.0


def critical_sd(mean: float) -> tuple[float, float]:
    """Return (sd, percentage acting) at the jump: the smallest fixed point ceases to exist.

    Tangency: ``100 F(r) = r`` and ``100 f(r) = 1``.
    """

    def equations(unknown: Floats) -> list[float]:
        r, sd = unknown
        z = (r - mean) / sd
        return [
            100 * float(special.ndtr(z)) - r,
            100 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / sd - 1,
        ]

    r, sd = optimize.fsolve(equations, [mean / 4, mean / 2], xtol=1e-13)
    return float(sd), float(r)


def largest_vulnerable_degree(threshold: float) -> int:
    """Return K: people with up to K neighbours act as soon as one neighbour does."""
    return math.floor(1 / threshold + 1e-12)


def cascade_window(threshold: float) -> tuple[float, float] | None:
    """Return the range of mean degrees with global cascades on a Poisson network, or None.

    The vulnerable cluster percolates where ``z P(Poisson(z) <= K - 2) > 1``.
    """
    degree = largest_vulnerable_degree(threshold)

    def excess(z: float) -> float:
        return z * float(stats.poisson.cdf(degree - 2, z)) - 1

    grid = np.linspace(0.5, 20, 2000)
    signs = np.array([excess(float(z)) > 0 for z in grid])
    if not signs.any():
        return None
    first, last = int(np.argmax(signs)), len(grid) - 1 - int(np.argmax(signs[::-1]))
    return (
        float(optimize.brentq(excess, grid[first - 1], grid[first])),
        float(optimize.brentq(excess, grid[last], grid[last + 1])),
    )


def trigger_probability(threshold: float, mean_degree: float) -> float:
    """Return the probability that one random seed touches the giant vulnerable cluster.

    u is the probability that an edge does not lead into that cluster:
    ``u = 1 - sum_{k<=K} k p_k / z (1 - u^(k-1))``; the seed may have any degree, so the answer
    is ``1 - exp(-z (1 - u))`` on a Poisson network.
    """
    k = np.arange(1, largest_vulnerable_degree(threshold) + 1)
    weight = k * stats.poisson.pmf(k, mean_degree) / mean_degree
    u = 0.0
    for _ in range(10_000):
        u = float(1 - (weight * (1 - u ** (k - 1.0))).sum())
    return 1 - math.exp(-mean_degree * (1 - u))


def cascade_size(threshold: float, mean_degree: float) -> float:
    """Return the share who act in a global cascade (Gleeson and Cahalane 2007, PRE 75).

    ``a`` is the probability that a neighbour acts before the person asking does; a person of
    degree k acts if at least ``threshold * k`` neighbours do.
    """
    degrees = np.arange(MAX_DEGREE + 1)
    weight = stats.poisson.pmf(degrees, mean_degree)
    needed = np.maximum(np.ceil(threshold * degrees - 1e-12), 1)

    def acting(a: float, trials: NDArray[np.int64]) -> Floats:
        chance = stats.binom.sf(needed - 1, np.maximum(trials, 0), a)
        return np.asarray(np.where(trials < 0, 0.0, chance))

    a = 1e-6
    for _ in range(5_000):
        a = max(a, float((degrees * weight / mean_degree * acting(a, degrees - 1)).sum()))
    return float((weight * acting(a, degrees)).sum())


def cascades(ties: csr_array, threshold: float, seeds: NDArray[np.int64]) -> Floats:
    """Return the share who act in the end, for each single seed, by direct simulation.

    Parameters
    ----------
    ties
        Symmetric adjacency, shape (people, people), entries 0 and 1, float32.
    threshold
        Share of neighbours who must act first [1].
    seeds
        One person per experiment, shape (experiments,).
    """
    degrees = np.asarray(ties.sum(axis=1)).reshape(-1, 1)
    needed = np.maximum(np.ceil(threshold * degrees - 1e-6), 1)
    active = np.zeros((ties.shape[0], len(seeds)), dtype=np.float32)
    active[seeds, np.arange(len(seeds))] = 1
    while True:
        now = np.maximum(active, (ties @ active >= needed).astype(np.float32))
        if np.array_equal(now, active):
            return np.asarray(active.mean(axis=0, dtype=np.float64))
        active = now

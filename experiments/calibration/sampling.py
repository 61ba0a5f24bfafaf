"""Points in the space of priors, where every free parameter is a standard normal number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logsumexp, ndtr, ndtri
from scipy.stats import qmc

from experiments.calibration.study import OPENING_MEMBERS, Prior

Array = np.ndarray[Any, Any]
Measure = Callable[[Array], Array]
"""Takes points, shape (n, parameters), and returns a number for each."""
Gain = Callable[[Array, Array], Array]
"""Takes what a measure gives there and here; returns the log of what a move is accepted by."""

_KEPT = 0.3
"""Share of the points that each step toward the region keeps."""
_MOST_STEPS = 30
_MOVES, _LAST_MOVES = 5, 3
_SEEN = 4
"""One in so many points is remembered on the way."""
_LENGTH, _TAKEN = 1.7, 0.25
"""First length of a step, times √parameters; share of the steps that should be taken (Gelman,
Roberts and Gilks 1996)."""
_DIGITS = 6


def first_points(n: int, n_parameters: int, seed: int) -> Array:
    """Return points that fill the prior evenly (a Latin hypercube)."""
    sampler = qmc.LatinHypercube(d=n_parameters, rng=np.random.default_rng(seed))
    return np.asarray(ndtri(sampler.random(n)))


def values_of(points: Array, priors: Mapping[str, Prior]) -> dict[str, Array]:
    """Return the parameters at points, rounded to six digits, by name."""
    shares = np.clip(ndtr(points), 1e-9, 1 - 1e-9)
    return {
        name: np.array([float(f"{v:.{_DIGITS}g}") for v in prior.value(shares[:, k])])
        for k, (name, prior) in enumerate(priors.items())
    }


def points_of(values: Mapping[str, Array], priors: Mapping[str, Prior]) -> Array:
    """Return the points of parameters: the inverse of `values_of`, up to rounding."""
    shares = [np.clip(prior.share(values[name]), 1e-9, 1 - 1e-9) for name, prior in priors.items()]
    return np.asarray(ndtri(np.stack(shares, axis=1)))


def rows_of(points: Array, priors: Mapping[str, Prior]) -> list[dict[str, Any]]:
    """Return points as rows of a design: changes to a scenario."""
    columns = values_of(points, priors)
    if OPENING_MEMBERS in columns:
        opening = columns.pop(OPENING_MEMBERS) / columns["population_represented"]
        columns["initial_membership"] = np.array([float(f"{v:.{_DIGITS + 3}g}") for v in opening])
    return [
        {name: float(column[row]) for name, column in columns.items()} for row in range(len(points))
    ]


@dataclass(frozen=True)
class Region:
    """Points spread evenly over what is not ruled out, and how much of the prior that is."""

    points: Array
    share: float
    """Of the prior's mass; an estimate, known to a factor of about 1.5."""
    reached: float
    """Largest implausibility among the points; above the limit if nothing below it was found."""


def region(measure: Measure, start: Array, limit: float, seed: int) -> Region:
    """Return points of the prior at which a measure is at most `limit` (subset simulation).

    Au and Beck 2001, doi:10.1016/S0266-8920(01)00019-4: levels that each keep 30 % of the points,
    between which points move and keep the prior's distribution.

    Parameters
    ----------
    measure : callable
        Implausibility of points.
    start : ndarray of float64, shape (n, parameters)
        Points of the prior.
    limit : float
        Largest implausibility that is not ruled out.
    seed : int
        Seed of the moves.
    """
    luck = np.random.default_rng(seed)
    points, n = start, len(start)
    levels, share = measure(points), 1.0
    for _ in range(_MOST_STEPS):
        level = max(float(np.quantile(levels, _KEPT)), limit)
        inside = np.flatnonzero(levels <= level)
        share *= len(inside) / n
        chosen = luck.choice(inside, n)
        points, levels = points[chosen], levels[chosen]
        points, levels = _moved(measure, points, levels, _no_higher_than(level), luck)
        if level <= limit:
            break
    return Region(points, share, float(levels.max()))


@dataclass(frozen=True)
class Annealed:
    """Points that were taken from the prior to the posterior, by way of the shorter record."""

    first: Array
    """Points of the posterior of the first part of the record."""
    points: Array
    """Points of the posterior of all of it."""
    fit: Array
    """Log likelihood of those."""
    evidence: tuple[float, float]
    """Log marginal likelihood of the first part, and of the rest given it."""
    visited: Array
    """Points on the way, for profiles."""
    visited_fit: Array


def annealed(fits: Measure, start: Array, seed: int) -> Annealed:
    """Take points of the prior to the posterior of a cheap likelihood.

    Sequential Monte Carlo by tempering (Del Moral, Doucet and Jasra 2006,
    doi:10.1111/j.1467-9868.2006.00553.x): each step goes as far as leaves half of the points
    effective, and moves them along their own covariance. The mean weights multiply to the marginal
    likelihood.

    Parameters
    ----------
    fits : callable
        Gives log likelihoods of points, shape (2, n): of the first part of the record, and of the
        rest given it.
    start : ndarray of float64, shape (n, parameters)
        Points of the prior.
    seed : int
        Seed of the steps.
    """
    luck, points = np.random.default_rng(seed), start
    parts, powers, evidence = fits(points), np.zeros(2), np.zeros(2)
    stages, seen, seen_fit = [], [points], [parts.sum(axis=0)]
    for stage in (0, 1):
        while powers[stage] < 1.0:
            more = _next_power(parts[stage], 1.0 - powers[stage])
            weights = more * parts[stage]
            evidence[stage] += logsumexp(weights) - np.log(len(points))
            powers[stage] += more
            share = np.exp(weights - logsumexp(weights))
            chosen = luck.choice(len(points), len(points), p=share / share.sum())
            points, parts = _moved(fits, points[chosen], parts[:, chosen], _likelier(powers), luck)
            seen.append(points[::_SEEN])
            seen_fit.append(parts.sum(axis=0)[::_SEEN])
        for _ in range(_LAST_MOVES):
            points, parts = _moved(fits, points, parts, _likelier(powers), luck)
        stages.append(points)
    return Annealed(
        stages[0],
        stages[1],
        parts.sum(axis=0),
        (float(evidence[0]), float(evidence[1])),
        np.concatenate(seen),
        np.concatenate(seen_fit),
    )


def _no_higher_than(level: float) -> Gain:
    return lambda there, _: np.where(there <= level, 0.0, -np.inf)


def _likelier(powers: Array) -> Gain:
    return lambda there, here: powers @ (there - here)


def _moved(
    measure: Measure, points: Array, found: Array, gain_of: Gain, luck: np.random.Generator
) -> tuple[Array, Array]:
    """Move points a few times within a distribution, prior times `gain_of` (Metropolis).

    `found` is what the measure gives at the points, one column a point.
    """
    length, root = _LENGTH / np.sqrt(points.shape[1]), _root(points)
    for _ in range(_MOVES):
        tried = points + length * luck.standard_normal(points.shape) @ root.T
        there = measure(tried)
        gain = log_prior(tried) - log_prior(points) + gain_of(there, found)
        taken = np.log(luck.random(len(points))) < gain
        points = np.where(taken[:, None], tried, points)
        found = np.where(taken, there, found)
        length *= np.exp(taken.mean() - _TAKEN)
    return points, found


def _root(points: Array) -> Array:
    """Return the Cholesky root of the covariance of a cloud of points."""
    d = points.shape[1]
    return np.asarray(np.linalg.cholesky(np.cov(points.T).reshape(d, d) + 1e-4 * np.eye(d)))


def _next_power(fit: Array, most: float) -> float:
    """Return how far a step may go: half of the points stay effective."""
    low, high = 0.0, most
    if effective(most * fit) >= len(fit) / 2:
        return most
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(middle * fit) >= len(fit) / 2 else (low, middle)
    return max(low, 1e-6)


def effective(log_weights: Array) -> float:
    """Return the effective number of weighted points (Kish 1965)."""
    return float(np.exp(2 * logsumexp(log_weights) - logsumexp(2 * log_weights)))


def log_prior(points: Array) -> Array:
    """Return the log density of the prior, which is standard normal, shape (n,)."""
    d = points.shape[1]
    return np.asarray(-0.5 * (points**2).sum(axis=1) - 0.5 * d * np.log(2 * np.pi))


def apart(points: Array, n: int) -> Array:
    """Return the numbers of n points that lie far from each other (farthest first)."""
    chosen: list[int] = [int(np.argmin((points**2).sum(axis=1)))]
    nearest = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(min(n, len(points)) - 1):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return np.array(chosen)


def shares_of(points: Array) -> Array:
    """Return where points lie between the ends of their priors, 0 to 1."""
    return np.asarray(ndtr(points))

r"""Menus of contracts with many-dimensional types: Azevedo and Gottlieb (2017), Econometrica 85(1).

A contract x in [0, 1] covers the share x of a loss. A type (A, H, M, S) has risk aversion A,
moral hazard H, mean loss M and standard deviation S, all lognormal:

.. math:: u(x) = xM + x^2 H/2 + x(2-x) S^2 A/2, \qquad c(x) = xM + x^2 H.

Every price equals the average cost of its buyers. So that an empty contract has a price too,
behavioural consumers of zero cost and total mass 1 % are spread evenly over the menu:
``price = cost / (demand + 0.01 / n)``. Parameters and targets are those of the authors' code.

The solvers here are for menus of two contracts. A fine menu needs the authors' own algorithm:
adjusting prices one by one does not settle on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special
from scipy.stats import qmc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MEANS = (1e-5, 1330.0, 4340.0, float(np.sqrt(25_000.0**2 - 5_100.0**2)))
BEHAVIOURAL = 0.01


def log_covariance(variance_log_hazard: float) -> Floats:
    """Return the covariance of the logs of (A, H, M, S); log variance of H is .28 or .98."""
    return np.array(
        [
            [0.25, -0.01, -0.12, 0.0],
            [-0.01, variance_log_hazard, -0.03, 0.0],
            [-0.12, -0.03, 0.20, 0.0],
            [0.0, 0.0, 0.0, 0.25],
        ]
    )


@dataclass(frozen=True)
class Types:
    """Columns of types, each of shape (people,), float64.

    Attributes
    ----------
    aversion
        Absolute risk aversion [1/dollar].
    hazard, mean_loss, sd_loss
        Moral hazard, mean and standard deviation of the loss [dollar].
    """

    aversion: Floats
    hazard: Floats
    mean_loss: Floats
    sd_loss: Floats

    def value(self, coverage: float) -> Floats:
        """Return the willingness to pay for a contract [dollar]."""
        variance = self.sd_loss**2 * self.aversion
        moral = coverage**2 * self.hazard / 2
        return coverage * self.mean_loss + moral + coverage * (2 - coverage) * variance / 2

    def cost(self, coverage: float) -> Floats:
        """Return the expected cost of a contract [dollar]."""
        return coverage * self.mean_loss + coverage**2 * self.hazard


def types(n: int, variance_log_hazard: float, rng: np.random.Generator | None = None) -> Types:
    """Return ``n`` types; without a generator from an unscrambled Sobol sequence."""
    if rng is None:
        points = qmc.Sobol(4, scramble=False).random(n)
        normal = special.ndtri((points + 0.5 / n) % 1.0)
    else:
        normal = rng.standard_normal((n, 4))
    covariance = log_covariance(variance_log_hazard)
    logs = normal @ np.linalg.cholesky(covariance).T
    columns = np.exp(np.log(MEANS) - np.diag(covariance) / 2 + logs)
    return Types(*(np.ascontiguousarray(column) for column in columns.T))


@dataclass(frozen=True)
class Market:
    """Outcome of a menu.

    Attributes
    ----------
    prices, shares
        Price [dollar] and share of buyers [1] of each contract, shape (contracts,).
    mean_coverage
        Mean coverage of the buyers, E[x] [1].
    surplus
        Value less cost per head [dollar].
    """

    prices: Floats
    shares: Floats
    mean_coverage: float
    surplus: float


def equilibrium(
    people: Types,
    contracts: tuple[float, float],
    *,
    behavioural: float = BEHAVIOURAL,
    rounds: int = 200,
) -> Market:
    """Return where prices come to rest, starting from the mean cost of everybody.

    Parameters
    ----------
    people
        The types.
    contracts
        Coverages on offer, ascending [1]. Everyone takes one; include 0 for "no cover".
    behavioural
        Total mass of zero-cost consumers relative to the types [1].
    rounds
        Number of rounds; in each, prices become last round's average costs.
    """
    values = np.stack([people.value(x) for x in contracts])
    costs = np.stack([people.cost(x) for x in contracts])
    n = values.shape[1]
    mass = behavioural * n / len(contracts)
    prices = costs.mean(axis=1)
    best = np.zeros(n, dtype=np.int64)
    for _ in range(rounds):
        best = np.argmax(values - prices[:, None], axis=0)
        demand = np.bincount(best, minlength=len(contracts))
        total = np.bincount(best, costs[best, np.arange(n)], minlength=len(contracts))
        prices = np.divide(total, demand + mass, out=prices.copy(), where=demand + mass > 0)
    return _market(contracts, prices, best, values - costs)


def second_best(people: Types, pair: tuple[float, float]) -> Market:
    """Return what a planner achieves with two contracts by setting the price difference only.

    People still choose: whoever values the step up at the difference or more takes it. The
    planner picks the cutoff with the largest total of value less cost.
    """
    low, high = pair
    step_up = people.value(high) - people.value(low)
    gain = step_up - (people.cost(high) - people.cost(low))
    order = np.argsort(-step_up)
    total = np.concatenate([[0.0], np.cumsum(gain[order])])
    n_high = int(np.argmax(total))
    best = np.zeros(len(gain), dtype=np.int64)
    best[order[:n_high]] = 1
    surplus = np.stack([people.value(x) - people.cost(x) for x in pair])
    difference = float(step_up[order[n_high - 1]]) if n_high else float("inf")
    return _market(pair, np.array([0.0, difference]), best, surplus)


def first_best(people: Types, contracts: Sequence[float]) -> Market:
    """Return the assignment of every type to the contract with the largest surplus."""
    surplus = np.stack([people.value(x) - people.cost(x) for x in contracts])
    best = np.argmax(surplus, axis=0)
    return _market(contracts, np.full(len(contracts), np.nan), best, surplus)


def pure_pool(people: Types, coverage: float, rounds: int = 200) -> Market:
    """Return one contract against no cover, price = average cost, no behavioural consumers."""
    return equilibrium(people, (0.0, coverage), behavioural=0.0, rounds=rounds)


def _market(
    contracts: Sequence[float], prices: Floats, best: NDArray[np.int64], surplus: Floats
) -> Market:
    n = len(best)
    shares = np.bincount(best, minlength=len(contracts)) / n
    gain = float(surplus[best, np.arange(n)].mean())
    return Market(prices, shares, float(shares @ np.asarray(contracts)), gain)

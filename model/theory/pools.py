r"""One pool that shares its cost equally: rest point, slope and path for families of risk.

Member *i* costs c and values cover at v. With an observed contribution p the people with
v >= p stay, so the large pool follows the map

.. math:: p_{t+1} = \Phi(p_t) = (1 + \lambda) E[c | v \ge p_t].

A rest point is the crossing of demand and loaded average cost (Akerlof 1970; Einav, Finkelstein
and Cullen 2010). If the marginal cost does not fall with v, a pool that starts full moves
monotonically to the rest point with the largest membership.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RestPoint:
    """Where a pool comes to rest.

    Attributes
    ----------
    take_up
        Share of the population who are members [1].
    contribution
        Contribution per member and period, infinite for an empty unbounded family [yuan].
    cutoff
        Cost (or probability) of the member at the margin.
    slope
        Slope of the map at the rest point; stable where its size is below 1 [1].
    """

    take_up: float
    contribution: float
    cutoff: float
    slope: float


def uniform(risk_premium: float, fee: float) -> RestPoint:
    """Return the rest point for c ~ U[0, 1], v = (1 + risk_premium) c.

    ``x* = (1+fee) / (2(1+a) - (1+fee))``, slope ``(1+fee) / (2(1+a))``: the cutoff obeys an
    affine map. The pool empties if and only if risk_premium <= fee.
    """
    slope = (1 + fee) / (2 * (1 + risk_premium))
    if risk_premium <= fee:
        return RestPoint(0.0, 1 + fee, 1.0, slope)
    cutoff = (1 + fee) / (2 * (1 + risk_premium) - (1 + fee))
    return RestPoint(1 - cutoff, (1 + risk_premium) * cutoff, cutoff, slope)


def uniform_path(risk_premium: float, fee: float, periods: int) -> tuple[Floats, Floats]:
    """Return take-up and contribution at t = 0 .. ``periods``: ``x_t = x* (1 - r^t)``."""
    slope = (1 + fee) / (2 * (1 + risk_premium))
    cutoff = slope / (1 - slope) * (1 - slope ** np.arange(periods + 1))
    cutoff = np.minimum(cutoff, 1.0)
    return 1 - cutoff, (1 + fee) * (1 + cutoff) / 2


def uniform_stays_full(ratio: float, risk_premium: float, fee: float) -> bool:
    """Return whether nobody leaves when c ~ U[a, b] with ``ratio`` = b / a."""
    return ratio <= 2 * (1 + risk_premium) / (1 + fee) - 1


def uniform_additive(extra: float) -> float:
    """Return the take-up for c ~ U[0, 1], v = c + ``extra``, no fee: min(1, 2 extra)."""
    return min(1.0, 2 * extra)


def exponential(risk_premium: float, fee: float, mean: float = 1.0) -> RestPoint:
    """Return the rest point for c ~ Exp(mean), v = (1 + risk_premium) c.

    The exponential has no memory, so ``E[c | c >= x] = mean + x`` and
    ``q* = exp(-(1+fee) / (risk_premium - fee))``.
    """
    slope = (1 + fee) / (1 + risk_premium)
    if risk_premium <= fee:
        return RestPoint(0.0, math.inf, math.inf, slope)
    cutoff = (1 + fee) * mean / (risk_premium - fee)
    return RestPoint(math.exp(-cutoff / mean), (1 + risk_premium) * cutoff, cutoff, slope)


def exponential_additive_path(extra: float, periods: int, mean: float = 1.0) -> Floats:
    """Return take-up for c ~ Exp(mean), v = c + ``extra``, no fee: it never settles.

    The cutoff rises by ``mean - extra`` each period, unless nobody ever leaves.
    """
    return np.asarray(np.exp(-np.arange(periods + 1) * max(0.0, mean - extra) / mean))


def pareto_path(shape: float, risk_premium: float, fee: float, periods: int) -> Floats:
    """Return take-up for c ~ Pareto(shape), v = (1 + risk_premium) c: all or nothing.

    ``g = (1+fee) shape / ((shape-1)(1+risk_premium))``. If g <= 1 nobody leaves; otherwise the
    contribution grows by g each period for ever and ``q_t = g^(-shape t)``.
    """
    growth = (1 + fee) * shape / ((shape - 1) * (1 + risk_premium))
    return max(growth, 1.0) ** (-shape * np.arange(periods + 1.0))


def cara_multiple(aversion_times_loss: float) -> float:
    """Return willingness to pay over expected cost for a small risk: (e^aB - 1) / aB."""
    return math.expm1(aversion_times_loss) / aversion_times_loss


def lognormal_cara(
    aversion_times_loss: float, sigma: float, fee: float, median: float | None = 0.0015
) -> RestPoint:
    """Return the rest point for a lognormal loss probability and CARA utility, loss 1.

    Parameters
    ----------
    aversion_times_loss
        Absolute risk aversion times the loss, aB [1].
    sigma
        Standard deviation of the log probability [1].
    fee
        Management fee as a share of the benefits [1].
    median
        Median probability [1]; the value of cover is then exact,
        ``ln(1 + theta (e^aB - 1)) / aB``. None takes the limit of small probabilities.
    """

    def value(theta: float) -> float:
        if median is None:
            return cara_multiple(aversion_times_loss) * theta
        return math.log1p(theta * math.expm1(aversion_times_loss)) / aversion_times_loss

    scale = median or 1.0

    def contribution(z: float) -> float:
        # Tails in logs: far out, the two normal probabilities underflow.
        log_ratio = special.log_ndtr(sigma - z) - special.log_ndtr(-z)
        return float((1 + fee) * scale * math.exp(sigma**2 / 2 + log_ratio))

    # A probability ends at 1: without a root below it only the certain losses remain.
    top = 8.0 if median is None else min(8.0, -math.log(scale) / sigma)
    z = _first_root(
        lambda z: contribution(z) - value(scale * math.exp(sigma * z)), np.linspace(-8, top, 1601)
    )
    theta = scale * math.exp(sigma * z)
    slope = _derivative(contribution, z) / _derivative(
        lambda z: value(scale * math.exp(sigma * z)), z
    )
    return RestPoint(float(special.ndtr(-z)), contribution(z), theta, slope)


@dataclass(frozen=True)
class BivariateLognormal:
    """Correlated lognormal cost and willingness to pay; the sign of selection is the sign of rho.

    Attributes
    ----------
    correlation
        Correlation of the logs [1].
    mean_log_wtp, sd_log_wtp, sd_log_cost
        Moments of the logs; mean log cost is 0.
    fee
        Management fee as a share of benefits [1].
    """

    correlation: float
    mean_log_wtp: float = math.log(1.5)
    sd_log_wtp: float = 1.0
    sd_log_cost: float = 1.0
    fee: float = 0.0

    def _z(self, price: float) -> float:
        return (self.mean_log_wtp - math.log(price)) / self.sd_log_wtp

    def demand(self, price: float) -> float:
        """Return the share of people who value cover at ``price`` or more."""
        return float(special.ndtr(self._z(price)))

    def average_cost(self, price: float) -> float:
        """Return the loaded mean cost of those who stay."""
        z = self._z(price)
        tilt = special.log_ndtr(z + self.correlation * self.sd_log_cost) - special.log_ndtr(z)
        return (1 + self.fee) * math.exp(self.sd_log_cost**2 / 2 + float(tilt))

    def marginal_cost(self, price: float) -> float:
        """Return the mean cost of the people who value cover at exactly ``price``."""
        rho_s = self.correlation * self.sd_log_cost
        residual = self.sd_log_cost**2 * (1 - self.correlation**2) / 2
        return math.exp(-rho_s * self._z(price) + residual)

    def rest_point(self) -> RestPoint:
        """Return the crossing with the largest membership."""
        log_price = _first_root(
            lambda y: self.average_cost(math.exp(y)) - math.exp(y), np.linspace(-6, 8, 1401)
        )
        price = math.exp(log_price)
        slope = _derivative(self.average_cost, price)
        return RestPoint(self.demand(price), price, price, slope)


def slope_of_map(hazard: float, contribution: float, marginal_cost: float, fee: float) -> float:
    """Return the slope of the map: hazard of willingness to pay times the loaded mark-up.

    ``Phi'(p) = h(p) (Phi(p) - (1+fee) m(p))``: positive exactly where the people at the margin
    are cheaper than the average, that is under adverse selection.
    """
    return hazard * (contribution - (1 + fee) * marginal_cost)


def follow_map(cost: Floats, wtp: Floats, fee: float, periods: int) -> tuple[Floats, Floats]:
    """Return take-up and contribution of a brute-force population under free re-entry.

    The reference for every family above: sort by willingness to pay, average the tail.

    Parameters
    ----------
    cost, wtp
        Expected cost and willingness to pay, shape (people,), float64 [yuan per period].
    fee
        Management fee as a share of the benefits [1].
    periods
        Number of periods after the start.
    """
    order = np.argsort(wtp)
    sorted_wtp = wtp[order]
    tail = np.cumsum(cost[order][::-1])[::-1]
    take_up, contribution = np.ones(periods + 1), np.empty(periods + 1)
    contribution[0] = (1 + fee) * cost.mean()
    for t in range(1, periods + 1):
        first = int(np.searchsorted(sorted_wtp, contribution[t - 1]))
        n = len(cost) - first
        take_up[t] = n / len(cost)
        contribution[t] = (1 + fee) * tail[first] / n if n else contribution[t - 1]
    return take_up, contribution


def _first_root(gap: Callable[[float], float], grid: Floats) -> float:
    """Return the smallest root of ``gap`` on the grid, refined by Brent's method."""
    values = np.array([gap(float(x)) for x in grid])
    below = np.flatnonzero(values <= 0)
    if not len(below):
        return float(grid[-1])
    first = int(below[0])
    if first == 0:
        return float(grid[0])
    return float(optimize.brentq(gap, grid[first - 1], grid[first], xtol=1e-13))


def _derivative(function: Callable[[float], float], x: float, step: float = 1e-5) -> float:
    return (function(x + step) - function(x - step)) / (2 * step)

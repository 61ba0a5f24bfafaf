"""Trade under asymmetric information: Akerlof, Hendren, Rothschild and Stiglitz."""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize


def akerlof_prices(multiple: float, periods: int) -> list[float]:
    """Return the prices of the lemons market, quality U[0, 2], buyers value it ``multiple`` fold.

    Sellers offer quality up to the price, so ``p' = multiple * min(p, 2) / 2``, from p = 2
    (Akerlof 1970, QJE 84(3)). Trade survives if and only if multiple >= 2.
    """
    prices = [2.0]
    for _ in range(periods):
        prices.append(multiple * min(prices[-1], 2.0) / 2)
    return prices


def akerlof_volume(multiple: float) -> float:
    """Return the share of sellers who trade at rest."""
    return 1.0 if multiple >= 2 else 0.0


def no_trade(aversion_times_loss: float) -> bool:
    """Return whether no contract at all is traded, P ~ U[0, 1], CARA (Hendren 2013).

    No contract trades if the marginal rate of substitution ``e^aB`` is within the smallest
    pooled price ratio ``T(p) = E(P|P>=p) / (1 - E(P|P>=p)) * (1-p) / p = (1+p) / p``.
    """
    return math.exp(aversion_times_loss) <= smallest_price_ratio()


def price_ratio(p: float) -> float:
    """Return T(p) for P ~ U[0, 1]."""
    mean_above = (1 + p) / 2
    return mean_above / (1 - mean_above) * (1 - p) / p


def smallest_price_ratio() -> float:
    """Return the infimum of T over (0, 1): T falls in p, so its limit at 1."""
    return float(min(price_ratio(p) for p in np.linspace(1e-6, 1 - 1e-9, 10_001)))


def full_cover_pool_trades(aversion_times_loss: float) -> bool:
    """Return whether a pool of full cover at average cost holds anyone, P ~ U[0, 1], CARA.

    The best-placed margin is at the very top: there the value of cover falls by
    ``(1 - e^-aB) / aB`` per unit of risk, the average cost by one half.
    """
    a = aversion_times_loss
    return -math.expm1(-a) / a < 0.5


def _cost_of_risk(probability: float, coverage: float, aversion: float) -> float:
    """Certainty equivalent of the uncovered part of a loss of 1 under CARA."""
    return math.log1p(probability * math.expm1(aversion * (1 - coverage))) / aversion


def separating_coverage(p_low: float, p_high: float, aversion: float) -> float:
    """Return the coverage of low risks that keeps high risks away (Rothschild-Stiglitz 1976).

    High risks are indifferent between full cover at their fair price and the low-risk contract:
    ``p_low k + CE(p_high, k) = p_high``.

    Parameters
    ----------
    p_low, p_high
        Loss probabilities of the two types [1]; the loss is 1.
    aversion
        Absolute risk aversion times the loss [1].
    """

    def envy(k: float) -> float:
        return p_low * k + _cost_of_risk(p_high, k, aversion) - p_high

    return float(optimize.brentq(envy, 0.0, 1.0))


def existence_threshold(p_low: float, p_high: float, aversion: float) -> float:
    """Return the share of high risks at and above which the separating equilibrium exists.

    Below it, low risks prefer their best contract at the pooled price.
    """
    k = separating_coverage(p_low, p_high, aversion)
    separate = p_low * k + _cost_of_risk(p_low, k, aversion)

    def gain(share_high: float) -> float:
        pooled_price = p_low + share_high * (p_high - p_low)
        best = optimize.minimize_scalar(
            lambda x: pooled_price * x + _cost_of_risk(p_low, x, aversion),
            bounds=(0.0, 1.0),
            method="bounded",
            options={"xatol": 1e-12},
        )
        return separate - float(best.fun)

    return float(optimize.brentq(gain, 1e-6, 0.999))

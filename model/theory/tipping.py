r"""Two types of risk: the jump between two rest points, and the fold where one disappears.

A share ``pi`` of high risks never leaves; the low risks stay while the common contribution is
within their willingness to pay. With one value of cover for all low risks the pool holds all or
none of them. With a spread of values there can be three rest points (stable, unstable, empty of
low risks): a shock or a slow drift tips the pool, and undoing the drift does not restore it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class TwoType:
    """High risks who never leave and low risks who may.

    Attributes
    ----------
    share_high
        Share of high risks in the population [1].
    cost_high, cost_low
        Expected cost [yuan per period].
    wtp_low
        (Mean) willingness to pay of low risks [yuan per period].
    half_width
        Half the width of the even spread of the low risks' willingness to pay [yuan].
    """

    share_high: float = 0.1
    cost_high: float = 5.0
    cost_low: float = 1.0
    wtp_low: float = 1.8
    half_width: float = 0.0

    def contribution(self, retention: float, fee: float) -> float:
        """Return the contribution when a share ``retention`` of low risks are members."""
        low = (1 - self.share_high) * retention
        cost = self.share_high * self.cost_high + low * self.cost_low
        return (1 + fee) * cost / (self.share_high + low)

    def next_retention(self, contribution: float) -> float:
        """Return the share of low risks who stay at an observed contribution (ties stay)."""
        if self.half_width == 0:
            return float(contribution <= self.wtp_low)
        top = self.wtp_low + self.half_width
        return min(1.0, max(0.0, (top - contribution) / (2 * self.half_width)))

    def path(self, fee: float, periods: int) -> list[tuple[float, float]]:
        """Return (take-up, contribution) at t = 0 .. ``periods`` from a full pool."""
        retention, states = 1.0, []
        for _ in range(periods + 1):
            contribution = self.contribution(retention, fee)
            states.append((self.share_high + (1 - self.share_high) * retention, contribution))
            retention = self.next_retention(contribution)
        return states

    def critical_share_high(self, fee: float) -> float:
        """Return the share of high risks above which low risks without spread leave."""
        excess = self.wtp_low / (1 + fee) - self.cost_low
        return excess / (self.cost_high - self.cost_low)

    def critical_wtp_low(self, fee: float) -> float:
        """Return the value of cover below which low risks without spread leave a full pool."""
        return self.contribution(1.0, fee)

    def _quadratic(self, fee: float) -> tuple[float, float, float]:
        """Coefficients of the retention equation, highest power first."""
        pi, w, top = self.share_high, self.half_width, self.wtp_low + self.half_width
        loading = 1 + fee
        return (
            -2 * w * (1 - pi),
            top * (1 - pi) - 2 * w * pi - loading * (1 - pi) * self.cost_low,
            top * pi - loading * pi * self.cost_high,
        )

    def interior_retentions(self, fee: float) -> tuple[float, ...]:
        """Return the retentions at rest strictly between 0 and 1: (unstable, stable) or ()."""
        a, b, c = self._quadratic(fee)
        discriminant = b * b - 4 * a * c
        if discriminant < 0:
            return ()
        root = math.sqrt(discriminant)
        return tuple(x for x in sorted([(-b + root) / (2 * a), (-b - root) / (2 * a)]) if 0 < x < 1)

    def fold(self) -> tuple[float, float, float]:
        """Return (fee, retention, contribution) where the two interior rest points merge.

        The discriminant is a quadratic in 1 + fee; the smaller root is the fold reached from
        below.
        """
        a, b0, c0 = self._quadratic(-1.0)
        _, b1, c1 = self._quadratic(0.0)
        db, dc = b1 - b0, c1 - c0
        # discriminant(L) = (b0 + db L)^2 - 4 a (c0 + dc L), with L = 1 + fee
        qa, qb, qc = db * db, 2 * b0 * db - 4 * a * dc, b0 * b0 - 4 * a * c0
        loading = (-qb - math.sqrt(qb * qb - 4 * qa * qc)) / (2 * qa)
        retention = -(b0 + db * loading) / (2 * a)
        return loading - 1, retention, self.contribution(retention, loading - 1)

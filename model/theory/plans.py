r"""Two plans and a partly subsidised difference: the spiral of Cutler and Reber (1998).

Sickness s ~ U[0, 1]. The generous plan costs g s, the basic plan b s, and the generous one is
worth tau s more. Members pay the share 1 - phi of the difference of last period's average costs
(phi = 1 would be no price at all for generosity, phi = 0 is an equal-contribution voucher). The
people sicker than x choose the generous plan, with

.. math:: x' = (1-\phi)\,(g + (g-b)\,x) / (2\tau).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TwoPlans:
    """Costs and values of the two plans, per unit of sickness [yuan]."""

    cost_generous: float = 1.0
    cost_basic: float = 0.8
    extra_value: float = 0.3

    def share_generous(self, subsidy: float) -> float:
        """Return the share in the generous plan at rest, 0 if it dies."""
        paid = 1 - subsidy
        gap = self.cost_generous - self.cost_basic
        denominator = 2 * self.extra_value - paid * gap
        if denominator <= 0:
            return 0.0
        return max(0.0, 1 - paid * self.cost_generous / denominator)

    def critical_subsidy(self) -> float:
        """Return the subsidy of the difference at and below which the generous plan dies."""
        return 1 - 2 * self.extra_value / (2 * self.cost_generous - self.cost_basic)

    def generous_is_efficient(self) -> bool:
        """Return whether everyone belongs in the generous plan: value gap above cost gap."""
        return self.extra_value > self.cost_generous - self.cost_basic

    def path(
        self, share: float, subsidy: float, kappa: float, periods: int, n: int = 20_000
    ) -> Floats:
        """Return the share in the generous plan at t = 0 .. ``periods`` (expected values).

        Starts with the sickest ``share`` in the generous plan; each period a share ``kappa``
        reviews, at last period's average costs.
        """
        sickness = (np.arange(n) + 0.5) / n
        generous = (sickness > 1 - share).astype(float)
        shares = np.empty(periods + 1)
        shares[0] = generous.mean()
        for t in range(1, periods + 1):
            average_generous = self.cost_generous * (generous @ sickness) / generous.sum()
            basic = 1 - generous
            average_basic = self.cost_basic * (basic @ sickness) / max(basic.sum(), 1e-12)
            extra_price = (1 - subsidy) * (average_generous - average_basic)
            target = (self.extra_value * sickness >= extra_price).astype(float)
            generous = generous + kappa * (target - generous)
            shares[t] = generous.mean()
            if shares[t] == 0:
                shares[t:] = 0.0
                break
        return shares

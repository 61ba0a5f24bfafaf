"""Linear demand and cost: equilibrium, efficient point and welfare triangle.

Einav, Finkelstein and Cullen (2010), "Estimating welfare in insurance markets using variation in
prices", QJE 125(3): demand D(p), average cost AC(p) and marginal cost MC(p) of the buyers. The
market rests where p = AC(p); welfare is largest where p = MC(p).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LinearMarket:
    """Two straight lines in price; the defaults are the rounded estimates for Alcoa.

    Attributes
    ----------
    demand_intercept, demand_slope
        Take-up at price 0 [1] and its change per dollar [1/dollar].
    cost_intercept, cost_slope
        Average cost at price 0 [dollar] and its change per dollar of price [1].
    """

    demand_intercept: float = 0.940
    demand_slope: float = -0.00070
    cost_intercept: float = 391.690
    cost_slope: float = 0.155

    def take_up(self, price: float) -> float:
        """Return D(p)."""
        return self.demand_intercept + self.demand_slope * price

    def average_cost(self, price: float) -> float:
        """Return AC(p)."""
        return self.cost_intercept + self.cost_slope * price

    def marginal_cost(self, price: float) -> float:
        """Return MC(p) = (AC D)' / D'."""
        return self.average_cost(price) + self.cost_slope * self.take_up(price) / self.demand_slope

    def equilibrium_price(self) -> float:
        """Return the price at which price equals average cost."""
        return self.cost_intercept / (1 - self.cost_slope)

    def efficient_price(self) -> float:
        """Return the price at which price equals marginal cost."""
        constant = self.marginal_cost(0.0)
        return constant / (1 - (self.marginal_cost(1.0) - constant))

    def deadweight_loss(self) -> float:
        """Return the triangle between demand and marginal cost [dollar per eligible person]."""
        price = self.equilibrium_price()
        missing = self.take_up(self.efficient_price()) - self.take_up(price)
        return missing * (price - self.marginal_cost(price)) / 2

    def efficient_surplus(self) -> float:
        """Return the largest surplus, the triangle from take-up 0 [dollar per eligible person]."""
        choke = -self.demand_intercept / self.demand_slope
        height = choke - self.marginal_cost(choke)
        return self.take_up(self.efficient_price()) * height / 2

    def hazard(self, price: float) -> float:
        """Return the hazard of willingness to pay, -D' / D [1/dollar]."""
        return -self.demand_slope / self.take_up(price)

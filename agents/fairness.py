"""Fairness: how much a contribution hurts beyond its price."""

from __future__ import annotations

from agents.compiled import rule
from agents.population import People
from agents.terms import Rates


@rule
def unfairness(
    i: int, k: int, contribution: float, people: People, rates: Rates
) -> tuple[float, float]:
    """Return how unfair a contribution to plan k feels to person i [yuan], in two parts.

    The first is disadvantageous inequity (Fehr and Schmidt 1999): paying more than what one takes
    for the own expected benefit. The second is a loss against the reference contribution (Kahneman
    and Tversky 1979); an outsider has no reference yet.
    """
    above_cost = max(contribution - people.perceived_cost[k, i], 0.0)
    above_reference = max(contribution - people.reference_contribution[i], 0.0)
    felt = people.fairness_concern[i] * 1.0
    own_cost = felt * rates.disadvantage_aversion * above_cost
    reference = felt * rates.loss_aversion * above_reference if people.plan[i] == k else 0.0
    return own_cost, reference

"""The insurer: the outside option, rated by risk and underwritten."""

from __future__ import annotations

import math

from agents.compiled import rule
from agents.perception import believed_incidence, cara_willingness, illness_probability
from agents.population import People
from agents.terms import Rates

NOT_OFFERED = -math.inf
"""Value of an option that a person does not have."""


@rule
def premium(age: int, female: bool, rates: Rates) -> float:
    """Return the premium for a period [yuan]: expected benefit by age and sex ÷ loss ratio."""
    table = rates.incidence[1 if female else 0, age]
    risk = illness_probability(table, rates.period_length)
    return risk * rates.insurer_benefit / rates.insurer_loss_ratio


@rule
def value_of_insurance(i: int, age: int, people: People, rates: Rates) -> float:
    """Return what the insurer's policy is worth to person i beyond its premium [yuan per period].

    The premium is rated by age and sex at the target loss ratio; the frailest are rejected.
    """
    if people.frailty[i] > rates.insurer_frailty:
        return NOT_OFFERED
    benefit = rates.insurer_benefit
    table = rates.incidence[1 if people.female[i] else 0, age]
    believed = believed_incidence(i, table, people, rates)
    risk = illness_probability(believed, rates.period_length)
    worth = cara_willingness(risk, benefit, people.risk_aversion[i] * 1.0)
    return worth - people.price_weight[i] * premium(age, people.female[i], rates)

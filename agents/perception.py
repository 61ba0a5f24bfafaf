"""Perceive: what people think membership costs, and what it is worth to them."""

from __future__ import annotations

import math

from agents.compiled import rule, sweep, unsigned
from agents.population import People
from agents.terms import (
    BY_AGE,
    BY_COST,
    BY_PREMIUM,
    EVERYBODY,
    GIVEN,
    LOW_RISK,
    N_AGES,
    PROPORTIONAL,
    Quotes,
    Rates,
    Terms,
)

SMALL_STAKE = 1e-8
"""Risk aversion × benefit below which people are as good as risk neutral."""
LARGE_STAKE = 50.0
"""Risk aversion × benefit above which exp of it is avoided."""


@rule
def own_contribution(flat: float, slope: float, share_index: float) -> float:
    """Return what one member pays for a period [yuan]: a flat part and one by share index."""
    return flat + slope * share_index


@rule
def revised(belief: float, speed: float, seen: float) -> float:
    """Return a belief moved toward what was seen (adaptive expectation)."""
    return belief + speed * (seen - belief)


@rule
def age_at(age_at_start: float, period: int, rates: Rates) -> int:
    """Return the completed years of age at the end of a period."""
    years = age_at_start + (period * rates.period_length if rates.ageing else 0.0)
    return int(min(max(math.floor(years), 0.0), N_AGES - 1.0))


@rule
def perceived_incidence(
    table: float, own: float, private_information: float, error: float
) -> float:
    """Return what a person takes for the own incidence [1/year].

    A geometric mix of what age and sex tell and of the own incidence,
    table^(1 − κ) · own^κ; `error` is on the log scale.
    """
    mistake = 1.0 if error == 0.0 else math.exp(error)
    if private_information == 1.0 or table <= 0.0 or own <= 0.0:
        return own * mistake
    return table * (own / table) ** private_information * mistake


@rule
def illness_probability(incidence: float, period_length: float) -> float:
    """Return the probability to fall ill within a period, at constant incidence.

    1 − exp(−x) with x = incidence × length; four terms of its series hold all digits of a small x.
    """
    x = incidence * period_length
    if x < 1e-3:
        return x * (1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0)))
    return -math.expm1(-x)


@rule
def cara_willingness(probability: float, benefit: float, risk_aversion: float) -> float:
    """Return the largest sure payment for cover of one possible loss under CARA utility [yuan].

    W = ln(1 + p (exp(aB) − 1)) / a, which tends to pB as a → 0.
    """
    stake = risk_aversion * benefit
    if stake < SMALL_STAKE:
        return probability * benefit
    if stake < LARGE_STAKE:
        return math.log1p(probability * math.expm1(stake)) / risk_aversion
    if probability <= 0.0:
        return 0.0
    return benefit + math.log(probability + (1.0 - probability) * math.exp(-stake)) / risk_aversion


@rule
def willingness(
    family: int, probability: float, benefit: float, risk_aversion: float, risk_premium: float
) -> float:
    """Return what cover for a period is worth [yuan], in the family that the scenario names."""
    if family == PROPORTIONAL:
        return (1.0 + risk_premium) * probability * benefit
    return cara_willingness(probability, benefit, risk_aversion)


@sweep
def revise_beliefs(first: int, last: int, people: People, quotes: Quotes, rates: Rates) -> None:
    """Move the expected and the reference contribution toward the announced one."""
    for k in range(quotes.flat.size):
        flat, slope = quotes.flat[k], quotes.slope[k]
        expected, index = people.expected_contribution[k], people.share_index[k]
        for i in range(unsigned(first), unsigned(last)):
            seen = own_contribution(flat, slope, index[i])
            expected[i] = revised(expected[i], rates.contribution_learning, seen)
        if rates.reference_adaptation > 0.0:
            for i in range(unsigned(first), unsigned(last)):
                seen = own_contribution(flat, slope, index[i])
                moved = revised(people.reference_contribution[i], rates.reference_adaptation, seen)
                ours = people.plan[i] == k
                people.reference_contribution[i] = (
                    moved if ours else people.reference_contribution[i]
                )


@rule
def lasting_error(i: int, people: People, rates: Rates) -> float:
    """Return person i's lasting error about the own risk, on the log scale."""
    return rates.perception_noise * people.misjudgement[i]


@rule
def believed_incidence(i: int, table: float, people: People, rates: Rates) -> float:
    """Return what person i takes for the own incidence [1/year], given that by age and sex.

    Whose expected cost is given knows it as well as perception noise allows.
    """
    own, error = people.incidence[i], lasting_error(i, people, rates)
    if rates.cost_given:
        return own * math.exp(error)
    return perceived_incidence(table, own, rates.private_information, error)


@rule
def is_subsidised(i: int, k: int, people: People, terms: Terms, rates: Rates) -> bool:
    """Whether plan k's subsidy goes to person i: to all, to low risks or to low incomes."""
    if terms.subsidy_for[k] == EVERYBODY:
        return True
    if terms.subsidy_for[k] == LOW_RISK:
        return people.risk_quartile[i] < 2
    return people.income[i] < rates.income_median


@rule
def full_index(i: int, k: int, people: People, terms: Terms, rates: Rates) -> float:
    """Return what i's contribution to plan k is in proportion to: a cost, a weight or a premium."""
    age = int(people.age[i])
    if terms.index_kind[k] == BY_COST:
        return people.expected_cost[k, i] * 1.0
    if terms.index_kind[k] == BY_AGE:
        return terms.relativity[k, age]
    if terms.index_kind[k] == BY_PREMIUM:
        return terms.premium[k, age] * rates.period_length
    table = rates.incidence[1 if people.female[i] else 0, age]
    risk = illness_probability(table, rates.period_length)
    return risk * terms.benefit[k, age] / terms.target_loss_ratio[k]


@rule
def share_index_of(i: int, k: int, people: People, terms: Terms, rates: Rates) -> float:
    """Return the same after a subsidy that only some get."""
    index = full_index(i, k, people, terms, rates)
    if terms.subsidy_for[k] == EVERYBODY or not is_subsidised(i, k, people, terms, rates):
        return index
    return (1.0 - terms.subsidy[k]) * index


@sweep
def appraise(
    first: int, last: int, period: int, people: People, terms: Terms, rates: Rates
) -> None:
    """Work out what depends on age: incidence, expected cost, worth and share index."""
    for i in range(unsigned(first), unsigned(last)):
        people.age[i] = age_at(people.age_at_start[i], period, rates)
        appraise_person(i, people, terms, rates)


@sweep
def appraise_person(i: int, people: People, terms: Terms, rates: Rates) -> None:
    """Work out for one person, at the present age and tenure, what cover costs and is worth."""
    age = int(people.age[i])
    table = rates.incidence[1 if people.female[i] else 0, age]
    if not rates.cost_given:
        people.incidence[i] = table * people.frailty[i]
    risk = illness_probability(people.incidence[i], rates.period_length)
    believed = believed_incidence(i, table, people, rates)
    perceived_risk = illness_probability(believed, rates.period_length)
    for k in range(terms.fee.size):
        benefit = benefit_of(i, k, age, people, terms, rates)
        people.perceived_cost[k, i] = perceived_risk * benefit
        if rates.cost_given:
            mistake = math.exp(lasting_error(i, people, rates))
            people.perceived_cost[k, i] = people.expected_cost[k, i] * mistake
        else:
            people.expected_cost[k, i] = risk * benefit
        if rates.willingness != GIVEN:
            people.willingness_to_pay[k, i] = willingness(
                rates.willingness,
                perceived_risk,
                benefit,
                people.risk_aversion[i],
                rates.risk_premium,
            )
        people.share_index[k, i] = share_index_of(i, k, people, terms, rates)


@rule
def benefit_of(i: int, k: int, age: int, people: People, terms: Terms, rates: Rates) -> float:
    """Return the benefit of plan k to person i [yuan]: by age, and for its members by tenure."""
    if terms.loyalty[k] == 0.0 or people.plan[i] != k:
        return terms.benefit[k, age]
    grown = min(people.tenure[i] * rates.period_length / terms.loyalty_years[k], 1.0)
    return terms.benefit[k, age] * (1.0 + terms.loyalty[k] * grown)

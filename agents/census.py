"""Measure: count and sum over everybody, once, at the end of a period."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from agents.choice import takes_in, value_of_membership
from agents.compiled import builder, rule, sweep
from agents.membership import effective_cost, is_member
from agents.perception import age_at, own_contribution
from agents.population import AIDED, DIED, INELIGIBLE, WAITING, People
from agents.tallies import (
    AGE,
    CELLS,
    CHORUS,
    COST,
    ELIGIBLE,
    ELIGIBLE_INCIDENCE,
    FIRST_BEST,
    FULL_COST,
    GAPS,
    INCIDENCE,
    INDEX,
    INSURED,
    LEANING,
    LEANING_COST,
    MEMBERS,
    N_IN_CELL,
    N_QUARTILES,
    NEW_COST,
    NEW_MEMBERS,
    PEOPLE,
    SENTIMENT,
    STAYING,
    STAYING_COST,
    WAITING_MEMBERS,
    WORTH,
)
from agents.talk import voice
from agents.terms import Quotes, Rates, Terms

KERNEL = 0.03
"""Width of the kernel for the local map where choice has no noise, relative to the contribution."""
SAMPLE = 65_536
"""People at most whose local response is measured; above, every so-manieth person."""


@rule
def age_band(age: int) -> int:
    """Return the band of an age: under 30, 30s, 40s, 50s, 60 and over."""
    return min(max(age // 10 - 2, 0), 4)


@rule
def is_eligible(i: int, k: int, age: int, people: People, terms: Terms) -> bool:
    """Whether person i is a member of plan k or could become one."""
    status = people.status[i]
    if people.plan[i] == k:
        return True
    if status == AIDED or status == DIED or status == INELIGIBLE:
        return False
    return takes_in(i, k, age, people, terms)


@rule
def leaning(
    i: int, k: int, contribution: float, head: float, people: People, rates: Rates
) -> tuple[float, float]:
    """Return how likely person i wants plan k at a contribution, and how fast that falls.

    The second number is the derivative with respect to the contribution per head `head`.
    """
    noise = max(rates.choice_noise, KERNEL * head)
    value = value_of_membership(i, k, contribution, people, rates)
    wants = 1.0 / (1.0 + math.exp(-min(max(value / noise, -500.0), 500.0)))
    felt = people.fairness_concern[i] * 1.0
    weight = people.price_weight[i] * 1.0
    if contribution > people.expected_cost[k, i]:
        weight += felt * rates.disadvantage_aversion
    if people.plan[i] == k and contribution > people.reference_contribution[i]:
        weight += felt * rates.loss_aversion
    return wants, -wants * (1.0 - wants) / noise * weight * contribution / head


@rule
def measure_member(
    i: int,
    k: int,
    age: int,
    cost: float,
    contribution: float,
    people: People,
    terms: Terms,
    row: Any,
) -> None:
    """Add member i of plan k to the plan's totals."""
    row[MEMBERS] += 1.0
    row[WAITING_MEMBERS] += people.status[i] == WAITING
    row[COST] += cost
    if people.tenure[i] == 1:
        row[NEW_MEMBERS] += 1.0
        row[NEW_COST] += cost
    row[FULL_COST] += people.expected_cost[k, i]
    row[INCIDENCE] += people.incidence[i]
    row[AGE] += age
    row[WORTH] += people.willingness_to_pay[k, i]
    row[INDEX] += people.share_index[k, i]
    row[GAPS] += abs(contribution / (1.0 + terms.fee[k]) - cost)


@sweep
def measure(
    first: int,
    last: int,
    people: People,
    quotes: Quotes,
    heads: Any,
    terms: Terms,
    rates: Rates,
    tallies: Any,
) -> None:
    """Sum up members, the eligible, and how they lean, plan by plan.

    `quotes` are those of the period that ends (what members just paid), `heads` the contribution
    per head of each plan.
    """
    stride = max(people.person.size // SAMPLE, 1)
    for i in range(first, last):
        age = age_at(people.age_at_start[i], quotes.period, rates)
        band, quartile = age_band(age), people.risk_quartile[i]
        cell = CELLS + (band * N_QUARTILES + quartile) * N_IN_CELL
        for k in range(terms.fee.size):
            row = tallies[k]
            if not is_eligible(i, k, age, people, terms):
                continue
            row[ELIGIBLE] += 1.0
            row[cell + 3] += 1.0
            row[ELIGIBLE_INCIDENCE] += people.incidence[i]
            full_cost = np.float64(people.expected_cost[k, i])
            gain = people.willingness_to_pay[k, i] - (1.0 + terms.fee[k]) * full_cost
            row[FIRST_BEST] += max(gain, 0.0)
            index = people.share_index[k, i]
            contribution = own_contribution(quotes.flat[k], quotes.slope[k], index)
            if people.plan[i] == k:
                cost = effective_cost(i, k, people, rates)
                row[cell] += 1.0
                row[cell + 1] += cost
                row[cell + 2] += index
                measure_member(i, k, age, cost, contribution, people, terms, row)
            if i % stride == 0 and heads[k] > 0.0:
                wants, slope = leaning(i, k, contribution, heads[k], people, rates)
                row[STAYING] += wants
                row[STAYING_COST] += wants * full_cost
                row[LEANING] += slope
                row[LEANING_COST] += slope * full_cost


@builder
def eligible_rows(
    k: int, period: int, stride: int, people: People, terms: Terms, rates: Rates
) -> Any:
    """Return the rows of the members of plan k and of those it would take in, int64."""
    rows = np.empty(people.person.size // stride + 1, np.int64)
    count = 0
    for i in range(0, people.person.size, stride):
        if is_eligible(i, k, age_at(people.age_at_start[i], period, rates), people, terms):
            rows[count] = i
            count += 1
    return rows[:count].copy()


@sweep
def speak(first: int, last: int, people: People, tally: Any) -> None:
    """Write what neighbours will hear next period, and sum it up."""
    total, chorus, insured, count = 0.0, 0.0, 0.0, 0.0
    for i in range(first, last):
        said = voice(people.sentiment[i], is_member(people.status[i]))
        people.spoken[i] = said
        total += people.sentiment[i]
        chorus += said >> 1
        insured += people.insured[i]
        count += people.status[i] != DIED
    tally[SENTIMENT] += total
    tally[CHORUS] += chorus
    tally[INSURED] += insured
    tally[PEOPLE] += count

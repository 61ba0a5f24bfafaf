"""Measure: count and sum over everybody, once, at the end of a period."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.accounts import sum_balances
from agents.choice import takes_in, value_of_membership
from agents.compiled import builder, rule, sweep, unsigned
from agents.membership import effective_cost, is_member, owes
from agents.perception import full_index, own_contribution
from agents.population import AIDED, DIED, INELIGIBLE, WAITING, People
from agents.talk import FINE, voice
from agents.tallies import (
    AGE,
    CELLS,
    CHORUS,
    ELIGIBLE,
    ELIGIBLE_INCIDENCE,
    FIRST_BEST,
    FULL_COST,
    GAPS,
    INCIDENCE,
    INSURED,
    LEANING,
    LEANING_COST,
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
from agents.terms import Quotes, Rates, Scratch, Terms

KERNEL = 0.03
"""Width of the kernel for the local map where choice has no noise, relative to the contribution."""
SAMPLE = 16_384
"""People whose local response is measured, or up to twice as many: the first of every tile."""


@rule
def age_band(age: int) -> int:
    """Return the band of an age: under 30, 30s, 40s, 50s, 60 and over."""
    return min(max(age // 10 - 2, 0), 4)


@rule
def cell_of(age: int, quartile: int) -> int:
    """Return the place of the cell of an age band and a risk quartile."""
    return CELLS + (age_band(age) * N_QUARTILES + quartile) * N_IN_CELL


@rule
def is_eligible(i: int, k: int, age: int, people: People, terms: Terms) -> bool:
    """Whether person i is a member of plan k or could become one."""
    status = people.status[i]
    excluded = (status == AIDED) | (status == DIED) | (status == INELIGIBLE)
    return (people.plan[i] == k) | (takes_in(i, k, age, people, terms) & (not excluded))


@rule
def exponential(x: float) -> float:
    """Return e^x for −40 ≤ x ≤ 40 to eight digits, by arithmetic alone.

    A Taylor polynomial at x / 256, squared eight times: unlike the library's, this is a straight
    line of code, which the compiler turns into vector code.
    """
    y = x * 0.00390625
    p = 1.0 / 24.0 + y * (1.0 / 120.0 + y * (1.0 / 720.0 + y * (1.0 / 5040.0)))
    p = 1.0 + y * (1.0 + y * (0.5 + y * (1.0 / 6.0 + y * p)))
    p = p * p
    p = p * p
    p = p * p
    p = p * p
    p = p * p
    p = p * p
    p = p * p
    return p * p


@rule
def leaning(
    i: int, k: int, contribution: float, sharpness: float, people: People, rates: Rates
) -> tuple[float, float]:
    """Return how likely person i wants plan k at a contribution, and how fast that falls.

    The second number is the derivative with respect to the logarithm of the contribution;
    `sharpness` is one over the noise of choice [1/yuan].
    """
    value = value_of_membership(i, k, contribution, people, rates)
    wants = 1.0 / (1.0 + exponential(min(max(-value * sharpness, -40.0), 40.0)))
    felt = people.fairness_concern[i] * 1.0
    above_cost = contribution > people.perceived_cost[k, i]
    above_reference = (people.plan[i] == k) & (contribution > people.reference_contribution[i])
    weight = people.price_weight[i] * 1.0
    weight += felt * rates.disadvantage_aversion if above_cost else 0.0
    weight += felt * rates.loss_aversion if above_reference else 0.0
    return wants, -wants * (1.0 - wants) * sharpness * weight * contribution


@sweep
def measure(
    first: int,
    last: int,
    people: People,
    quotes: Quotes,
    heads: Any,
    terms: Terms,
    rates: Rates,
    scratch: Scratch,
    tallies: Any,
) -> None:
    """Sum up members, the eligible, and how they lean, plan by plan.

    `quotes` are those of the period that ends (what members just paid), `heads` the contribution
    per head of each plan.
    """
    sampled = first + -(-(last - first) // max(people.person.size // SAMPLE, 1))
    for k in range(terms.fee.size):
        measure_eligible(first, last, k, people, quotes, terms, rates, tallies[k])
        if people.balance.size > 0:
            sum_balances(first, last, k, people, tallies[k])
        if heads[k] > 0.0:
            measure_leaning(
                first, sampled, k, people, quotes, heads[k], terms, rates, scratch, tallies[k]
            )


@sweep
def measure_eligible(
    first: int,
    last: int,
    k: int,
    people: People,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    tally: Any,
) -> None:
    """Sum up those who are members of plan k or could become one."""
    eligible, incidence, first_best = 0, 0.0, 0.0
    loading = 1.0 + terms.fee[k]
    for i in range(unsigned(first), unsigned(last)):
        age = int(people.age[i])
        if not is_eligible(i, k, age, people, terms):
            continue
        cell = cell_of(age, people.risk_quartile[i])
        tally[cell + 2] += 1.0
        eligible += 1
        incidence += people.incidence[i]
        gain = people.willingness_to_pay[k, i] - loading * people.expected_cost[k, i]
        first_best += max(gain, 0.0)
        if people.plan[i] == k:
            measure_member(i, k, age, cell, people, quotes, terms, rates, tally)
    tally[ELIGIBLE] += eligible
    tally[ELIGIBLE_INCIDENCE] += incidence
    tally[FIRST_BEST] += first_best


@rule
def measure_member(
    i: int,
    k: int,
    age: int,
    cell: int,
    people: People,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    tally: Any,
) -> None:
    """Count member i of plan k."""
    cost = effective_cost(i, k, people, rates)
    index = people.share_index[k, i]
    pays = owes(i, k, people, terms)
    owed = own_contribution(quotes.flat[k], quotes.slope[k], index) if pays else 0.0
    put_in_cell(tally, cell, cost, pays, index)
    joined_now = people.tenure[i] == 1
    tally[WAITING_MEMBERS] += people.status[i] == WAITING
    tally[NEW_MEMBERS] += joined_now
    tally[NEW_COST] += cost if joined_now else 0.0
    tally[FULL_COST] += people.expected_cost[k, i]
    tally[INCIDENCE] += people.incidence[i]
    tally[AGE] += age
    tally[WORTH] += people.willingness_to_pay[k, i]
    tally[GAPS] += abs(owed / (1.0 + terms.fee[k]) - cost)


@rule
def put_in_cell(tally: Any, cell: int, cost: float, pays: bool, index: float) -> None:
    """Count a member in a cell."""
    tally[cell] += 1.0
    tally[cell + 1] += cost
    tally[cell + 3] += pays
    tally[cell + 4] += index if pays else 0.0


@sweep
def measure_leaning(
    first: int,
    last: int,
    k: int,
    people: People,
    quotes: Quotes,
    head: float,
    terms: Terms,
    rates: Rates,
    scratch: Scratch,
    tally: Any,
) -> None:
    """Sum up how those who are eligible respond to the contribution."""
    start, n = unsigned(first), unsigned(last - first)
    likely, falling = scratch.wants, scratch.slope
    flat, slope = quotes.flat[k], quotes.slope[k]
    sharpness = 1.0 / max(rates.choice_noise, KERNEL * head)
    for j in range(n):
        i = start + j
        eligible = is_eligible(i, k, int(people.age[i]), people, terms)
        paid = own_contribution(flat, slope, people.share_index[k, i])
        wants, falls = leaning(i, k, paid, sharpness, people, rates)
        likely[j] = wants if eligible else 0.0
        falling[j] = falls if eligible else 0.0
    staying, staying_cost, leans, leaning_cost = 0.0, 0.0, 0.0, 0.0
    for j in range(n):
        cost = people.expected_cost[k, start + j]
        staying += likely[j]
        staying_cost += likely[j] * cost
        leans += falling[j]
        leaning_cost += falling[j] * cost
    tally[STAYING] += staying
    tally[STAYING_COST] += staying_cost
    tally[LEANING] += leans / head
    tally[LEANING_COST] += leaning_cost / head


@builder
def eligible_rows(
    k: int, period: int, stride: int, people: People, terms: Terms, rates: Rates
) -> Any:
    """Return the rows of the members of plan k and of those it would take in, int64."""
    rows = np.empty(people.person.size // stride + 1, np.int64)
    count = 0
    for i in range(0, people.person.size, stride):
        if is_eligible(i, k, int(people.age[i]), people, terms):
            rows[count] = i
            count += 1
    return rows[:count].copy()


@sweep
def sum_indices(
    k: int, members_only: bool, people: People, terms: Terms, rates: Rates
) -> tuple[float, float, float]:
    """Return how many would owe plan k, and their share indices after and before subsidies.

    `members_only` counts those who owe now; else all who are eligible.
    """
    n, index, full = 0.0, 0.0, 0.0
    for i in range(unsigned(people.person.size)):
        counts = is_eligible(i, k, int(people.age[i]), people, terms)
        if members_only:
            counts = people.plan[i] == k and owes(i, k, people, terms)
        if counts:
            n += 1.0
            index += people.share_index[k, i]
            full += full_index(i, k, people, terms, rates)
    return n, index, full


@sweep
def speak(first: int, last: int, people: People, tally: Any) -> None:
    """Write what neighbours will hear next period, and sum it up."""
    total, chorus, insured, count = 0, 0, 0, 0
    for i in range(unsigned(first), unsigned(last)):
        said = voice(people.sentiment[i], is_member(people.status[i]))
        people.spoken[i] = said
        alive = people.status[i] != DIED
        felt = np.int64(said >> 1)
        total += int(felt) if alive else 0
        chorus += int(felt)
        insured += people.insured[i]
        count += alive
    tally[SENTIMENT] += total * FINE
    tally[CHORUS] += chorus
    tally[INSURED] += insured
    tally[PEOPLE] += count

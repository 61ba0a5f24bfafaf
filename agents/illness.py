"""Fall ill: members fall ill, the covered among them make a claim."""

from __future__ import annotations

from typing import Any

from numba import uint64

from agents.causes import AIDED as AIDED_CAUSE
from agents.causes import DIED as DIED_CAUSE
from agents.causes import INELIGIBLE as INELIGIBLE_CAUSE
from agents.compiled import rule, sweep
from agents.membership import effective_cost, end_membership, owes
from agents.perception import illness_probability
from agents.population import AIDED, COVERED, DIED, INELIGIBLE, People
from agents.randomness import STREAM_ILLNESS, philox, uniform
from agents.tallies import CLAIMS, ILL_COST, ILL_LEFT, INCURRED, PAYER_INDEX, PAYERS
from agents.terms import Luck, Quotes, Rates, Scratch, Terms


@rule
def falls_ill(i: int, luck: float, people: People, rates: Rates) -> bool:
    """Whether member i falls ill this period.

    The probability is select(tenure) · (1 − exp(−h Δ)); as it is below select · h Δ, most people
    are settled without the exponential.
    """
    tenure = min(int(people.tenure[i]), rates.select.size - 1)
    select = rates.select[tenure]
    if luck >= select * people.incidence[i] * rates.period_length:
        return False
    return luck < select * illness_probability(people.incidence[i], rates.period_length)


@rule
def become_ill(
    i: int,
    k: int,
    age: int,
    survives: bool,
    people: People,
    terms: Terms,
    rates: Rates,
    tallies: Any,
) -> None:
    """Claim the benefit if covered; leave the plan aided, dead, or ill without cover."""
    cost = effective_cost(i, k, people, rates)
    if people.status[i] == COVERED:
        tallies[k, CLAIMS] += 1.0
        tallies[k, INCURRED] += terms.benefit[k, age]
        status, cause = AIDED, AIDED_CAUSE
    else:
        status, cause = INELIGIBLE, INELIGIBLE_CAUSE
    if not survives:
        status, cause = DIED, DIED_CAUSE
    if cause == AIDED_CAUSE and not terms.leaves_after_aid[k]:
        return
    if people.tenure[i] > 0:
        tallies[k, ILL_COST] += cost
        tallies[k, ILL_LEFT] += 1.0
    end_membership(i, status, cause, people, tallies)


@sweep
def fall_ill(
    first: int,
    last: int,
    people: People,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    luck: Luck,
    scratch: Scratch,
    tallies: Any,
) -> None:
    """Count who owes, and let illness strike: person by person, or as its expectation."""
    period = quotes.period
    words = scratch.words
    if not rates.expected_claims:
        for j in range(last - first):
            address = uint64(people.person[first + j])
            words[0, j], words[1, j], _, _ = philox(
                address, period, STREAM_ILLNESS, luck.low, luck.high
            )
    for i in range(first, last):
        k = people.plan[i]
        if k < 0:
            continue
        if owes(i, k, people, terms):
            people.owes_to[i] = k
            tallies[k, PAYERS] += 1.0
            tallies[k, PAYER_INDEX] += people.share_index[k, i]
        if rates.expected_claims:
            cost = effective_cost(i, k, people, rates)
            age = int(people.age[i])
            benefit = terms.benefit[k, age]
            tallies[k, INCURRED] += cost
            tallies[k, CLAIMS] += cost / benefit if benefit > 0.0 else 0.0
        elif falls_ill(i, uniform(words[0, i - first]), people, rates):
            age = int(people.age[i])
            survives = uniform(words[1, i - first]) >= rates.case_fatality
            become_ill(i, k, age, survives, people, terms, rates, tallies)

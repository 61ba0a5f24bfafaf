"""Fall ill: members fall ill, the covered among them make a claim."""

from __future__ import annotations

from typing import Any

from agents.causes import AIDED as AIDED_CAUSE
from agents.causes import DIED as DIED_CAUSE
from agents.causes import INELIGIBLE as INELIGIBLE_CAUSE
from agents.compiled import rule, sweep, unsigned
from agents.membership import effective_cost, end_membership, owes, tell_payer_apart
from agents.perception import benefit_of, illness_probability
from agents.population import AIDED, COVERED, DIED, INELIGIBLE, People
from agents.randomness import STREAM_ILLNESS, draw_words, uniform
from agents.tallies import CLAIMS, ILL_COST, ILL_LEFT, INCURRED, PAYER_INDEX, PAYERS
from agents.terms import EVERYBODY, Luck, Quotes, Rates, Scratch, Terms


@rule
def falls_ill(i: int, luck: float, people: People, rates: Rates) -> bool:
    """Whether member i falls ill this period.

    The probability is select(tenure) · (1 − exp(−h Δ)).
    """
    tenure = min(int(people.tenure[i]), rates.select.size - 1)
    return luck < rates.select[tenure] * illness_probability(
        people.incidence[i], rates.period_length
    )


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
    """Claim the benefit if covered; leave the plan aided, dead, or ill without cover.

    Who may stay is marked as aided: no other plan takes in somebody who has been ill.
    """
    cost = effective_cost(i, k, people, rates)
    if people.status[i] == COVERED:
        tallies[k, CLAIMS] += 1.0
        tallies[k, INCURRED] += benefit_of(i, k, age, people, terms, rates)
        status, cause = AIDED, AIDED_CAUSE
    else:
        status, cause = INELIGIBLE, INELIGIBLE_CAUSE
    if not survives:
        status, cause = DIED, DIED_CAUSE
    if cause == AIDED_CAUSE and not terms.leaves_after_aid[k]:
        people.cause[i] = AIDED_CAUSE
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
    for k in range(terms.fee.size):
        count_payers(first, last, k, people, terms, tallies[k])
        if terms.caps_by_age[k] or terms.subsidy_for[k] != EVERYBODY:
            tell_payers_apart(first, last, k, people, terms, rates, tallies[k])
    if rates.expected_claims:
        expect_claims(first, last, people, terms, rates, tallies)
        return
    words, rows = scratch.words, scratch.rows
    draw_words(first, last, STREAM_ILLNESS, quotes.period, people, luck, words)
    n_at_risk = who_may_fall_ill(first, last, people, rates, words, rows)
    for which in range(unsigned(n_at_risk)):
        j = rows[which]
        i = unsigned(first) + j
        if falls_ill(i, uniform(words[0, j]), people, rates):
            survives = uniform(words[1, j]) >= rates.case_fatality
            age = int(people.age[i])
            become_ill(i, int(people.plan[i]), age, survives, people, terms, rates, tallies)


@sweep
def count_payers(first: int, last: int, k: int, people: People, terms: Terms, tally: Any) -> None:
    """Note who owes a contribution to plan k, and sum up their number and share indices."""
    payers, index = 0, 0.0
    for i in range(unsigned(first), unsigned(last)):
        pays = (people.plan[i] == k) & owes(i, k, people, terms)
        people.owes_to[i] = k if pays else people.owes_to[i]
        payers += pays
        index += people.share_index[k, i] if pays else 0.0
    tally[PAYERS] += payers
    tally[PAYER_INDEX] += index


@sweep
def tell_payers_apart(
    first: int, last: int, k: int, people: People, terms: Terms, rates: Rates, tally: Any
) -> None:
    """Do for members who owe plan k what was done for those who left and owe."""
    for i in range(unsigned(first), unsigned(last)):
        if people.plan[i] == k and people.owes_to[i] == k:
            tell_payer_apart(i, k, people, terms, rates, tally)


@sweep
def who_may_fall_ill(
    first: int, last: int, people: People, rates: Rates, words: Any, rows: Any
) -> int:
    """Write the rows (from `first`) of members whose luck is below select · h Δ; return how many.

    The probability to fall ill is a little less, so that almost everybody is settled here.
    """
    start, found = unsigned(first), unsigned(0)
    longest = rates.select.size - 1
    for j in range(unsigned(last - first)):
        i = start + j
        select = rates.select[unsigned(min(int(people.tenure[i]), longest))]
        bound = select * people.incidence[i] * rates.period_length
        rows[found] = j
        found += unsigned((people.plan[i] >= 0) & (uniform(words[0, j]) < bound))
    return found


@sweep
def expect_claims(
    first: int, last: int, people: People, terms: Terms, rates: Rates, tallies: Any
) -> None:
    """Count expected claims in the place of drawn ones; nobody falls ill."""
    for i in range(unsigned(first), unsigned(last)):
        k = people.plan[i]
        if k < 0:
            continue
        cost = effective_cost(i, k, people, rates)
        benefit = benefit_of(i, k, int(people.age[i]), people, terms, rates)
        tallies[k, INCURRED] += cost
        tallies[k, CLAIMS] += cost / benefit if benefit > 0.0 else 0.0

"""Membership: what a member costs, how a membership begins, how it ends, and why."""

from __future__ import annotations

from typing import Any

from agents.accounts import close_account, open_account
from agents.causes import AIDED as AIDED_CAUSE
from agents.causes import (
    CHANCE,
    EXPECTATION,
    INSURANCE,
    NO_CAUSE,
    OWN_COST,
    PRICE,
    REFERENCE,
    SENTIMENT,
    SWITCHED,
)
from agents.compiled import rule, unsigned
from agents.fairness import unfairness
from agents.perception import appraise_person, full_index
from agents.population import AIDED, COVERED, DIED, LAPSED, WAITING, People
from agents.tallies import (
    CAUSES,
    FULL_INDEX,
    JOINED,
    JOINED_INCIDENCE,
    LEFT_CHOOSING,
    LEFT_COST,
    LEFT_INCIDENCE,
    LEFT_INDEX,
    LEFT_OWING,
    STEP_PAYERS,
)
from agents.terms import EVERYBODY, FREELY, Rates, Terms


@rule
def is_member(status: int) -> bool:
    """Whether a status is that of a member: in the waiting period or covered."""
    return (status == WAITING) | (status == COVERED)


@rule
def owes(i: int, k: int, people: People, terms: Terms) -> bool:
    """Whether member i of plan k pays a contribution."""
    return terms.waiting_members_owe[k] | (people.status[i] == COVERED)


@rule
def tell_payer_apart(
    i: int, k: int, people: People, terms: Terms, rates: Rates, tally: Any
) -> None:
    """Count who owes plan k by step of ages, and sum up indices before a subsidy for some."""
    if terms.caps_by_age[k]:
        tally[STEP_PAYERS + terms.cap_step[k, int(people.age[i])]] += 1.0
    if terms.subsidy_for[k] != EVERYBODY:
        tally[FULL_INDEX] += full_index(i, k, people, terms, rates)


@rule
def effective_cost(i: int, k: int, people: People, rates: Rates) -> float:
    """Return what member i is expected to cost plan k this period [yuan]: 0 while waiting."""
    tenure = min(int(people.tenure[i]), rates.select.size - 1)
    cost = people.expected_cost[k, i] * rates.select[unsigned(tenure)]
    return cost if people.status[i] == COVERED else 0.0


@rule
def cause_of_exit(
    i: int, k: int, insurance: float, to_insurer: bool, people: People, rates: Rates
) -> int:
    """Return the term of the value of membership whose change since entry lowered it most."""
    expected = people.expected_contribution[k, i] * 1.0
    own_cost, reference = unfairness(i, k, expected, people, rates)
    at_entry = max(people.entry_contribution[i] - people.entry_perceived_cost[i], 0.0)
    own_cost_then = people.fairness_concern[i] * rates.disadvantage_aversion * at_entry
    cause, worst = CHANCE, 0.0
    for candidate in range(INSURANCE + 1):
        change = 0.0
        if candidate == PRICE:
            change = -people.price_weight[i] * (expected - people.entry_contribution[i])
        elif candidate == OWN_COST:
            change = own_cost_then - own_cost
        elif candidate == REFERENCE:
            change = -reference
        elif candidate == SENTIMENT:
            change = rates.sentiment_value * (people.sentiment[i] - people.entry_sentiment[i])
        elif candidate == EXPECTATION:
            change = people.willingness_to_pay[k, i] - people.entry_willingness[i]
        elif candidate == INSURANCE and to_insurer:
            change = people.entry_insurance[i] - insurance
        if change < worst:
            cause, worst = candidate, change
    return cause


@rule
def become_member(
    i: int,
    k: int,
    insurance: float,
    came_back: bool,
    people: People,
    terms: Terms,
    tallies: Any,
) -> None:
    """Enter plan k: the waiting period begins, and the terms of the choice are remembered."""
    open_account(i, k, people, terms, tallies)
    waits = terms.waiting_period[k] > 0 and not (came_back and terms.reentry[k] == FREELY)
    people.status[i] = WAITING if waits else COVERED
    people.plan[i] = k
    people.tenure[i] = 0
    people.cause[i] = NO_CAUSE
    people.insured[i] = False
    people.reference_contribution[i] = people.expected_contribution[k, i]
    people.entry_contribution[i] = people.expected_contribution[k, i]
    people.entry_perceived_cost[i] = people.perceived_cost[k, i]
    people.entry_willingness[i] = people.willingness_to_pay[k, i]
    people.entry_sentiment[i] = people.sentiment[i]
    people.entry_insurance[i] = max(insurance, 0.0)
    tallies[k, JOINED] += 1.0
    tallies[k, JOINED_INCIDENCE] += people.incidence[i]


@rule
def leave(i: int, cause: int, people: People, terms: Terms, rates: Rates, tallies: Any) -> None:
    """Leave the present plan by choice; who leaves for another plan owes to that one alone."""
    k = people.plan[i]
    tallies[k, CAUSES + cause] += 1.0
    tallies[k, LEFT_CHOOSING] += 1.0
    tallies[k, LEFT_COST] += effective_cost(i, k, people, rates)
    tallies[k, LEFT_INCIDENCE] += people.incidence[i]
    people.owes_to[i] = -2 - k
    if terms.leavers_owe[k] and cause != SWITCHED and owes(i, k, people, terms):
        tallies[k, LEFT_OWING] += 1.0
        tallies[k, LEFT_INDEX] += people.share_index[k, i]
        tell_payer_apart(i, k, people, terms, rates, tallies[k])
        people.owes_to[i] = k
    close_account(i, k, people, tallies)
    be_outside(i, LAPSED, cause, people)
    if terms.loyalty[k] > 0.0:
        appraise_person(i, people, terms, rates)


@rule
def has_just_left(i: int, k: int, people: People) -> bool:
    """Whether person i chose to leave plan k this period, before the bill."""
    return people.plan[i] != k and (people.owes_to[i] == k or people.owes_to[i] == -2 - k)


@rule
def end_membership(i: int, status: int, cause: int, people: People, tallies: Any) -> None:
    """End member i's membership against the member's will."""
    tallies[people.plan[i], CAUSES + cause] += 1.0
    close_account(i, people.plan[i], people, tallies)
    be_outside(i, status, cause, people)


@rule
def be_outside(i: int, status: int, cause: int, people: People) -> None:
    """Belong to no plan; who was ever aided stays so, unless dead."""
    was_aided = people.cause[i] == AIDED_CAUSE and status != DIED
    people.status[i] = AIDED if was_aided else status
    people.plan[i] = -1
    people.cause[i] = AIDED_CAUSE if was_aided else cause

"""Grow older: tenure and birthdays, the end of waiting, ageing out, newcomers."""

from __future__ import annotations

from typing import Any

from numba import uint64

from agents.accounts import pay, repay
from agents.causes import AGED_OUT, NO_CAUSE
from agents.causes import PLAN_CLOSED as PLAN_CLOSED_CAUSE
from agents.choice import takes_in, value_of_membership, wants
from agents.compiled import rule, sweep, unsigned
from agents.endowment import Profile, endow, risk_quartile
from agents.insurer import NOT_OFFERED
from agents.membership import become_member, effective_cost, end_membership
from agents.perception import (
    age_at,
    appraise,
    appraise_person,
    own_contribution,
    share_index_of,
)
from agents.population import (
    COVERED,
    LAPSED,
    LONGEST_TENURE,
    OUTSIDE,
    WAITING,
    People,
)
from agents.randomness import STREAM_SUCCESSION, STREAM_TURNOVER, philox, uniform
from agents.tallies import AGED_COST, AGED_LEFT, AGEING, NEW_COST, NEW_MEMBERS
from agents.terms import Luck, Quotes, Rates, Scratch, Terms


@rule
def become_newcomer(
    i: int,
    people: People,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    profile: Profile,
    luck: Luck,
) -> None:
    """Put a new person, without a past, in the place of an outsider who moves away."""
    period = quotes.period
    endow(i, period, people, profile, luck)
    people.age_at_start[i] -= period * rates.period_length if rates.ageing else 0.0
    people.status[i] = OUTSIDE
    people.cause[i] = NO_CAUSE
    people.tenure[i] = 0
    people.insured[i] = False
    people.sentiment[i] = people.opinion[i]
    appraise(i, i + unsigned(1), period, people, terms, rates)
    people.risk_quartile[i] = risk_quartile(people.incidence[i], rates.risk_quartiles)
    for k in range(terms.fee.size):
        people.share_index[k, i] = share_index_of(i, k, people, terms, rates)
        if people.paid.size > 0:
            people.paid[k, i] = 0.0
        seen = own_contribution(quotes.flat[k], quotes.slope[k], people.share_index[k, i])
        people.expected_contribution[k, i] = seen


@rule
def move_up(
    i: int,
    k: int,
    period: int,
    people: People,
    terms: Terms,
    rates: Rates,
    luck: Luck,
    tallies: Any,
) -> None:
    """Offer plan k to person i, who grew too old for the last one: covered at once, tenure kept."""
    if k < 0 or not takes_in(i, k, int(people.age[i]), people, terms):
        return
    expected = people.expected_contribution[k, i] * 1.0
    value = value_of_membership(i, k, expected, people, rates) - rates.hassle_of_joining
    words = philox(uint64(people.person[i]), period, STREAM_SUCCESSION, luck.low, luck.high)
    if not wants(value, rates.choice_noise, uniform(words[0])):
        return
    tenure = people.tenure[i]
    become_member(i, k, NOT_OFFERED, False, people, terms, tallies)
    people.status[i], people.tenure[i] = COVERED, tenure
    if tenure > 0:  # the census counts those whose first period this is
        people.tenure[i] = min(int(tenure) + 1, LONGEST_TENURE)
        tallies[k, NEW_MEMBERS] += 1.0
        tallies[k, NEW_COST] += effective_cost(i, k, people, rates)
        people.tenure[i] = tenure


@rule
def celebrate(
    i: int, period: int, people: People, terms: Terms, rates: Rates, luck: Luck, tallies: Any
) -> None:
    """Make person i as old as the calendar says, perhaps too old for the plan."""
    k = people.plan[i]
    before = effective_cost(i, k, people, rates) if k >= 0 else 0.0
    appraise(i, i + unsigned(1), period, people, terms, rates)
    if k < 0:
        return
    stayed = people.tenure[i] > 0
    if people.age[i] >= terms.exit_age[k]:
        tallies[k, AGED_COST] += before if stayed else 0.0
        tallies[k, AGED_LEFT] += 1.0 if stayed else 0.0
        end_membership(i, OUTSIDE, AGED_OUT, people, tallies)
        move_up(i, terms.successor[k], period, people, terms, rates, luck, tallies)
        return
    tallies[k, AGEING] += effective_cost(i, k, people, rates) - before if stayed else 0.0


@sweep
def grow_older(
    first: int,
    last: int,
    people: People,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    profile: Profile,
    luck: Luck,
    scratch: Scratch,
    tallies: Any,
) -> None:
    """End the period for everybody: first of all, members pay their share of the bill."""
    pay(first, last, people, quotes, terms, tallies)
    end_closed_plans(first, last, people, terms, tallies)
    if rates.newcomers > 0.0:
        let_newcomers_in(first, last, people, quotes, terms, rates, profile, luck)
    n_changing = whose_age_changes(first, last, quotes.period, people, terms, rates, scratch.rows)
    for which in range(unsigned(n_changing)):
        i = unsigned(first) + scratch.rows[which]
        celebrate(i, quotes.period, people, terms, rates, luck, tallies)
    for k in range(terms.fee.size):
        grow(first, last, k, people, terms)
        if terms.loyalty[k] > 0.0:
            reward_loyalty(first, last, k, people, terms, rates)


@sweep
def end_closed_plans(first: int, last: int, people: People, terms: Terms, tallies: Any) -> None:
    """End the memberships of plans that no longer exist."""
    n_closed = 0
    for k in range(terms.open.size):
        n_closed += not terms.open[k]
    if n_closed == 0:
        return
    for i in range(unsigned(first), unsigned(last)):
        k = people.plan[i]
        if k >= 0 and not terms.open[k]:
            repay(i, k, people, terms, tallies)
            end_membership(i, LAPSED, PLAN_CLOSED_CAUSE, people, tallies)


@sweep
def let_newcomers_in(
    first: int,
    last: int,
    people: People,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    profile: Profile,
    luck: Luck,
) -> None:
    """Replace outsiders by newcomers, each with the same chance."""
    for i in range(unsigned(first), unsigned(last)):
        if people.plan[i] >= 0:
            continue
        address = uint64(people.person[i])
        words = philox(address, quotes.period, STREAM_TURNOVER, luck.low, luck.high)
        if uniform(words[0]) < rates.newcomers * rates.period_length:
            become_newcomer(i, people, quotes, terms, rates, profile, luck)


@sweep
def whose_age_changes(
    first: int, last: int, period: int, people: People, terms: Terms, rates: Rates, rows: Any
) -> int:
    """Write the rows (from `first`) of those with a birthday, or too old; return how many."""
    start, found = unsigned(first), unsigned(0)
    for j in range(unsigned(last - first)):
        i = start + j
        age = int(people.age[i])
        birthday = age_at(people.age_at_start[i], period, rates) != age
        k = int(people.plan[i])
        too_old = (k >= 0) & (age >= terms.exit_age[unsigned(max(k, 0))])
        rows[found] = j
        found += unsigned(birthday | too_old)
    return found


@sweep
def grow(first: int, last: int, k: int, people: People, terms: Terms) -> None:
    """Add a period to the tenure of plan k's members; cover begins when waiting is over."""
    waiting_period = terms.waiting_period[k]
    for i in range(unsigned(first), unsigned(last)):
        ours, before = people.plan[i] == k, int(people.tenure[i])
        tenure = min(before + 1, LONGEST_TENURE) if ours else before
        covered = ours & (people.status[i] == WAITING) & (tenure >= waiting_period)
        people.tenure[i] = tenure
        people.status[i] = COVERED if covered else people.status[i]


@sweep
def reward_loyalty(
    first: int, last: int, k: int, people: People, terms: Terms, rates: Rates
) -> None:
    """Work out anew what cover costs and is worth to members whose benefit grows."""
    for i in range(unsigned(first), unsigned(last)):
        if people.plan[i] == k:
            appraise_person(i, people, terms, rates)

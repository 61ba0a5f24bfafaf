"""Grow older: tenure and birthdays, the end of waiting, ageing out, newcomers."""

from __future__ import annotations

from typing import Any

from numba import uint64

from agents.causes import AGED_OUT, NO_CAUSE
from agents.causes import PLAN_CLOSED as PLAN_CLOSED_CAUSE
from agents.compiled import rule, sweep
from agents.endowment import Profile, endow, risk_quartile
from agents.membership import effective_cost, end_membership
from agents.perception import age_at, appraise, own_contribution
from agents.population import (
    COVERED,
    LAPSED,
    LONGEST_TENURE,
    OUTSIDE,
    WAITING,
    People,
)
from agents.randomness import STREAM_TURNOVER, philox, uniform
from agents.tallies import AGED_COST, AGED_LEFT, AGEING
from agents.terms import Luck, Quotes, Rates, Terms


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
    appraise(i, i + 1, period, people, terms, rates)
    people.risk_quartile[i] = risk_quartile(people.incidence[i], rates.risk_quartiles)
    for k in range(terms.fee.size):
        seen = own_contribution(quotes.flat[k], quotes.slope[k], people.share_index[k, i])
        people.expected_contribution[k, i] = seen


@rule
def grow(i: int, people: People, terms: Terms) -> None:
    """Add a period to member i's tenure; cover begins when the waiting period is over."""
    people.tenure[i] = min(people.tenure[i] + 1, LONGEST_TENURE)
    if people.status[i] == WAITING and people.tenure[i] >= terms.waiting_period[people.plan[i]]:
        people.status[i] = COVERED


@rule
def celebrate(i: int, period: int, people: People, terms: Terms, rates: Rates, tallies: Any) -> int:
    """Make person i a year older, perhaps too old for the plan; return the plan, −1 for none."""
    k = people.plan[i]
    before = effective_cost(i, k, people, rates) if k >= 0 else 0.0
    appraise(i, i + 1, period, people, terms, rates)
    if k < 0:
        return -1
    stayed = people.tenure[i] > 0
    if people.age[i] >= terms.exit_age[k]:
        tallies[k, AGED_COST] += before if stayed else 0.0
        tallies[k, AGED_LEFT] += 1.0 if stayed else 0.0
        end_membership(i, OUTSIDE, AGED_OUT, people, tallies)
        return -1
    tallies[k, AGEING] += effective_cost(i, k, people, rates) - before if stayed else 0.0
    return int(k)


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
    tallies: Any,
) -> None:
    """End the period for everybody."""
    period = quotes.period
    for i in range(first, last):
        k = people.plan[i]
        if k >= 0 and not terms.open[k]:
            end_membership(i, LAPSED, PLAN_CLOSED_CAUSE, people, tallies)
            k = -1
        if rates.newcomers > 0.0 and k < 0:
            address = uint64(people.person[i])
            words = philox(address, period, STREAM_TURNOVER, luck.low, luck.high)
            if uniform(words[0]) < rates.newcomers * rates.period_length:
                become_newcomer(i, people, quotes, terms, rates, profile, luck)
                continue
        birthday = age_at(people.age_at_start[i], period, rates) != people.age[i]
        too_old = k >= 0 and people.age[i] >= terms.exit_age[k]
        if birthday or too_old:
            k = celebrate(i, period, people, terms, rates, tallies)
        if k >= 0:
            grow(i, people, terms)

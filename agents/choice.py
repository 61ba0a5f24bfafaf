"""Choose: those who review compare every plan that takes them with no plan and with an insurer."""

from __future__ import annotations

import math
from typing import Any

from numba import uint64

from agents.accounts import is_new, one_off_value
from agents.causes import AIDED as AIDED_CAUSE
from agents.causes import FAMILY, SWITCHED
from agents.compiled import rule, sweep, unsigned
from agents.fairness import unfairness
from agents.insurer import NOT_OFFERED, value_of_insurance
from agents.membership import become_member, cause_of_exit, has_just_left, leave
from agents.population import INELIGIBLE, LAPSED, OUTSIDE, People
from agents.randomness import (
    STREAM_CHOICE,
    STREAM_ENROLMENT,
    STREAM_REACH,
    draw_words,
    philox,
    uniform,
)
from agents.terms import NEVER, Luck, Quotes, Rates, Scratch, Terms


@rule
def value_of_membership(i: int, k: int, contribution: float, people: People, rates: Rates) -> float:
    """Return what membership of plan k is worth to person i beyond its cost [yuan per period].

    V = W − θ (ĉ − penalty) − F + γ · sentiment, without the hassle of a change; the penalty is what
    a mandate takes from those without cover.
    """
    own_cost, reference = unfairness(i, k, contribution, people, rates)
    return (
        people.willingness_to_pay[k, i]
        - people.price_weight[i] * (contribution - rates.penalty_for_none)
        - own_cost
        - reference
        + rates.sentiment_value * people.sentiment[i]
    )


@rule
def awareness(i: int, marketing: float, people: People, rates: Rates) -> float:
    """Return the probability that outsider i considers joining (Bass 1969, or a threshold)."""
    heard = rates.awareness_from_neighbours * people.neighbours_in[i]
    if rates.threshold_rule:
        heard = 1.0 if people.neighbours_in[i] >= people.adoption_threshold[i] else 0.0
    return rates.awareness + marketing + heard


@rule
def takes_in(i: int, k: int, age: int, people: People, terms: Terms) -> bool:
    """Whether plan k is open to person i: by age, health so far, and its rule on coming back."""
    in_age = (terms.entry_age_min[k] <= age) & (age <= terms.entry_age_max[k])
    may_return = (people.status[i] != LAPSED) | (terms.reentry[k] != NEVER)
    healthy = people.cause[i] != AIDED_CAUSE
    return terms.open[k] & in_age & may_return & healthy


@rule
def is_reached(i: int, k: int, people: People, terms: Terms, luck: Luck) -> bool:
    """Whether plan k's platform reaches person i: a lasting trait."""
    if terms.reach[k] >= 1.0:
        return True
    words = philox(uint64(people.person[i]), k, STREAM_REACH, luck.low, luck.high)
    return uniform(words[0]) < terms.reach[k]


@rule
def pick(values: Any, current: int, noise: float, luck: float) -> int:
    """Return the chosen option: the best, or by logit with the given scale of noise.

    Without noise a tie leaves things as they are. With noise one draw decides, by the inverse
    of the distribution over the options in their order; it leaves their weights in `values`.
    """
    best = current
    for option in range(values.size):
        if values[option] > values[best]:
            best = option
    if noise <= 0.0:
        return best
    top, total = values[best], 0.0
    for option in range(values.size):
        values[option] = math.exp((values[option] - top) / noise)
        total += values[option]
    reach = luck * total
    for option in range(values.size):
        reach -= values[option]
        if reach < 0.0:
            return option
    return best


@rule
def wants(value: float, noise: float, luck: float) -> bool:
    """Whether something of that value is chosen rather than nothing: sharply, or by logit."""
    if noise <= 0.0:
        return value >= 0.0
    return luck * (1.0 + math.exp(min(-value / noise, 700.0))) < 1.0


@rule
def weigh_options(
    i: int,
    age: int,
    insurer_luck: float,
    people: People,
    terms: Terms,
    rates: Rates,
    luck: Luck,
    values: Any,
) -> float:
    """Write the value of each plan, of no plan and of the insurer; return the insurer's."""
    n_plans = terms.fee.size
    current = people.plan[i]
    for k in range(n_plans):
        offered = takes_in(i, k, age, people, terms) and is_reached(i, k, people, terms, luck)
        if k == current or offered:
            hassle = rates.hassle_of_leaving if k == current else -rates.hassle_of_joining
            expected = people.expected_contribution[k, i] * 1.0
            values[k] = value_of_membership(i, k, expected, people, rates) + hassle
            if terms.has_one_offs[k]:
                values[k] += one_off_value(i, k, age, people, terms, rates)
        else:
            values[k] = NOT_OFFERED
    values[n_plans] = 0.0
    insurance = NOT_OFFERED
    aware = rates.insurer_awareness
    if current >= 0:
        aware = rates.insurer_awareness_of_members
    if people.insured[i] or insurer_luck < aware:
        spared = people.price_weight[i] * rates.penalty_for_none
        insurance = value_of_insurance(i, age, people, rates) + spared
    values[n_plans + 1] = insurance
    return insurance


@rule
def review(
    i: int,
    draws: tuple[float, float, float],
    people: People,
    terms: Terms,
    rates: Rates,
    luck: Luck,
    values: Any,
    tallies: Any,
) -> None:
    """Let person i compare all options and act on the choice."""
    n_plans = terms.fee.size
    age = int(people.age[i])
    insurance = weigh_options(i, age, draws[2], people, terms, rates, luck, values)
    current = int(people.plan[i])
    if current < 0:
        current = n_plans + 1 if people.insured[i] else n_plans
    choice = pick(values, current, rates.choice_noise, draws[0])
    if choice == current:
        return
    if choice < n_plans and is_refused(i, choice, draws[1], people, terms):
        if current >= n_plans:
            people.status[i] = INELIGIBLE
        return
    came_back = people.status[i] == LAPSED
    if current < n_plans:
        to_insurer = choice == n_plans + 1
        cause = SWITCHED
        if choice >= n_plans:
            cause = cause_of_exit(i, current, insurance, to_insurer, people, rates)
        leave(i, cause, people, terms, rates, tallies)
    people.insured[i] = choice == n_plans + 1
    if choice < n_plans:
        become_member(i, choice, insurance, came_back, people, terms, tallies)


@rule
def is_refused(i: int, k: int, luck: float, people: People, terms: Terms) -> bool:
    """Whether plan k's health screening detects person i as a bad risk."""
    return people.frailty[i] > terms.screening_frailty[k] and luck < terms.screening[k]


@sweep
def choose(
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
    """Let those who review stay, join, switch or leave."""
    enrol_automatically(first, last, quotes.period, people, terms, luck, tallies)
    draws = scratch.words
    draw_words(first, last, STREAM_CHOICE, quotes.period, people, luck, draws)
    chosen = who_reviews(first, last, people, quotes, terms, rates, draws, scratch.rows)
    for which in range(unsigned(chosen)):
        j = scratch.rows[which]
        words = uniform(draws[1, j]), uniform(draws[2, j]), uniform(draws[3, j])
        review(unsigned(first) + j, words, people, terms, rates, luck, scratch.values, tallies)


@sweep
def enrol_automatically(
    first: int, last: int, period: int, people: People, terms: Terms, luck: Luck, tallies: Any
) -> None:
    """Enrol outsiders who never were members and have no cover, without asking them."""
    for k in range(terms.fee.size):
        if terms.auto_enrolment[k] == 0.0:
            continue
        for i in range(unsigned(first), unsigned(last)):
            without_cover = is_new(i, people) and not people.insured[i]
            offered = takes_in(i, k, int(people.age[i]), people, terms)
            if not (without_cover and offered and is_reached(i, k, people, terms, luck)):
                continue
            address = uint64(people.person[i])
            words = philox(address, period, STREAM_ENROLMENT + k, luck.low, luck.high)
            if uniform(words[0]) >= terms.auto_enrolment[k]:
                continue
            if is_refused(i, k, uniform(words[1]), people, terms):
                people.status[i] = INELIGIBLE
            else:
                become_member(i, k, NOT_OFFERED, False, people, terms, tallies)


@sweep
def leave_with_the_family(
    first: int, last: int, people: People, terms: Terms, rates: Rates, tallies: Any
) -> None:
    """Let those leave whose family member just chose to leave the same plan.

    A family is `family_size` consecutive rows, counted anew from the first of a tile.
    """
    size = rates.family_size
    for k in range(terms.fee.size):
        if size == 1 or not terms.families_leave_together[k]:
            continue
        for head in range(first, last, size):
            end = min(head + size, last)
            left = False
            for i in range(unsigned(head), unsigned(end)):
                left = left or has_just_left(i, k, people)
            for i in range(unsigned(head), unsigned(end)):
                if left and people.plan[i] == k and not has_just_left(i, k, people):
                    leave(i, FAMILY, people, terms, rates, tallies)


@sweep
def who_reviews(
    first: int,
    last: int,
    people: People,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    draws: Any,
    rows: Any,
) -> int:
    """Write the rows (from `first`) of those who review now to `rows`; return how many.

    Members review with the probability that their plan's contribution and the news have stirred
    up, at the end of a term; outsiders when they become aware of the plans.
    """
    start, chosen = unsigned(first), unsigned(0)
    marketing = quotes.marketing.sum()
    for j in range(unsigned(last - first)):
        i = start + j
        people.owes_to[i] = -1
        k = people.plan[i]
        if k < 0:
            status = people.status[i]
            may = (status == OUTSIDE) | (status == LAPSED)
            probability = awareness(i, marketing, people, rates)
        else:
            may = (terms.term[k] == 1) or (people.tenure[i] % terms.term[k] == 0)
            probability = quotes.attention[k]
        rows[chosen] = j
        chosen += unsigned(may & (uniform(draws[0, j]) < probability))
    return chosen

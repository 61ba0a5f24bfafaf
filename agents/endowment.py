"""Endowment: draw who people are, through one Gaussian copula."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import uint64

from agents.choice import is_reached
from agents.compiled import rule, sweep, unsigned
from agents.perception import share_index_of
from agents.population import COVERED, WAITING, People
from agents.randomness import (
    STREAM_LIFE,
    STREAM_OPENING,
    STREAM_PERCEPTION,
    STREAM_TRAITS,
    normals,
    philox,
    uniform,
)
from agents.terms import LOW_RISK, Luck, Rates, Terms


class Profile(NamedTuple):
    """What the distribution of people is."""

    age_min: float
    age_max: float
    age_mode: float
    age_peakedness: float
    female_share: float
    cholesky: Any
    """float64 (4, 4): root of the copula's matrix."""
    medians: Any
    """float64 (4,): frailty (its mean is 1), income, risk aversion, price sensitivity."""
    spreads: Any
    """float64 (4,): their log standard deviations."""
    fairness_concern_sd: float
    income_reference: float
    income_elasticity: float
    susceptibility: float
    initial_sentiment: float
    initial_membership: float
    initial_tenure: int


@rule
def drawn_age(where: float, peaked: float, profile: Profile) -> float:
    """Return an age: uniform, or with the profile's weight triangular around the mode [years]."""
    low, high = profile.age_min, profile.age_max
    if peaked >= profile.age_peakedness or high <= low:
        return low + where * (high - low)
    mode = min(max(profile.age_mode, low), high)
    below = (mode - low) / (high - low)
    if where < below:
        return low + math.sqrt(where * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - where) * (high - low) * (high - mode))


@rule
def price_weight(sensitivity: float, income: float, profile: Profile) -> float:
    """Return what a yuan weighs: sensitivity × (reference income / income)^elasticity."""
    if profile.income_elasticity == 0.0:
        return sensitivity
    return sensitivity * (profile.income_reference / income) ** profile.income_elasticity


@rule
def endow(i: int, period: int, people: People, profile: Profile, luck: Luck) -> None:
    """Draw one person's age, sex and traits at the address of the person and the period."""
    person = uint64(people.person[i])
    life = philox(person, period, STREAM_LIFE, luck.low, luck.high)
    people.age_at_start[i] = drawn_age(uniform(life[0]), uniform(life[1]), profile)
    people.female[i] = uniform(life[2]) < profile.female_share
    words = philox(person, period, STREAM_TRAITS, luck.low, luck.high)
    z0, z1 = normals(words[0], words[1])
    z2, z3 = normals(words[2], words[3])
    root, spread = profile.cholesky, profile.spreads
    z3 = root[3, 0] * z0 + root[3, 1] * z1 + root[3, 2] * z2 + root[3, 3] * z3
    z2 = root[2, 0] * z0 + root[2, 1] * z1 + root[2, 2] * z2
    z1 = root[1, 0] * z0 + root[1, 1] * z1
    people.frailty[i] = math.exp(spread[0] * z0 - 0.5 * spread[0] ** 2)
    people.income[i] = profile.medians[1] * math.exp(spread[1] * z1)
    people.risk_aversion[i] = profile.medians[2] * math.exp(spread[2] * z2)
    sensitivity = profile.medians[3] * math.exp(spread[3] * z3)
    people.price_weight[i] = price_weight(sensitivity, people.income[i], profile)
    more = philox(person, period, STREAM_PERCEPTION, luck.low, luck.high)
    sd = profile.fairness_concern_sd
    people.fairness_concern[i] = math.exp(sd * normals(more[0], more[1])[0] - 0.5 * sd * sd)
    people.misjudgement[i] = normals(more[2], more[3])[0]
    people.susceptibility[i] = profile.susceptibility
    people.opinion[i] = profile.initial_sentiment
    people.adoption_threshold[i] = uniform(life[3])


@rule
def risk_quartile(incidence: float, bounds: Any) -> int:
    """Return the quartile of the own incidence, 0 for the lowest."""
    return (incidence > bounds[0]) + (incidence > bounds[1]) + (incidence > bounds[2])


@sweep
def endow_everybody(first: int, last: int, people: People, profile: Profile, luck: Luck) -> None:
    """Draw everybody at period 0."""
    for i in range(unsigned(first), unsigned(last)):
        endow(i, 0, people, profile, luck)


@sweep
def enrol_at_the_start(
    first: int,
    last: int,
    people: People,
    terms: Terms,
    rates: Rates,
    profile: Profile,
    luck: Luck,
) -> None:
    """Note risk quartiles; make the drawn share of the eligible members, with a past.

    Each enrols in the first open plan that takes the own age and reaches the person.

    Who has a plan already (a given column) keeps it. Nobody chose this first membership, so the
    contribution at entry is remembered as zero: every cost counts as a reason to leave.
    """
    for i in range(unsigned(first), unsigned(last)):
        people.risk_quartile[i] = risk_quartile(people.incidence[i], rates.risk_quartiles)
        for number in range(terms.fee.size):
            if terms.subsidy_for[number] == LOW_RISK:
                people.share_index[number, i] = share_index_of(i, number, people, terms, rates)
        words = philox(uint64(people.person[i]), 0, STREAM_OPENING, luck.low, luck.high)
        age = int(people.age[i])
        enrols = people.plan[i] < 0 and uniform(words[0]) < profile.initial_membership
        for number in range(terms.fee.size):
            fits = terms.entry_age_min[number] <= age <= terms.entry_age_max[number]
            fits = fits and terms.open[number] and is_reached(i, number, people, terms, luck)
            if enrols and people.plan[i] < 0 and fits:
                people.plan[i] = number
        k = people.plan[i]
        if k < 0:
            continue
        people.tenure[i] = 1 + np.int64(uniform(words[1]) * profile.initial_tenure)
        waits = people.tenure[i] < terms.waiting_period[k]
        people.status[i] = WAITING if waits else COVERED
        people.entry_willingness[i] = people.willingness_to_pay[k, i]
        people.entry_sentiment[i] = people.sentiment[i]
        people.entry_perceived_cost[i] = people.perceived_cost[k, i]

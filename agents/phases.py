"""The phases of a period, fused tile by tile where nobody needs to wait for anybody.

Between two settlements a person needs only what was announced and what neighbours said last
period, so a tile of people can go through several phases while its columns are in the cache. The
phases stay separate sweeps; calling them one by one over everybody gives the same bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.ageing import grow_older
from agents.census import measure, speak
from agents.choice import choose
from agents.compiled import builder, sweep, unsigned
from agents.endowment import Profile, endow_everybody, enrol_at_the_start, risk_quartile
from agents.illness import fall_ill
from agents.perception import appraise, revise_beliefs
from agents.population import People
from agents.talk import talk
from agents.tallies import TILE
from agents.terms import Luck, Quotes, Rates, Scratch, Terms, Ties


@builder
def scratch_for(n_plans: int) -> Scratch:
    """Return working space for a tile of people."""
    return Scratch(
        np.empty((4, TILE), np.uint32),
        np.empty(TILE, np.uint64),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(TILE),
        np.empty(n_plans + 2),
        np.empty(TILE),
        np.empty(TILE),
    )


@sweep
def live_until_the_bill(
    first_tile: int,
    last_tile: int,
    people: People,
    ties: Ties,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    luck: Luck,
    scratch: Scratch,
    tallies: Any,
) -> None:
    """Perceive, talk, choose, fall ill."""
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        last = min(first + TILE, people.person.size)
        revise_beliefs(first, last, people, quotes, rates)
        talk(first, last, people, ties, quotes, rates, scratch, tallies[tile, 0])
        choose(first, last, people, quotes, terms, rates, luck, scratch, tallies[tile])
        fall_ill(first, last, people, quotes, terms, rates, luck, scratch, tallies[tile])


@sweep
def live_after_the_bill(
    first_tile: int,
    last_tile: int,
    people: People,
    quotes: Quotes,
    heads: Any,
    terms: Terms,
    rates: Rates,
    profile: Profile,
    luck: Luck,
    scratch: Scratch,
    tallies: Any,
) -> None:
    """Grow older, measure, and speak so that neighbours can hear."""
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        last = min(first + TILE, people.person.size)
        grow_older(first, last, people, quotes, terms, rates, profile, luck, scratch, tallies[tile])
        measure(first, last, people, quotes, heads, terms, rates, scratch, tallies[tile])
        speak(first, last, people, tallies[tile, 0])


@builder
def until_the_bill(
    first_tile: int,
    last_tile: int,
    people: People,
    ties: Ties,
    quotes: Quotes,
    terms: Terms,
    rates: Rates,
    luck: Luck,
    tallies: Any,
) -> None:
    """Perceive, talk, choose, fall ill: for a thread with working space of its own."""
    scratch = scratch_for(terms.fee.size)
    live_until_the_bill(
        first_tile, last_tile, people, ties, quotes, terms, rates, luck, scratch, tallies
    )


@builder
def after_the_bill(
    first_tile: int,
    last_tile: int,
    people: People,
    quotes: Quotes,
    heads: Any,
    terms: Terms,
    rates: Rates,
    profile: Profile,
    luck: Luck,
    tallies: Any,
) -> None:
    """Grow older, measure and speak: for a thread with working space of its own."""
    scratch = scratch_for(terms.fee.size)
    live_after_the_bill(
        first_tile,
        last_tile,
        people,
        quotes,
        heads,
        terms,
        rates,
        profile,
        luck,
        scratch,
        tallies,
    )


@builder
def take_stock(
    first_tile: int,
    last_tile: int,
    people: People,
    quotes: Quotes,
    heads: Any,
    terms: Terms,
    rates: Rates,
    tallies: Any,
) -> None:
    """Measure and speak without living: the state before the first period."""
    scratch = scratch_for(terms.fee.size)
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        last = min(first + TILE, people.person.size)
        measure(first, last, people, quotes, heads, terms, rates, scratch, tallies[tile])
        speak(first, last, people, tallies[tile, 0])


@builder
def settle_in(
    first_tile: int,
    last_tile: int,
    people: People,
    terms: Terms,
    rates: Rates,
    profile: Profile,
    luck: Luck,
) -> None:
    """Appraise everybody and enrol the first members, before the first period."""
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        last = min(first + TILE, people.person.size)
        for i in range(unsigned(first), unsigned(last)):
            quartile = risk_quartile(people.incidence[i], rates.risk_quartiles)
            people.risk_quartile[i] = quartile
        enrol_at_the_start(first, last, people, terms, rates, profile, luck)


@builder
def draw_people(
    first_tile: int,
    last_tile: int,
    people: People,
    profile: Profile,
    luck: Luck,
) -> None:
    """Draw everybody's traits."""
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        endow_everybody(first, min(first + TILE, people.person.size), people, profile, luck)


@builder
def appraise_everybody(
    first_tile: int,
    last_tile: int,
    period: int,
    people: People,
    terms: Terms,
    rates: Rates,
) -> None:
    """Work out everybody's incidence, expected cost, worth and share index."""
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        appraise(first, min(first + TILE, people.person.size), period, people, terms, rates)

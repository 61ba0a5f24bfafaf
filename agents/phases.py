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
from agents.choice import choose, leave_with_the_family
from agents.compiled import sweep
from agents.endowment import Profile
from agents.illness import fall_ill
from agents.perception import revise_beliefs
from agents.population import People
from agents.talk import talk
from agents.tallies import TILE
from agents.terms import Luck, Quotes, Rates, Scratch, Terms, Ties


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
    scratch: Scratch,
) -> None:
    """Perceive, talk, choose, fall ill."""
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        last = min(first + TILE, people.person.size)
        revise_beliefs(first, last, people, quotes, rates)
        talk(first, last, people, ties, quotes, rates, scratch, tallies[tile, 0])
        choose(first, last, people, quotes, terms, rates, luck, scratch, tallies[tile])
        leave_with_the_family(first, last, people, terms, rates, tallies[tile])
        fall_ill(first, last, people, quotes, terms, rates, luck, scratch, tallies[tile])


@sweep
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
    scratch: Scratch,
) -> None:
    """Grow older, measure, and speak so that neighbours can hear."""
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        last = min(first + TILE, people.person.size)
        grow_older(first, last, people, quotes, terms, rates, profile, luck, scratch, tallies[tile])
        measure(first, last, people, quotes, heads, terms, rates, scratch, tallies[tile])
        speak(first, last, people, tallies[tile, 0])


def take_stock(
    first_tile: int,
    last_tile: int,
    people: People,
    quotes: Quotes,
    heads: Any,
    terms: Terms,
    rates: Rates,
    tallies: Any,
    scratch: Scratch,
) -> None:
    """Measure and speak without living: the state before the first period."""
    for tile in range(first_tile, last_tile):
        first = tile * TILE
        last = min(first + TILE, people.person.size)
        measure(first, last, people, quotes, heads, terms, rates, scratch, tallies[tile])
        speak(first, last, people, tallies[tile, 0])

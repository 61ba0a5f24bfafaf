"""The deck of the paper game: people on cards, and the game that the model plays with them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from classroom.setup import FIRST_PRESET
from model import Scenario, Simulation, presets
from model.metrics import columns_of

FEWEST, MOST = 20, 200
"""Students."""
MOST_SEED = 999_999
ROUNDS = 8
YOUNGEST, OLDEST = 22, 59
STEP = 10
"""Amounts on cards are multiples of it [yuan], so that they are easy to compare aloud."""


@dataclass(frozen=True)
class Card:
    """A person of the game; a round is a year."""

    number: int
    age: int
    woman: bool
    income: int
    """[yuan per year]"""
    cost: int
    """What the person costs the pool on average [yuan per year]."""
    worth: int
    """The most that cover is worth to the person [yuan per year]."""


@functools.lru_cache(maxsize=32)
def deck(students: int, seed: int = 1) -> tuple[Card, ...]:
    """Draw a deck from the model's own people: ages evenly spread, the rest by luck.

    The people are those of the classic spiral, but each knows the own risk in full, values cover
    by the model's usual risk aversion and differs less from others of the same age.
    """
    usual = Scenario()
    scenario = presets.load(FIRST_PRESET).scenario.but(
        n_people=students,
        period_length=1.0,
        private_information=1.0,
        frailty_sd=0.2,
        risk_aversion=usual.risk_aversion,
    )
    ages = np.linspace(YOUNGEST, OLDEST, students).round()
    people = Simulation(scenario, people=pl.DataFrame({"age": ages}), seed=seed).people
    cost = np.maximum(np.round(people.expected_cost[0] / STEP) * STEP, STEP)
    worth = np.maximum(np.round(people.willingness_to_pay[0] / STEP) * STEP, STEP)
    income = np.round(people.income / 1000) * 1000
    shuffled = np.random.default_rng(seed).permutation(students)
    return tuple(
        Card(
            number,
            int(ages[row]),
            bool(people.female[row]),
            int(income[row]),
            int(cost[row]),
            int(worth[row]),
        )
        for number, row in enumerate(shuffled, 1)
    )


@dataclass(frozen=True)
class Count:
    """What a teacher enters after a round."""

    stayed: int | None = None
    """Hands for staying; None if the cards that left are told instead."""
    left: tuple[int, ...] = ()
    """Numbers of the cards that left in this round."""


@dataclass(frozen=True)
class Played:
    """A game as far as it has been played."""

    members: list[int]
    """After each round, from before the first."""
    shares: list[float]
    """Announced for each round, and for the next one [yuan]."""


def played_by_model(cards: tuple[Card, ...], rounds: int = ROUNDS) -> Played:
    """Let the engine play: everybody stays if and only if cover is worth the announced share."""
    frame = pl.DataFrame(
        {
            "expected_cost": [float(card.cost) for card in cards],
            "willingness_to_pay": [float(card.worth) for card in cards],
        }
    )
    simulation = Simulation(Scenario.textbook(n_periods=rounds), people=frame, seed=1)
    shares = [simulation.pools[0].announced]
    while simulation.running:
        simulation.step()
        shares.append(simulation.pools[0].announced)
    members = [int(n) for n in columns_of(simulation, 0)["members"]]
    members += [members[-1]] * (rounds + 1 - len(members))
    return Played(members, shares)


def played_by_class(cards: tuple[Card, ...], counts: list[Count]) -> Played:
    """Work out the shares of a game that a class plays.

    Cards that are told to have left are taken out. Where only hands were counted, those stay to
    whom cover is worth most: a count does not say who left.
    """
    inside = list(cards)
    members, shares = [len(inside)], [_mean_cost(inside)]
    for count in counts:
        if count.left:
            inside = [card for card in inside if card.number not in count.left]
        if count.stayed is not None and count.stayed < len(inside):
            keenest = sorted(inside, key=lambda card: card.worth, reverse=True)
            inside = keenest[: max(count.stayed, 0)]
        members.append(len(inside))
        shares.append(_mean_cost(inside))
    return Played(members, shares)


def _mean_cost(cards: list[Card]) -> float:
    return sum(card.cost for card in cards) / len(cards) if cards else 0.0


def numbers_in(text: str) -> tuple[int, ...]:
    """Read numbers of cards from a line such as ``3, 17, 20-24``; what is no number is left out."""
    found: list[int] = []
    for first, last in re.findall(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?", text):
        found += range(int(first), int(last or first) + 1)
    return tuple(sorted(set(found)))

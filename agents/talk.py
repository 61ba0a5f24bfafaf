"""Talk: sentiment moves toward what the neighbours felt last period, own experience and news."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.compiled import rule, sweep
from agents.fairness import unfairness
from agents.population import People
from agents.tallies import TIE_ENDS, TIE_PRODUCTS, TIE_SQUARES, TIE_SUM
from agents.terms import COMPLETE_TIES, LISTED_TIES, NO_TIES, Quotes, Rates, Scratch, Ties

VOICE_SCALE = 268_435_456.0
"""Steps of sentiment per unit in a voice (2²⁸): fixed point, so that sums have no order."""


@rule
def voice(sentiment: float, member: bool) -> int:
    """Pack sentiment and membership into one number that neighbours hear."""
    return 2 * round(sentiment * VOICE_SCALE) + (1 if member else 0)


@rule
def sentiment_in(spoken: int) -> float:
    """Return the sentiment that a voice carries."""
    return (spoken >> 1) / VOICE_SCALE


@rule
def experience(willingness: float, burden: float) -> float:
    """Return what membership is like, in −1 … 1: the share of its worth that is left over."""
    if willingness <= 0.0:
        return 0.0 if burden <= 0.0 else -1.0
    return min(max((willingness - burden) / willingness, -1.0), 1.0)


@rule
def talked_to(
    own_view: float,
    neighbours_view: float,
    susceptibility: float,
    has_neighbours: bool,
    news: float,
) -> float:
    """Return sentiment after a period of talk (Friedkin and Johnsen 1990, plus news)."""
    weight = susceptibility if has_neighbours else 0.0
    return min(max((1.0 - weight) * own_view + weight * neighbours_view + news, -1.0), 1.0)


@rule
def own_view(i: int, people: People, rates: Rates) -> float:
    """Return person i's sentiment as own experience moves it, before anybody else is heard.

    Outsiders have no experience of the plan; they fall back on their opinion.
    """
    k = people.plan[i]
    lived = people.opinion[i] * 1.0
    if k >= 0:
        expected = people.expected_contribution[k, i] * 1.0
        own_cost, reference = unfairness(i, k, expected, people, rates)
        burden = people.price_weight[i] * expected + own_cost + reference
        lived = experience(people.willingness_to_pay[k, i] * 1.0, burden)
    weight = rates.experience_weight
    return (1.0 - weight) * people.sentiment[i] + weight * lived


@sweep
def listen(
    first: int, last: int, people: People, ties: Ties, quotes: Quotes, heard: Any, tally: Any
) -> None:
    """Write the neighbours' mean sentiment to `heard` and the share of members among them."""
    ends, total, squares, products = 0.0, 0.0, 0.0, 0.0
    n = people.heard.size
    for i in range(first, last):
        own = people.heard[i]
        count, sentiments, members = 0, np.int64(0), np.int64(0)
        if ties.kind == LISTED_TIES:
            start, stop = ties.start[i], ties.start[i + 1]
            count = stop - start
            for j in range(start, stop):
                said = np.int64(people.heard[ties.neighbour[j]])
                sentiments += said
                members += said & 1
            sentiments = (sentiments - members) >> 1
        elif ties.kind == COMPLETE_TIES:
            count = n - 1
            sentiments = np.int64(quotes.chorus) - (np.int64(own) >> 1)
            members = np.int64(quotes.crowd) - (np.int64(own) & 1)
        mean = sentiments / VOICE_SCALE / count if count > 0 else 0.0
        people.neighbours_in[i] = members / count if count > 0 else 0.0
        heard[i - first] = mean
        mine = sentiment_in(own)
        ends += count
        total += count * mine
        squares += count * mine * mine
        products += count * mine * mean
    tally[TIE_ENDS] += ends
    tally[TIE_SUM] += total
    tally[TIE_SQUARES] += squares
    tally[TIE_PRODUCTS] += products


@sweep
def talk(
    first: int,
    last: int,
    people: People,
    ties: Ties,
    quotes: Quotes,
    rates: Rates,
    scratch: Scratch,
    tally: Any,
) -> None:
    """Move everybody's sentiment; neighbours are heard as they were last period."""
    if ties.kind != NO_TIES:
        listen(first, last, people, ties, quotes, scratch.heard, tally)
    n = people.heard.size
    for i in range(first, last):
        has_neighbours = ties.kind == COMPLETE_TIES and n > 1
        if ties.kind == LISTED_TIES:
            has_neighbours = ties.start[i + 1] > ties.start[i]
        people.sentiment[i] = talked_to(
            own_view(i, people, rates),
            scratch.heard[i - first] if has_neighbours else 0.0,
            people.susceptibility[i] * 1.0,
            has_neighbours,
            quotes.news,
        )

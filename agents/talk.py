"""Talk: sentiment moves toward what the neighbours felt last period, own experience and news."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.compiled import rule, sweep, unsigned
from agents.fairness import unfairness
from agents.neighbourhood import listen_around
from agents.population import People
from agents.tallies import TIE_ENDS, TIE_PRODUCTS, TIE_SQUARES, TIE_SUM
from agents.terms import COMPLETE_TIES, COMPUTED_TIES, LISTED_TIES, Quotes, Rates, Scratch, Ties

VOICE_SCALE = 268_435_456.0
"""Steps of sentiment per unit in a voice (2²⁸): fixed point, so that sums have no order."""


FINE = 1.0 / VOICE_SCALE
"""Sentiment of one step."""


@rule
def voice(sentiment: float, member: bool) -> int:
    """Pack sentiment and membership into one number that neighbours hear."""
    return 2 * round(sentiment * VOICE_SCALE) + (1 if member else 0)


@rule
def sentiment_in(spoken: int) -> float:
    """Return the sentiment that a voice carries."""
    return (spoken >> 1) * FINE


@rule
def experience(willingness: float, burden: float) -> float:
    """Return what membership is like, in −1 … 1: the share of its worth that is left over."""
    worthless = 0.0 if burden <= 0.0 else -1.0
    left_over = (willingness - burden) / (willingness if willingness > 0.0 else 1.0)
    return min(max(left_over, -1.0), 1.0) if willingness > 0.0 else worthless


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
def lived(i: int, k: int, people: People, rates: Rates) -> float:
    """Return what membership of plan k has been like for person i, in −1 … 1."""
    expected = people.expected_contribution[k, i] * 1.0
    own_cost, reference = unfairness(i, k, expected, people, rates)
    burden = people.price_weight[i] * expected + own_cost + reference
    return experience(people.willingness_to_pay[k, i] * 1.0, burden)


@sweep
def listen(
    first: int, last: int, people: People, ties: Ties, quotes: Quotes, scratch: Scratch
) -> None:
    """Write how many neighbours each has, the sum of their sentiments and of their memberships."""
    start, n = unsigned(first), unsigned(last - first)
    ends, sentiments, members = scratch.ends, scratch.heard, scratch.members
    if ties.kind == LISTED_TIES:
        for j in range(n):
            begin, end = ties.start[start + j], ties.start[start + j + unsigned(1)]
            voices, inside = np.int64(0), np.int64(0)
            for tie in range(unsigned(begin), unsigned(end)):
                said = np.int64(people.heard[ties.neighbour[tie]])
                voices += said
                inside += said & 1
            ends[j] = end - begin
            sentiments[j] = ((voices - inside) >> 1) * FINE
            members[j] = inside
    elif ties.kind == COMPLETE_TIES:
        for j in range(n):
            own = people.heard[start + j]
            ends[j] = people.heard.size - 1.0
            sentiments[j] = (quotes.chorus - (own >> 1)) * FINE
            members[j] = quotes.crowd - (own & 1)
    elif ties.kind == COMPUTED_TIES:
        partners = scratch.words[0]
        listen_around(first, last, people.heard, ties, partners, ends, sentiments, members)
        for j in range(n):
            sentiments[j] *= FINE
    else:
        for j in range(n):
            ends[j], sentiments[j], members[j] = 0.0, 0.0, 0.0


@sweep
def remember_what_was_heard(
    first: int, last: int, people: People, scratch: Scratch, tally: Any
) -> None:
    """Turn sums over neighbours into means, and sum up how alike neighbours feel."""
    start, n = unsigned(first), unsigned(last - first)
    counts, heard, members = scratch.ends, scratch.heard, scratch.members
    for j in range(n):
        share = 1.0 / max(counts[j], 1.0)
        heard[j] *= share
        people.neighbours_in[start + j] = members[j] * share
    ends, total, squares, products = 0.0, 0.0, 0.0, 0.0
    for j in range(n):
        count, mine = counts[j], sentiment_in(people.heard[start + j])
        ends += count
        total += count * mine
        squares += count * mine * mine
        products += count * mine * heard[j]
    tally[TIE_ENDS] += ends
    tally[TIE_SUM] += total
    tally[TIE_SQUARES] += squares
    tally[TIE_PRODUCTS] += products


@sweep
def look_back(
    first: int, last: int, people: People, n_plans: int, rates: Rates, views: Any
) -> None:
    """Write everybody's sentiment as own experience moves it, before anybody else is heard.

    Outsiders have no experience of the plan; they fall back on their opinion.
    """
    start, n = unsigned(first), unsigned(last - first)
    for j in range(n):
        views[j] = people.opinion[start + j]
    for k in range(n_plans):
        for j in range(n):
            i = start + j
            view = lived(i, k, people, rates)
            views[j] = view if people.plan[i] == k else views[j]
    weight = rates.experience_weight
    for j in range(n):
        views[j] = (1.0 - weight) * people.sentiment[start + j] + weight * views[j]


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
    start, n = unsigned(first), unsigned(last - first)
    listen(first, last, people, ties, quotes, scratch)
    remember_what_was_heard(first, last, people, scratch, tally)
    look_back(first, last, people, quotes.flat.size, rates, scratch.views)
    for j in range(n):
        i = start + j
        people.sentiment[i] = talked_to(
            scratch.views[j],
            scratch.heard[j],
            people.susceptibility[i] * 1.0,
            scratch.ends[j] > 0.0,
            quotes.news,
        )
    hear_of_claims(first, last, people, quotes)


@sweep
def hear_of_claims(first: int, last: int, people: People, quotes: Quotes) -> None:
    """Move members' sentiment by what their plan published about last period's claims."""
    for k in range(quotes.told.size):
        told = quotes.told[k]
        if told == 0.0:
            continue
        for i in range(unsigned(first), unsigned(last)):
            moved = min(max(people.sentiment[i] + told, -1.0), 1.0)
            people.sentiment[i] = moved if people.plan[i] == k else people.sentiment[i]

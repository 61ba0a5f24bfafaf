"""Announce: what everybody hears at the start of a period."""

from __future__ import annotations

import math
from typing import Any

from agents.compiled import rule, sweep
from agents.pool import Pools
from agents.tallies import CHORUS, MEMBERS
from agents.terms import N_STEPS, Quotes, Rates, Terms


@rule
def attention(base: float, change: float, news: float, rates: Rates) -> float:
    """Return the probability that a member reviews.

    1 − (1 − base) · exp(−a · change − b · |news|), with the change of the contribution relative
    to the larger of the last two, so that it is defined when one of them is zero.
    """
    stirred = rates.attention_to_change * change + rates.attention_to_news * abs(news)
    return 1.0 - (1.0 - base) * math.exp(-stirred)


@rule
def begins_year(period: int, period_length: float) -> bool:
    """Whether a period is the first of a calendar year; period 1 begins one."""
    years = math.floor((period - 1) * period_length + 1e-9)
    return period == 1 or years > math.floor((period - 2) * period_length + 1e-9)


@sweep
def begin_year(pools: Pools) -> None:
    """Forget what was charged in the year that is over."""
    for k in range(pools.head.size):
        pools.years[k] += 1.0
        pools.charged_this_year[k] = 0.0
        for step in range(N_STEPS):
            pools.charged_by_step[k, step] = 0.0


@sweep
def prepare(period: int, news: float, pools: Pools, terms: Terms, rates: Rates) -> None:
    """Open the plans that begin; work out who will review and who markets.

    Parameters
    ----------
    period : int
        The period that begins.
    news : float
        Sum of the period's news, weighted [sentiment].
    pools, terms, rates
        What each pool announces (changed), its rules, and the rates of attention.
    """
    for k in range(pools.head.size):
        pools.attention[k] = attention(rates.attention, pools.last_change[k], news, rates)
        if period == terms.opens[k]:
            pools.open[k] = True
        since = period - max(terms.opens[k] - 1, 0)
        in_time = pools.open[k] and since <= terms.marketing_periods[k]
        pools.marketing[k] = terms.marketing[k] if in_time else 0.0
        last_period = terms.closes[k]
        pools.free[k] = last_period - terms.free_periods_at_closing[k] < period <= last_period
        has_ended = period > terms.opens[k] and not pools.open[k] and not pools.wound_up[k]
        pools.closing[k] = period == last_period or has_ended


@rule
def quotes_from(period: int, news: float, before: Any, pools: Pools) -> Quotes:
    """Return what everybody hears in a period that was prepared.

    `before` are the totals of the last period, shape (plans, N_TALLIES). The arrays are the pools'
    own: settling changes the contributions under the quotes.
    """
    crowd = 0.0
    for k in range(pools.head.size):
        crowd += before[k, MEMBERS]
    return Quotes(
        period,
        pools.flat,
        pools.slope,
        pools.attention,
        pools.marketing,
        news,
        before[0, CHORUS],
        crowd,
        pools.told,
    )


def announced(period: int, news: float, before: Any, pools: Pools) -> Quotes:
    """Return the same to Python, which a rule cannot: it would not own the arrays."""
    in_python: Any = quotes_from
    quotes: Quotes = in_python.py_func(period, float(news), before, pools)
    return quotes._replace(chorus=float(quotes.chorus), crowd=float(quotes.crowd))

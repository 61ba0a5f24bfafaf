"""The announcement: what everybody hears at the start of a period."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from agents import tallies
from agents.pool import Pool
from agents.terms import Quotes
from model.scenario import Scenario

Array = np.ndarray[Any, Any]


def quotes_of(
    scenario: Scenario, pools: list[Pool], period: int, news: float, totals: Array | None
) -> Quotes:
    """Return contributions, news and the general mood, as the sweeps read them.

    Parameters
    ----------
    scenario : Scenario
        Gives the rates of attention.
    pools : list of Pool
        What each announces.
    period : int
        The period that begins, or that is being closed.
    news : float
        Sum of the period's news, weighted [sentiment].
    totals : ndarray of float64, shape (plans, tallies), or None
        Of the last period; None before there is any.
    """
    everybody = np.zeros(tallies.N_TALLIES) if totals is None else totals[0]
    return Quotes(
        period=period,
        flat=np.array([pool.flat for pool in pools]),
        slope=np.array([pool.slope for pool in pools]),
        attention=np.array([attention(scenario, pool.last_change, news) for pool in pools]),
        marketing=np.array([pool.marketing(period) for pool in pools]),
        news=news,
        chorus=float(everybody[tallies.CHORUS]),
        crowd=0.0 if totals is None else float(totals[:, tallies.MEMBERS].sum()),
    )


def attention(scenario: Scenario, change: float, news: float) -> float:
    """Return the probability that a member reviews.

    1 − (1 − base) · exp(−a · change − b · |news|), with the change of the contribution relative
    to the larger of the last two, so that it is defined when one of them is zero.
    """
    stirred = scenario.attention_to_change * change + scenario.attention_to_news * abs(news)
    return 1 - (1 - scenario.attention) * math.exp(-stirred)


def begins_year(period: int, period_length: float) -> bool:
    """Whether a period is the first of a calendar year; period 1 begins one."""
    years = math.floor((period - 1) * period_length + 1e-9)
    return period == 1 or years > math.floor((period - 2) * period_length + 1e-9)

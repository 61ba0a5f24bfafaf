"""The verdict: what became of a pool, in a word, a sentence and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from agents.causes import CHOSEN, FORCED
from model.scenario import Scenario
from model.sentences import sentence_en, sentence_zh

Array = np.ndarray[Any, Any]

OUTCOMES = ("collapsed", "spiral", "run", "eroding", "stable", "growing")


@dataclass(frozen=True)
class Thresholds:
    """Where the classifier draws its lines; nothing in the model depends on them."""

    collapsed_below: float = 0.05
    """Members left, as a share of the peak."""
    lost_half: float = 0.5
    """Share of the peak lost in a spiral or a run."""
    contribution_rose: float = 0.25
    """Relative rise of the trailing-year contribution in a spiral."""
    selection_explains: float = 0.5
    """Share of the rise in the mean expected cost that leavers explain in a spiral."""
    lost_some: float = 0.10
    """Share of the peak lost when eroding."""
    grew: float = 0.10
    """Gain over the opening, with the peak at the end, when growing."""
    tipping_slope: float = 1.0
    """Slope of the local map at which a pool tips."""


@dataclass(frozen=True)
class Verdict:
    """What became of a pool."""

    outcome: str
    """One of `OUTCOMES`."""
    periods: int
    peak_period: int
    peak_members: float
    members: float
    """At the end [people]."""
    members_lost: float
    """Share of the peak."""
    contribution: float
    """In the last period in which members were charged [yuan per member per period]."""
    contribution_rise: float
    """Relative rise of the trailing-year contribution from the peak to the end."""
    selection_share: float
    """Share of the rise in the mean expected cost that leavers explain; NaN without a rise."""
    selection_ratio: float
    """Incidence of members ÷ of the eligible, in the last period with members."""
    commonest_cause: str
    """Of the exits since the peak; empty if there were none."""
    tipping_period: int | None
    tipping_reason: str
    """``slope``, ``last_peak`` or empty."""
    closed: bool
    """Whether the plan closed by its own minimum size."""
    ended: int | None = None
    """Period in which its platform ended it; everything else is of the periods before."""
    sentence: str = field(default="")
    sentence_zh: str = field(default="")


def judge(
    history: pl.DataFrame,
    scenario: Scenario,
    plan: str | None = None,
    lines: Thresholds | None = None,
) -> Verdict:
    """Judge one plan's history.

    Parameters
    ----------
    history : polars.DataFrame
        As of `model.metrics.history_of`.
    scenario : Scenario
        The one that was run; gives the length of a year and the plan's minimum size.
    plan : str, optional
        The plan; the first if left out.
    lines : Thresholds, optional
        Where to draw the lines.
    """
    plan = plan or scenario.plans[0].name
    rows = history.filter(pl.col("plan") == plan)
    columns = {name: rows[name].to_numpy() for name in _USED}
    closes = next((one.closes for one in scenario.plans if one.name == plan), None)
    verdict = verdict_on(columns, scenario.period_length, lines, closes)
    return replace(verdict, sentence=sentence_en(verdict), sentence_zh=sentence_zh(verdict))


def verdict_on(
    columns: Mapping[str, Array],
    period_length: float,
    lines: Thresholds | None = None,
    closes: int | None = None,
) -> Verdict:
    """Return the verdict on one plan's columns of a history, without its sentences.

    Parameters
    ----------
    columns : mapping of str to ndarray, each of shape (periods + 1,)
        As of `model.metrics.columns_of`.
    period_length : float
        Length of a period [years].
    lines : Thresholds, optional
        Where to draw the lines.
    closes : int, optional
        Last period of a plan that its platform ends: what came before it is judged.
    """
    lines, ended = lines or Thresholds(), _ended(columns["open"], closes)
    columns = {name: column[:ended] for name, column in columns.items()}
    members = columns["members"]
    peak = int(np.argmax(members))
    alive = np.flatnonzero(members > 0)
    last = int(alive[-1]) if alive.size else 0
    closed = not columns["open"][-1]
    lost = (members[peak] - members[-1]) / members[peak] if members[peak] > 0 else 0.0
    rise = _contribution_rise(columns["contribution"], peak, last, period_length)
    share = _selection_share(columns, peak, last)
    cause = _commonest_cause(columns, peak)
    outcome = _outcome(members, peak, lost, rise, share, cause, closed, lines)
    tipping, reason = _tipping(columns, peak, outcome, lines)
    return Verdict(
        outcome=outcome,
        periods=len(members) - 1,
        peak_period=peak,
        peak_members=float(members[peak]),
        members=float(members[-1]),
        members_lost=float(lost),
        contribution=_last_charged(columns, last),
        contribution_rise=rise,
        selection_share=share,
        selection_ratio=float(columns["selection_ratio"][last]),
        commonest_cause=cause,
        tipping_period=tipping,
        tipping_reason=reason,
        closed=closed,
        ended=ended,
    )


def _last_charged(columns: Mapping[str, Array], last: int) -> float:
    """Return the contribution of the last period in which members, not the sponsor, paid."""
    charged = np.flatnonzero(columns["contribution"][: last + 1] > 0)
    return float(columns["contribution"][charged[-1]]) if charged.size else 0.0


def _ended(was_open: Array, closes: int | None) -> int | None:
    """Return the period in which its platform ended a plan that was still open."""
    if closes is None or closes >= len(was_open) or was_open[closes] or not was_open[closes - 1]:
        return None
    return closes


_USED = (
    "open",
    "members",
    "contribution",
    "expected_cost",
    "ledger_leavers",
    "slope",
    "selection_ratio",
    *(f"left_{cause}" for cause in (*CHOSEN, *FORCED)),
)


def _outcome(
    members: Array,
    peak: int,
    lost: float,
    rise: float,
    share: float,
    cause: str,
    closed: bool,
    lines: Thresholds,
) -> str:
    if closed or (members[peak] > 0 and members[-1] < lines.collapsed_below * members[peak]):
        return "collapsed"
    by_selection = share >= lines.selection_explains
    if lost >= lines.lost_half and rise >= lines.contribution_rose and by_selection:
        return "spiral"
    if lost >= lines.lost_half and not by_selection and cause == "sentiment":
        return "run"
    if lost >= lines.lost_some:
        return "eroding"
    at_end = peak >= len(members) - 1 or members[-1] >= 0.999 * members[peak]
    if at_end and members[-1] > (1 + lines.grew) * members[0]:
        return "growing"
    return "stable"


def _contribution_rise(contribution: Array, peak: int, last: int, period_length: float) -> float:
    """Return the relative rise of the mean contribution over a trailing year."""
    window = max(round(1 / period_length), 1)

    def trailing(period: int) -> float:
        first = max(period - window + 1, 1 if period else 0)
        return float(contribution[first : period + 1].mean())

    before, now = trailing(peak), trailing(last)
    if before <= 0:
        return float("inf") if now > 0 else 0.0
    return now / before - 1


def _selection_share(columns: Mapping[str, Array], peak: int, last: int) -> float:
    """Return leavers' part of the rise in the mean expected cost since the peak."""
    rise = columns["expected_cost"][last] - columns["expected_cost"][peak]
    if not rise > 1e-9 * abs(columns["expected_cost"][peak]):
        return float("nan")
    return float(columns["ledger_leavers"][peak + 1 : last + 1].sum() / rise)


def _commonest_cause(columns: Mapping[str, Array], peak: int) -> str:
    causes = (*CHOSEN, *FORCED)
    exits = np.stack([columns[f"left_{cause}"] for cause in causes])[:, peak + 1 :].sum(axis=1)
    return causes[int(exits.argmax())] if exits.any() else ""


def _tipping(
    columns: Mapping[str, Array], peak: int, outcome: str, lines: Thresholds
) -> tuple[int | None, str]:
    """Return when a pool that shrank tipped, and by which sign."""
    if outcome in ("stable", "growing"):
        return None, ""
    members, slope = columns["members"], columns["slope"]
    steep = np.flatnonzero((slope >= lines.tipping_slope) & (members > 0))
    steep = steep[steep >= peak]
    if steep.size:
        return int(steep[0]), "slope"
    inner = members[1:-1]
    crests = np.flatnonzero((inner >= members[:-2]) & (inner > members[2:])) + 1
    before = crests[(crests >= peak) & (members[crests] >= (1 - lines.lost_some) * members[peak])]
    return (int(before[-1]) if before.size else peak), "last_peak"

"""What a sweep keeps of one run: a row of outcomes, and columns of its history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.causes import CAUSE_NAMES
from agents.tallies import AGE_BANDS
from model.metrics import columns_of
from model.scenario import Scenario
from model.simulation import Simulation
from model.verdict import Verdict, verdict_on

Array = np.ndarray[Any, Any]

TEXT, SWITCH = "name", "yes or no"

_TOTALS = {
    "total_contributions": ("contributions", "yuan", "paid by members over the run"),
    "total_benefits": ("benefits", "yuan", "paid to claimants over the run"),
    "total_claims": ("claims", "cases", "cases that became known over the run"),
    "total_joined": ("joined", "people", "entries over the run"),
    "total_lapsed": ("lapsed", "people", "exits by choice over the run"),
    "total_welfare": ("welfare", "yuan", "worth of cover less loaded expected cost, over the run"),
    "total_consumer_surplus": (
        "consumer_surplus",
        "yuan",
        "worth less contributions, over the run",
    ),
    "total_deadweight_loss": ("deadweight_loss", "yuan", "first best less welfare, over the run"),
    **{
        f"total_left_{cause}": (f"left_{cause}", "people", f"exits over the run, cause: {cause}")
        for cause in CAUSE_NAMES
    },
    **{
        f"total_cross_subsidy_quartile_{q}": (
            f"cross_subsidy_quartile_{q}",
            "yuan",
            f"paid beyond loaded expected cost over the run, risk quartile {q} (4: highest)",
        )
        for q in range(1, 5)
    },
    **{
        f"total_cross_subsidy_age_{band}": (
            f"cross_subsidy_age_{band}",
            "yuan",
            f"paid beyond loaded expected cost over the run, age {band}",
        )
        for band in AGE_BANDS
    },
}

OUTCOMES: dict[str, tuple[str, str]] = {
    "outcome": (
        TEXT,
        "verdict on the first plan: collapsed, spiral, run, eroding, stable, growing",
    ),
    "collapsed": (
        SWITCH,
        "whether fewer than 5 % of the peak members are left at the end, or the plan closed itself",
    ),
    "closed": (SWITCH, "whether the plan closed by its own minimum size"),
    "periods": ("periods", "periods that the run lasted"),
    "opening_members": ("people", "members at the start"),
    "peak_period": ("periods", "period of the most members"),
    "peak_members": ("people", "most members in any period"),
    "final_members": ("people", "members at the end"),
    "members_kept": ("1", "members at the end ÷ at the peak"),
    "half_life": (
        "periods",
        "periods from the peak until at most half of its members are left; empty: never",
    ),
    "final_take_up": ("1", "members ÷ eligible at the end"),
    "announced_contribution": ("yuan per member per period", "contribution announced at first"),
    "final_contribution": (
        "yuan per member per period",
        "contribution in the last period with members",
    ),
    "contribution_rise": (
        "1",
        "relative rise of the trailing-year contribution from the peak of membership to the last "
        "period with members",
    ),
    "contribution_year_max": ("yuan per member per year", "largest trailing-year contribution"),
    "opening_selection_ratio": ("1", "incidence of members ÷ of the eligible at the start"),
    "final_selection_ratio": (
        "1",
        "incidence of members ÷ of the eligible, in the last period with members",
    ),
    "selection_share": ("1", "leavers' part of the rise in the members' mean expected cost"),
    "final_mean_age": ("years", "mean age of members, in the last period with members"),
    "final_sentiment": ("1", "mean sentiment of everybody, members or not, at the end"),
    "mean_hoover": ("1", "mean over the periods of the share that redistribution moves"),
    "largest_slope": ("1", "largest slope of the local map while there are members"),
    "tipping_period": ("periods", "period at which the pool tipped; empty: it did not"),
    "tipping_reason": (TEXT, "slope, last_peak or empty"),
    "commonest_cause": (TEXT, "commonest cause of exit since the peak; empty: no exits"),
    "total_relative_welfare": ("1", "welfare ÷ first best, each summed over the run"),
    "sponsor_cost": ("yuan", "all that the sponsor paid, over the run"),
    **{name: (unit, meaning) for name, (_, unit, meaning) in _TOTALS.items()},
    **{
        f"kept_quartile_{q}": (
            "1",
            f"members ÷ eligible at the end, risk quartile {q} (4: highest)",
        )
        for q in range(1, 5)
    },
}
"""Columns of the table `runs` that say what came out of the first plan: unit and meaning."""

SERIES_BY_DEFAULT = ("members", "contribution", "selection_ratio", "sentiment")
"""Columns of the history that the table `series` keeps if an experiment does not say."""


@dataclass(frozen=True)
class RunOutcome:
    """What one run left behind."""

    row: dict[str, Any]
    """One value for each of `OUTCOMES`; None where there is nothing to say."""
    series: dict[str, Array]
    """``period``, ``plan`` and the wanted columns of the history, a row a period and plan."""


def run_one(scenario: Scenario, seed: int, wanted: Sequence[str] = ()) -> RunOutcome:
    """Run a scenario once and return what a sweep keeps of it.

    Parameters
    ----------
    scenario : Scenario
        What the run is told.
    seed : int
        Seed of all its luck.
    wanted : sequence of str
        Columns of the history to keep (see `model.metrics.COLUMNS`).
    """
    simulation = Simulation(scenario, seed=seed, threads=1).run()
    columns = [columns_of(simulation, k) for k in range(len(scenario.plans))]
    series = _series(scenario, columns, wanted) if wanted else {}
    closes = simulation.scenario.plans[0].closes
    verdict = verdict_on(columns[0], scenario.period_length, closes=closes)
    return RunOutcome(_row(columns[0], verdict), series)


def _series(
    scenario: Scenario, columns: Sequence[Mapping[str, Array]], wanted: Sequence[str]
) -> dict[str, Array]:
    names = np.array([plan.name for plan in scenario.plans], object)
    periods = [one["period"] for one in columns]
    return {
        "period": np.concatenate(periods),
        "plan": np.repeat(names, [len(one) for one in periods]),
        **{name: np.concatenate([one[name] for one in columns]) for name in wanted},
    }


def _row(columns: Mapping[str, Array], verdict: Verdict) -> dict[str, Any]:
    members = columns["members"]
    alive = np.flatnonzero(members > 0)
    last = int(alive[-1]) if alive.size else 0
    halved = np.flatnonzero(members[verdict.peak_period :] <= verdict.peak_members / 2)
    row: dict[str, Any] = {
        **_judged(verdict),
        "opening_members": members[0],
        "half_life": int(halved[0]) if halved.size else None,
        "final_take_up": columns["take_up"][-1],
        "announced_contribution": columns["contribution"][0],
        "contribution_year_max": columns["contribution_year"].max(),
        "opening_selection_ratio": columns["selection_ratio"][0],
        "final_mean_age": columns["mean_age"][last],
        "final_sentiment": columns["sentiment"][-1],
        "mean_hoover": _mean(columns["hoover"]),
        "largest_slope": _largest(columns["slope"][members > 0]),
        "total_relative_welfare": _over(columns["welfare"].sum(), columns["first_best"].sum()),
        "sponsor_cost": columns["sponsor_cost"].sum(),
        **_totals(columns),
        **{f"kept_quartile_{q}": columns[f"still_in_quartile_{q}"][-1] for q in range(1, 5)},
    }
    return {name: _plain(row[name]) for name in OUTCOMES}


def _totals(columns: Mapping[str, Array]) -> dict[str, Any]:
    sums = np.stack([columns[source] for source, _, _ in _TOTALS.values()]).sum(axis=1)
    return dict(zip(_TOTALS, sums.tolist(), strict=True))


def _judged(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome,
        "collapsed": verdict.outcome == "collapsed",
        "closed": bool(verdict.closed),
        "periods": verdict.periods,
        "peak_period": verdict.peak_period,
        "peak_members": verdict.peak_members,
        "final_members": verdict.members,
        "members_kept": 1.0 - verdict.members_lost,
        "final_contribution": verdict.contribution,
        "contribution_rise": verdict.contribution_rise,
        "final_selection_ratio": verdict.selection_ratio,
        "selection_share": verdict.selection_share,
        "tipping_period": verdict.tipping_period,
        "tipping_reason": verdict.tipping_reason,
        "commonest_cause": verdict.commonest_cause,
    }


def _mean(values: Array) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else None


def _largest(values: Array) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.max()) if known.size else None


def _over(above: float, below: float) -> float | None:
    return float(above / below) if below else None


def _plain(value: Any) -> Any:
    """Return a builtin; nothing for a number that is not finite."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value

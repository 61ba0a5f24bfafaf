"""Answers about repairs, about pools that hold, and about Xiang Hu Bao."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from classroom.lessons.answers import OLD, YOUNG, as_word
from classroom.lessons.findings import Finding, measure
from classroom.lessons.runs import Lived, lived
from classroom.setup import B, Setup
from experiments.observations import observed

RUNS = 20
"""Runs that are counted."""
YEAR = 24
"""Half-months."""
TOO_CLOSE = 0.04
"""Difference of errors that says nothing: what the calibration allows on members, by judgement."""

REPAIRS: dict[str, dict[str, Any]] = {
    "subsidy": {"subsidy": 0.5},
    "lock_in": {"term": 12},
    "age_bands": {"sharing": "age_band"},
}


@measure
def best_repair(setup: Setup) -> Finding:
    """Which of three repairs keeps most members."""
    kept = {name: lived(setup.but(b=change), B).kept for name, change in REPAIRS.items()}
    return Finding(max(kept, key=lambda name: kept[name]), {**kept, "none": lived(setup).kept})


@measure
def who_pays_more(setup: Setup) -> Finding:
    """Which ages pay more under B's rule than under A's, in the first period."""
    a, b = lived(setup, to=0), lived(setup, B, to=0)
    ages = {"young": (0, YOUNG), "old": (OLD, np.inf)}
    equal, new = (
        {name: run.own_share(run.inside(*years)) for name, years in ages.items()} for run in (a, b)
    )
    more = {name: new[name] - equal[name] for name in ages}
    worst = max(more, key=lambda name: more[name])
    facts = {"equal": equal["old"], "young": new["young"], "old": new["old"]}
    return Finding(worst if more[worst] > 0 else "none", facts)


@measure
def sponsor_pays(setup: Setup) -> Finding:
    """Find what the sponsor pays for each member in the last period."""
    run = lived(setup)
    cost = float(run.columns["sponsor_cost"][-1] / max(run.members[-1], 1))
    return Finding(cost, {"sponsor": cost, "paid": run.contribution, "kept": run.kept})


@measure
def held_by_penalty(setup: Setup) -> Finding:
    """How many of a hundred members of B would leave if there were no penalty."""
    run = lived(setup, B)
    share = 100 * run.unwilling()
    return Finding(share, {"held": share, "kept": run.kept, "without": lived(setup).kept})


@measure
def doubled_again(setup: Setup) -> Finding:
    """Compare what doubling the fee a second time does with what the first doubling did."""
    fee = setup.a["fee"]
    half, once, twice = (
        lived(setup.but(a={**setup.a, "fee": f})).kept for f in (fee / 2, fee, 2 * fee)
    )
    first, second = max(half - once, 0.0), once - twice
    word = as_word(second / max(first, 1e-9), 1.5, 4, ("same", "twice", "many"))
    return Finding(word, {"half": half, "once": once, "twice": twice})


@measure
def runs_that_shrink(setup: Setup) -> Finding:
    """How many of twenty runs lose more than a tenth of their members."""
    kept = [lived(setup.but(seed=seed)).kept for seed in range(1, RUNS + 1)]
    count = float(sum(share < 0.9 for share in kept))
    return Finding(count, {"count": count, "runs": RUNS, "worst": min(kept), "best": max(kept)})


@measure
def lost_so_far(setup: Setup) -> Finding:
    """How much of its members a pool has lost at the end."""
    run = lived(setup)
    lost = 1 - run.kept
    facts = {"lost": lost, "first": run.columns["contribution"][1], "last": run.contribution}
    return Finding(as_word(lost, 0.25, 0.75, ("little", "half", "nearly_all")), facts)


@measure
def leavers_part(setup: Setup) -> Finding:
    """How much of the first year's rise of the mean cost is due to who left, in per cent."""
    run = lived(setup, to=YEAR)
    parts = {
        name: float(run.columns[f"ledger_{name}"][1:].sum())
        for name in ("leavers", "joiners", "run_off", "ageing", "luck")
    }
    share = 100 * parts["leavers"] / sum(parts.values())
    first, last = run.columns["contribution"][[2, YEAR]]
    return Finding(share, {"leavers": share, "first": first, "last": last})


def _seen() -> Any:
    setup = Setup(preset="xianghubao")
    rows = observed("xianghubao", setup.scenario())
    return rows.filter((rows["variable"] == "members") & (rows["period"] > 0))


@functools.cache
def _last_seen() -> float:
    """Return the members observed at the end, in million."""
    return float(_seen()["value"][-1]) / 1e6


@measure
def members_in_million(setup: Setup) -> Finding:
    """How many million members the model has at the end."""
    run = lived(setup)
    left = float(run.members[-1]) / 1e6
    facts = {
        "model": left,
        "seen": _last_seen(),
        "peak": float(run.members.max()) / 1e6,
        "off": left / _last_seen() - 1,
    }
    return Finding(left, facts)


SWITCHES: dict[str, dict[str, Any]] = {
    "news": {"news_weight": 0.0},
    "knowledge": {"private_information": 0.0},
    "insurer": {"insurer_awareness": 0.0},
}


@measure
def strongest_switch(setup: Setup) -> Finding:
    """Which mechanism, switched off, changes the members at the end most."""
    base = lived(setup).members[-1] / 1e6
    ends = {name: lived(setup.but(b=c), B).members[-1] / 1e6 for name, c in SWITCHES.items()}
    facts = {name: float(end) for name, end in ends.items()} | {"base": float(base)}
    return Finding(max(ends, key=lambda name: abs(ends[name] - base)), facts)


@measure
def nearer_account(setup: Setup) -> Finding:
    """Whether A or B is nearer to the members on record until the end of 2020."""
    a, b = _error(lived(setup)), _error(lived(setup, B))
    word = as_word(b - a, -TOO_CLOSE, TOO_CLOSE, ("b", "neither", "a"))
    return Finding(word, {"a": a, "b": b})


def _error(run: Lived) -> float:
    """Return the mean relative distance from the members on record that entered no prediction."""
    rows = _seen()
    rows = rows.filter(~rows["later"] & ~rows["qualifier"].str.contains("at least"))
    model = np.interp(rows["period"].to_numpy(), np.arange(run.members.size), run.members)
    return float(np.abs(model / rows["value"].to_numpy() - 1).mean())


@measure
def outcome(setup: Setup) -> Finding:
    """Find what became of the pool, in the verdict's word."""
    run = lived(setup)
    return Finding(run.verdict.outcome, {"lost": 1 - run.kept, "left": run.members[-1] / 1e6})

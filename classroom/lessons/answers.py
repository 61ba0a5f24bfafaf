"""Answers about one pool, about leaving, and about what people feel; each by running the model."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.causes import CHOSEN
from classroom.lessons.findings import Finding, measure
from classroom.lessons.runs import Lived, lived
from classroom.setup import B, Setup

YOUNG, OLD = 30, 50
"""Ages below and from which people are spoken of as young and as old [years]."""
NEXT = 6
"""Periods that count as soon."""


def as_word(value: float, low: float, high: float, words: tuple[str, str, str]) -> str:
    """Return the word for a value below, within or above two bounds."""
    return words[0] if value < low else words[2] if value > high else words[1]


@measure
def yearly_share(setup: Setup) -> Finding:
    """Find what a member pays in the first year if all pay the same."""
    run = lived(setup, to=1)
    length = run.simulation.scenario.period_length
    cases = run.columns["incidence_members"][-1] * run.members[-1]
    share = run.contribution / length
    return Finding(share, {"cases": cases, "members": run.members[-1], "share": share})


@measure
def who_gains(setup: Setup) -> Finding:
    """Which ages pay less than they cost."""
    run = lived(setup, to=1)
    young, old = run.inside(below=YOUNG), run.inside(OLD)
    gain = run.own_cost(old) - run.own_share(old), run.own_cost(young) - run.own_share(young)
    facts = {
        "share": run.own_share(old),
        "young_cost": run.own_cost(young),
        "old_cost": run.own_cost(old),
    }
    return Finding(
        "old" if gain[0] > max(gain[1], 0) else "young" if gain[1] > 0 else "none", facts
    )


@measure
def bill_over_time(setup: Setup) -> Finding:
    """Whether the contribution changes from the first period to the last."""
    run = lived(setup)
    first, last = run.columns["contribution"][1], run.contribution
    facts = {"first": first, "last": last, "members": run.members[-1]}
    return Finding(as_word(last / first, 0.99, 1.01, ("falls", "same", "rises")), facts)


@measure
def calmer_pool(setup: Setup) -> Finding:
    """In which of two pools of one mix the bill jumps more."""
    sizes = {"small": 1_000, "large": 10_000}
    bills = {
        name: lived(setup.but(a={**setup.a, "n_people": size})).columns["contribution"][1:]
        for name, size in sizes.items()
    }
    swing = {name: float(bill.std() / bill.mean()) for name, bill in bills.items()}
    facts = {f"idle_{name}": float((bill == 0).sum()) for name, bill in bills.items()}
    facts |= {f"top_{name}": float(bill.max()) for name, bill in bills.items()}
    ratio = swing["small"] / swing["large"]
    return Finding(as_word(ratio, 0.8, 1.25, ("large", "alike", "small")), facts)


@measure
def cases_with_more_cover(setup: Setup) -> Finding:
    """Whether the better covered fall ill more often."""
    a, b = (float(lived(setup, arm).columns["claims"].sum()) for arm in ("a", B))
    return Finding(as_word(b - a, -0.5, 0.5, ("fewer", "same", "more")), {"a": a, "b": b})


@measure
def share_by_size(setup: Setup) -> Finding:
    """Find what twice as many members of the same mix do to the share."""
    twice = setup.but(a={**setup.a, "n_people": 2 * setup.scenario().n_people})
    once, both = lived(setup, to=1).contribution, lived(twice, to=1).contribution
    word = as_word(both / once, 0.75, 1.5, ("half", "same", "double"))
    return Finding(word, {"once": once, "twice": both})


@measure
def members_left(setup: Setup) -> Finding:
    """How many members there are at the end."""
    run = lived(setup)
    facts = {
        "start": run.members[0],
        "left": run.members[-1],
        "lost": 1 - run.kept,
        "first": run.columns["contribution"][1],
        "last": run.contribution,
    }
    return Finding(float(run.members[-1]), facts)


@measure
def next_to_leave(setup: Setup) -> Finding:
    """Whether those who leave soon are cheaper or dearer than the members."""
    run = lived(setup, to=setup.at + NEXT)
    part = {name: run.columns[name][setup.at + 1 :] for name in ("incidence_leavers", "lapsed")}
    left = part["lapsed"].sum()
    risk = np.nansum(part["incidence_leavers"] * part["lapsed"]) / left if left else np.nan
    ratio = float(risk / run.columns["incidence_members"][setup.at])
    word = as_word(ratio, 0.85, 1.15, ("cheap", "alike", "dear"))
    return Finding(word, {"ratio": ratio, "left": float(left)})


def _now(setup: Setup) -> tuple[Lived, dict[str, Any], int]:
    """Return the run where it stands, its cost curves, and the last point that wants the pool."""
    run = lived(setup, to=setup.at)
    frame = run.simulation.curves(0, 200)
    curves = {name: frame[name].to_numpy() for name in frame.columns}
    wants = np.flatnonzero(curves["demand"] >= run.simulation.pools[0].announced)
    return run, curves, int(wants[-1]) if wants.size else 0


@measure
def still_want(setup: Setup) -> Finding:
    """How many of a hundred people want the pool at the contribution that is asked."""
    run, curves, last = _now(setup)
    share = 100 * float(curves["take_up"][last])
    now = 100 * float(run.columns["take_up"][-1])
    return Finding(share, {"want": share, "now": now, "share": run.simulation.pools[0].announced})


@measure
def next_bill(setup: Setup) -> Finding:
    """Compare what those who want the pool would cost each other with what is asked."""
    run, curves, last = _now(setup)
    asked, average = run.simulation.pools[0].announced, float(curves["average_cost"][last])
    word = as_word(average / asked, 0.98, 1.02, ("lower", "same", "higher"))
    return Finding(word, {"asked": asked, "average": average})


@measure
def worth_covering(setup: Setup) -> Finding:
    """Whether cover is worth more than it costs to those who are about to leave."""
    _, curves, last = _now(setup)
    worth, cost = float(curves["demand"][last]), float(curves["marginal_cost"][last])
    end = lived(setup)
    facts = {
        "worth": worth,
        "cost": cost,
        "should": float((curves["demand"] >= curves["marginal_cost"]).mean()),
        "welfare_lost": 1 - float(end.columns["relative_welfare"][-1]),
    }
    return Finding("yes" if worth > cost else "no", facts)


def _losses(setup: Setup) -> tuple[str, dict[str, float]]:
    """Return how B's loss of members compares with A's, and both."""
    a, b = 1 - lived(setup).kept, 1 - lived(setup, B).kept
    word = as_word(b / a if a else 1, 0.4, 0.75, ("few", "half", "as_many"))
    return word, {"a": a, "b": b}


@measure
def losses_compared(setup: Setup) -> Finding:
    """Whether B loses as many members as A, about half as many, or few."""
    return Finding(*_losses(setup))


@measure
def more_or_fewer(setup: Setup) -> Finding:
    """Whether B keeps more members than A."""
    a, b = (float(lived(setup, arm).members[-1]) for arm in ("a", B))
    word = as_word(b / a if a else 1, 0.98, 1.02, ("fewer", "same", "more"))
    return Finding(word, {"a": a, "b": b})


@measure
def bargain(setup: Setup) -> Finding:
    """To how many of a hundred members cover is worth its price, feelings apart."""
    run = lived(setup, to=0)
    people, rows = run.simulation.people, run.inside()
    worth = people.willingness_to_pay[0, rows] / people.price_weight[rows]
    share = 100 * float((worth >= run.contribution).mean())
    return Finding(share, {"bargain": share, "share": run.contribution})


@measure
def commonest_cause(setup: Setup) -> Finding:
    """Why most members left, and how selected those are who stayed."""
    run = lived(setup)
    exits = {cause: float(run.columns[f"left_{cause}"].sum()) for cause in CHOSEN}
    total = max(sum(exits.values()), 1.0)
    shares = {cause: count / total for cause, count in exits.items()}
    facts = shares | {"ratio": run.verdict.selection_ratio}
    return Finding(max(exits, key=lambda cause: exits[cause]), facts)


@measure
def selection_sign(setup: Setup) -> Finding:
    """Whether the members are dearer than the people they come from."""
    run = lived(setup)
    ratio = run.verdict.selection_ratio
    facts = {"ratio": ratio, "start": run.members[0], "left": run.members[-1]}
    return Finding(as_word(ratio, 0.99, 1.01, ("below", "one", "above")), facts)


@measure
def members_of_b(setup: Setup) -> Finding:
    """How many members B has at the end."""
    a, b = (float(lived(setup, arm).members[-1]) for arm in ("a", B))
    return Finding(b, {"a": a, "b": b})

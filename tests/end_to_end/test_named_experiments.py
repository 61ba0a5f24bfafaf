"""Each named experiment still shows what its finding says, on a few of its points and seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest

from experiments.sweep_report.boundary import (
    NOISY,
    bearable_fees,
    demand_of,
    highest_contribution,
)
from experiments.sweeps.outcomes import RunOutcome, run_one
from experiments.sweeps.reading import experiment_names, read_experiment
from experiments.sweeps.seeds import run_seed
from model.theory.inertia import mean_field
from model.theory.noise import growth_ratio, share_moments

NAMES = [
    "death_spiral",
    "fairness",
    "growth",
    "inertia",
    "levers",
    "network",
    "scale",
    "selection_sign",
]
TOPOLOGIES = ["watts_strogatz", "erdos_renyi", "barabasi_albert", "stochastic_block", "complete"]


def carried_out(
    name: str, replicates: int, wanted: Sequence[str] = (), **changes: Any
) -> list[RunOutcome]:
    """Carry out one point of an experiment, with the seeds that its sweep would use."""
    experiment = read_experiment(name)
    scenario = experiment.scenario_for(changes)
    common = experiment.common_random_numbers
    assert common
    seeds = [
        run_seed(experiment.seed, 0, replicate, common_random_numbers=common)
        for replicate in range(replicates)
    ]
    return [run_one(scenario, seed, wanted) for seed in seeds]


def mean(name: str, outcome: str, replicates: int = 2, **changes: Any) -> float:
    """Return the mean of an outcome over the first replicates of a point."""
    rows = [run.row for run in carried_out(name, replicates, **changes)]
    return float(np.mean([row[outcome] for row in rows]))


def lever(label: str) -> dict[str, Any]:
    """Return the means of a row of the table of levers."""
    rows = read_experiment("levers").design.rows or []
    changes = next({**row} for row in rows if row["label"] == label)
    del changes["label"]
    table = pl.DataFrame([run.row for run in carried_out("levers", 2, **changes)])
    return table.select(pl.col(pl.Float64, pl.Int64).mean()).row(0, named=True)


def test_the_experiments_that_ship_are_these():
    assert experiment_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_named_experiment_asks_shows_and_finds_in_two_languages(name, root):
    experiment = read_experiment(name)
    assert experiment.question.endswith("?")
    assert experiment.question_zh.endswith("？")
    assert experiment.title
    assert experiment.title_zh
    assert experiment.finding
    assert experiment.finding_zh
    assert experiment.figures
    assert experiment.replicates == 20
    page = (root / "docs" / "experiments.md").read_text("utf-8")
    assert f"deathspiral sweep {name}" in page
    assert f"figures/experiments/{name}" in page


def test_death_spiral_takes_a_fee_and_private_information_together():
    kept = {
        (fee, known): mean("death_spiral", "members_kept", fee=fee, private_information=known)
        for fee, known in [(0.0, 0.0), (0.5, 0.0), (0.0, 0.6), (0.5, 0.6), (0.5, 1.0)]
    }
    assert kept[0.0, 0.0] > 0.9
    assert kept[0.5, 0.0] > 0.4
    assert kept[0.0, 0.6] > 0.4
    assert kept[0.5, 0.6] < 0.05
    # A pool of those who know that they are ill remains where half-knowledge leaves none.
    assert kept[0.5, 1.0] > kept[0.5, 0.6]


def test_a_large_pool_with_time_collapses_on_the_side_of_the_boundary_that_theory_says():
    point = {"private_information": 0.5, "n_people": 10_000, "n_periods": 400}
    scenario = read_experiment("death_spiral").scenario_for(point)
    fee = bearable_fees(scenario, 1)[NOISY]
    below = mean("death_spiral", "members_kept", 1, fee=fee - 0.1, **point)
    above = mean("death_spiral", "members_kept", 1, fee=fee + 0.1, **point)
    assert below > 0.08
    assert above < 0.05


def test_talk_helps_a_pool_that_starts_in_a_good_mood_and_hurts_one_in_a_bad_mood():
    def gain(mood: float) -> float:
        kept = [
            mean(
                "fairness",
                "members_kept",
                3,
                disadvantage_aversion=1.0,
                initial_sentiment=mood,
                ties=ties,
            )
            for ties in ("none", "watts_strogatz")
        ]
        return kept[1] - kept[0]

    assert gain(0.5) > 0.03
    assert gain(-1.0) < -0.03


def test_a_rumour_asks_how_much_people_listen_and_not_to_whom():
    kept = {
        ties: mean("network", "members_kept", 3, susceptibility=0.8, ties=ties)
        for ties in ["none", *TOPOLOGIES]
    }
    heard = [kept[ties] for ties in TOPOLOGIES]
    assert max(heard) - min(heard) < 0.03
    assert kept["none"] > 3 * max(heard)
    selection = mean("network", "final_selection_ratio", susceptibility=0.8, ties="complete")
    assert selection == pytest.approx(1.0, abs=1e-9)


def test_a_tenth_of_the_attention_makes_a_spiral_last_ten_times_as_long():
    slow, fast = (
        mean("inertia", "half_life", 3, attention=attention, term=1) for attention in (0.01, 0.1)
    )
    assert slow / fast == pytest.approx(10, rel=0.15)
    # Without noise the same pool follows the map of theory.
    scenario = read_experiment("inertia").scenario_for({})
    people = demand_of(scenario, 1)
    highest = highest_contribution(people, scenario.hassle_of_leaving)
    fee = scenario.plans[0].fee
    some = slice(None, None, 20)
    take_up, _ = mean_field(people.cost[some], highest[some], fee=fee, kappa=0.01, periods=360)
    assert np.flatnonzero(take_up <= 0.5)[0] == pytest.approx(slow, rel=0.1)


def test_a_lock_in_of_a_year_acts_like_a_twelfth_of_the_attention():
    locked = mean("inertia", "half_life", 3, attention=0.24, term=12)
    rare = mean("inertia", "half_life", 3, attention=0.02, term=1)
    assert locked == pytest.approx(rare, rel=0.2)


def test_the_sign_of_selection_is_that_of_the_correlations():
    def at(correlation: float) -> tuple[float, float]:
        both = {"frailty_income": correlation, "frailty_risk_aversion": correlation}
        rows = [run.row for run in carried_out("selection_sign", 4, **both)]
        ratio = np.mean([row["final_selection_ratio"] for row in rows])
        return float(ratio), float(np.mean([row["contribution_rise"] for row in rows]))

    ratio, rise = at(0.0)
    assert ratio == pytest.approx(1.0, abs=0.03)
    assert rise == pytest.approx(0.0, abs=0.03)
    ratio, rise = at(-0.6)
    assert ratio < 0.85
    assert rise < -0.1
    ratio, rise = at(0.6)
    assert ratio > 1.15
    assert rise > 0.1


def test_levers_keep_members_at_the_cost_of_somebody():
    as_it_is, bands = lever("as it is"), lever("age bands")
    assert as_it_is["members_kept"] < 0.6
    assert as_it_is["kept_quartile_1"] < 0.05
    assert bands["members_kept"] > 0.95
    assert bands["total_welfare"] > 1.05 * as_it_is["total_welfare"]
    sponsored = lever("sponsor pays 80 %")
    assert sponsored["members_kept"] > 0.95
    assert sponsored["sponsor_cost"] > sponsored["total_welfare"] - as_it_is["total_welfare"]
    lower = lever("lower benefit for the old")
    assert lower["members_kept"] > 0.9
    assert lower["total_welfare"] < 0.2 * as_it_is["total_welfare"]
    waiting, locked = lever("waiting 12 months"), lever("one-year lock-in")
    assert waiting["members_kept"] - as_it_is["members_kept"] < 0.1
    assert 0.1 < locked["members_kept"] - as_it_is["members_kept"] < 0.3


def test_luck_drives_members_out_of_a_small_pool_only():
    def loss(n_people: int, replicates: int) -> float:
        at_the_mean, drawn = (
            mean("scale", "members_kept", replicates, n_people=n_people, claims=claims)
            for claims in ("expected", "drawn")
        )
        return at_the_mean - drawn

    assert loss(1_000, 12) > 0.05
    assert loss(30_000, 6) < 0.02


def test_the_noise_of_the_contribution_is_binomial():
    n = 10_000
    runs = carried_out("scale", 6, ["contribution", "expected_cost"], n_people=n, claims="drawn")
    paid = np.concatenate([run.series["contribution"][1:25] for run in runs])
    scenario = read_experiment("scale").scenario_for({"n_people": n})
    cost = float(np.mean([run.series["expected_cost"][24] for run in runs]))
    members = round(scenario.initial_membership * n)
    moments = share_moments(members, cost / 300_000, 300_000, scenario.plans[0].fee)
    variation = paid.std() / paid.mean()
    # The standard error of a standard deviation from 144 nearly normal draws is 6 % of it.
    assert variation == pytest.approx(moments.coefficient_of_variation, rel=0.18)


@pytest.mark.parametrize("waiting", [2, 6])
def test_the_end_of_growth_raises_the_contribution_although_nobody_leaves(waiting):
    run = carried_out(
        "growth",
        1,
        ["members", "contribution", "selection_ratio"],
        waiting_period=waiting,
        awareness_from_neighbours=0.0694,
    )[0]
    members, paid = run.series["members"], run.series["contribution"]
    later = np.arange(waiting + 1, members.size)
    # Those who pay are members now, those who cost were members a waiting period ago.
    assert paid[later] / paid[-1] == pytest.approx(members[later - waiting] / members[later])
    assert paid[-1] / paid[12] == pytest.approx(growth_ratio(5.0, waiting / 24), rel=0.08)
    assert run.row["total_lapsed"] == 0
    assert run.series["selection_ratio"] == pytest.approx(1.0)

"""Each preset shows what its story says, whatever the seed."""

from __future__ import annotations

import collections

import numpy as np
import polars as pl
import pytest

from model import Simulation, presets
from model.sources import read_rows
from model.verdict import OUTCOMES

SEEDS = range(1, 31)
STYLISED = [name for name in presets.names() if name not in ("xianghubao", "market")]


@pytest.fixture(scope="module")
def verdicts():
    """Return a function that runs a preset over all seeds, once, and returns the verdicts."""
    known = {}

    def of(name):
        if name not in known:
            scenario = presets.load(name).scenario
            known[name] = [Simulation(scenario, seed=seed).run().verdict for seed in SEEDS]
        return known[name]

    return of


def test_every_named_story_is_there():
    assert set(presets.names()) >= {
        "stable",
        "classic_spiral",
        "slow_erosion",
        "fairness_revolt",
        "rumour_run",
        "advantageous",
        "subsidised",
        "age_banded",
        "capped_benefit_for_the_old",
        "annual_lock_in",
        "xianghubao",
    }


@pytest.mark.parametrize("name", STYLISED)
def test_stylised_preset_ends_as_its_story_says(name, verdicts):
    expected = set(presets.load(name).outcomes)
    assert expected
    assert expected <= set(OUTCOMES)
    found = collections.Counter(verdict.outcome for verdict in verdicts(name))
    assert set(found) <= expected, f"{name}: {dict(found)} in {len(SEEDS)} seeds"


def test_spiral_is_by_selection(verdicts):
    for verdict in verdicts("classic_spiral"):
        assert verdict.selection_share >= 0.5
        assert verdict.selection_ratio > 1.3


def test_revolt_is_over_paying_more_than_the_own_risk(verdicts):
    causes = collections.Counter(v.commonest_cause for v in verdicts("fairness_revolt"))
    assert causes.most_common(1)[0][0] == "own_cost"


def test_rumour_empties_a_pool_in_which_there_is_nothing_to_select_on(verdicts):
    for verdict in verdicts("rumour_run"):
        assert verdict.commonest_cause == "sentiment"
        assert verdict.selection_ratio == pytest.approx(1.0, abs=1e-6)


def test_cautious_and_healthy_members_are_better_risks_than_the_rest(verdicts):
    ratios = [verdict.selection_ratio for verdict in verdicts("advantageous")]
    assert np.mean(ratios) < 0.97


def test_every_rescue_keeps_more_members_than_the_spiral_it_repairs(verdicts):
    def left(name):
        return np.mean([1 - verdict.members_lost for verdict in verdicts(name)])

    spiral = left("classic_spiral")
    for rescue in ("subsidised", "age_banded", "capped_benefit_for_the_old", "annual_lock_in"):
        assert left(rescue) > spiral + 0.1, rescue


def test_rescues_are_the_spiral_with_one_rule_changed():
    spiral = presets.load("classic_spiral").scenario
    rules = {
        "subsidised": {"subsidy"},
        "age_banded": {"sharing", "age_relativity"},
        "capped_benefit_for_the_old": {"benefit"},
        "annual_lock_in": {"term"},
    }
    for name, changed in rules.items():
        scenario = presets.load(name).scenario
        assert scenario.but(plans=spiral.plans) == spiral, name
        old, new = spiral.plans[0].model_dump(), scenario.plans[0].model_dump()
        assert {rule for rule in old if old[rule] != new[rule]} == changed, name


@pytest.fixture(scope="module")
def xianghubao():
    """Return the history of the historical preset at a fifth of its usual size."""
    scenario = presets.load("xianghubao").scenario.but(n_people=20_000)
    return Simulation(scenario, seed=1).run()


def test_xianghubao_erodes_and_does_not_collapse(xianghubao):
    assert xianghubao.verdict.outcome == "eroding"
    assert xianghubao.verdict.members > 50e6


def test_xianghubao_is_near_what_was_seen_until_the_end_of_2020(xianghubao):
    members = xianghubao.history["members"].to_numpy() / 1e6
    seen = [
        (int(row["period"]), float(row["value"]))
        for row in read_rows("observations.csv")
        if row["variable"] == "members" and row["period"] and row["date"] <= "2020-12-31"
    ]
    assert len(seen) >= 8
    errors = [members[period] / value - 1 for period, value in seen]
    assert np.abs(errors).max() < 0.12
    assert np.abs(errors).mean() < 0.05


def test_xianghubao_contribution_rises_a_hundredfold_and_more(xianghubao):
    history = xianghubao.history
    year_2020 = history.filter(pl.col("period").is_between(25, 48))["contribution"].sum()
    assert year_2020 == pytest.approx(91, rel=0.15)
    contribution = history["contribution"].to_numpy()
    assert contribution[72] / contribution[2] > 100

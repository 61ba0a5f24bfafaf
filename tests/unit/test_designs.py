"""Designs: which points are visited, and in which order."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter

import numpy as np
import polars as pl
import pytest

from experiments.sweeps.designs import Design, unit_samples
from experiments.sweeps.experiment import Experiment
from model import Scenario

SPREAD = {
    "fee": {"low": 0.0, "high": 1.0, "steps": 5},
    "income_median": {"low": 10_000, "high": 1_000_000, "steps": 3, "scale": "log"},
    "waiting_period": {"low": 1, "high": 4, "steps": 4},
    "ties": ["none", "complete", "watts_strogatz", "barabasi_albert"],
}
SIZES = {
    "lhs": (64, 64),
    "sobol": (64, 64),
    "halton": (64, 64),
    "saltelli": (16, 16 * 6),
    "morris": (16, 16 * 5),
}
DIGESTS = """
import hashlib, sys
from tests.unit import test_designs as t
for kind in sorted(t.SIZES):
    print(t.digest(kind))
"""


def visit(kind="grid", factors=None, **design):
    factors = SPREAD if factors is None else factors
    return Experiment(question="Where?", factors=factors, design={"kind": kind, **design})


def sampled(kind, **design):
    return visit(kind, samples=SIZES[kind][0], **design)


def digest(kind):
    return hashlib.sha256(sampled(kind).design_frame().write_json().encode()).hexdigest()


def test_a_grid_visits_every_combination_the_first_factor_slowest():
    points = visit(factors={"fee": [0.1, 0.2], "ageing": [True, False]}).points()
    assert points == [
        {"fee": 0.1, "ageing": True},
        {"fee": 0.1, "ageing": False},
        {"fee": 0.2, "ageing": True},
        {"fee": 0.2, "ageing": False},
    ]


def test_steps_are_evenly_spaced_and_free_of_rounding_dust():
    factors = {"fee": {"low": 0.0, "high": 1.0, "steps": 21}}
    fees = visit(factors=factors).design_frame()["fee"].to_list()
    assert fees == [i / 20 for i in range(21)]


def test_steps_on_a_log_scale_have_a_constant_ratio():
    factors = {"n_people": {"low": 100, "high": 100_000, "steps": 4, "scale": "log"}}
    assert [point["n_people"] for point in visit(factors=factors).points()] == [
        100,
        1000,
        10_000,
        100_000,
    ]


def test_whole_numbers_stay_whole():
    factors = {"waiting_period": {"low": 1, "high": 6, "steps": 3}}
    frame = visit(factors=factors).design_frame()
    assert frame["waiting_period"].to_list() == [1, 4, 6]
    assert frame.schema["waiting_period"] == pl.Int64


def test_columns_of_a_design_have_the_types_of_their_parameters():
    factors = {
        "fee": [0, 1],
        "n_people": [10],
        "ageing": [True],
        "ties": ["none"],
        "benefit": [[[0, 1]]],
        "preset": ["stable"],
    }
    assert dict(visit(factors=factors).design_frame().schema) == {
        "point": pl.Int64,
        "fee": pl.Float64,
        "n_people": pl.Int64,
        "ageing": pl.Boolean,
        "ties": pl.String,
        "benefit": pl.String,
        "preset": pl.String,
    }


def test_one_at_a_time_departs_from_the_scenario_and_returns_to_it():
    usual = Scenario().plans[0].fee
    factors = {"fee": [0.0, usual, 0.5], "ties": ["none", "watts_strogatz"]}
    experiment = visit("one_at_a_time", factors)
    assert experiment.points() == [{}, {"fee": 0.0}, {"fee": 0.5}, {"ties": "none"}]
    frame = experiment.design_frame()
    assert frame["fee"].to_list() == [usual, 0.0, 0.5, usual]
    assert frame["ties"].to_list() == ["watts_strogatz"] * 3 + ["none"]


def test_one_at_a_time_across_presets_shows_each_preset_as_it_is():
    factors = {"preset": ["stable", "subsidised"], "subsidy": [0.9]}
    experiment = visit("one_at_a_time", factors)
    assert experiment.points() == [{}, {"preset": "subsidised"}, {"subsidy": 0.9}]
    shown = experiment.design_frame()["subsidy"].to_list()
    real = [experiment.scenario_at(point).plans[0].subsidy for point in range(3)]
    assert shown == real
    assert shown[1] > shown[0]


@pytest.mark.parametrize("kind", SIZES)
def test_sampled_designs_have_their_size_and_keep_to_their_bounds(kind):
    experiment = sampled(kind)
    frame = experiment.design_frame()
    assert experiment.n_points == len(frame) == SIZES[kind][1]
    assert frame["fee"].is_between(0.0, 1.0).all()
    assert frame["income_median"].is_between(10_000, 1_000_000).all()
    assert set(frame["waiting_period"]) == {1, 2, 3, 4}
    assert set(frame["ties"]) == set(SPREAD["ties"])


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_whole_numbers_and_choices_take_equal_parts(kind):
    frame = sampled(kind).design_frame()
    assert set(Counter(frame["waiting_period"]).values()) == {16}
    assert set(Counter(frame["ties"]).values()) == {16}


def test_a_log_scale_puts_as_many_points_below_its_middle_as_above():
    incomes = sampled("lhs").design_frame()["income_median"]
    assert (incomes < 100_000).sum() == 32


def test_a_latin_hypercube_has_one_point_in_each_slice_of_each_factor():
    shares = unit_samples(Design(kind="lhs", samples=50), 3)
    slices = np.sort(np.floor(shares * 50).astype(int), axis=0)
    assert (slices == np.arange(50)[:, None]).all()


@pytest.mark.parametrize("kind", SIZES)
def test_the_seed_of_a_design_decides_its_points(kind):
    first, again, other = (sampled(kind, seed=seed).points() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_saltelli_changes_one_factor_of_each_base_point():
    shares = unit_samples(Design(kind="saltelli", samples=8), 3).reshape(8, 5, 3)
    base, mixed, other = shares[:, :1], shares[:, 1:4], shares[:, 4]
    changed = mixed != base
    assert (changed == np.eye(3, dtype=bool)).all()
    assert (np.einsum("ijj->ij", mixed) == other).all()


def test_pairs_of_factors_cost_saltelli_twice_the_points():
    assert visit("saltelli", samples=16, second_order=True).n_points == 16 * 10


def test_morris_walks_along_one_factor_at_a_time():
    shares = unit_samples(Design(kind="morris", samples=10, levels=4), 3).reshape(10, 4, 3)
    steps = np.diff(shares, axis=1)
    assert ((steps != 0).sum(axis=2) == 1).all()
    assert ((steps != 0).sum(axis=1) == 1).all()
    np.testing.assert_allclose(np.abs(steps[steps != 0]), 2 / 3)
    np.testing.assert_allclose(np.unique(shares.round(9)), [0, 1 / 3, 2 / 3, 1], atol=1e-8)


def test_morris_reaches_the_ends_of_every_factor():
    frame = sampled("morris").design_frame()
    assert set(frame["fee"].round(6)) == {0.0, round(1 / 3, 6), round(2 / 3, 6), 1.0}
    assert frame["income_median"].min() == 10_000
    assert frame["income_median"].max() == 1_000_000


def test_designs_are_the_same_in_another_process_with_other_threads(root):
    settings = {"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    found = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        cwd=root,
        env={**os.environ, **settings, "PYTHONPATH": str(root)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout.split() == [digest(kind) for kind in sorted(SIZES)]


def test_a_point_that_is_not_there_is_refused():
    with pytest.raises(IndexError, match="point 2 is not among 0 to 1"):
        visit(factors={"fee": [0.1, 0.2]}).scenario_at(2)

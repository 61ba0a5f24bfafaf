"""PRIM finds a box that is there, and none where there is none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from experiments.analysis.conditions import condition
from experiments.analysis.discovery import discover
from experiments.analysis.intervals import AnalysisError
from experiments.analysis.prim import Box, Limit, find_box, quasi_p
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.results import Results


@pytest.fixture(scope="module")
def columns():
    luck = np.random.default_rng(4)
    return {
        **{name: luck.random(400) for name in ("fee", "awareness", "attention")},
        "age_mode": luck.integers(20, 60, 400),
        "sharing": luck.choice(["equal", "age_band", "expected_cost"], 400),
    }


def results_of(columns, cases, replicates=4):
    """Return the results of a sample of points with given runs that collapse (points, r)."""
    factors = {"fee": {"low": 0.0, "high": 1.0}, "awareness": {"low": 0.0, "high": 1.0}}
    design = {"kind": "lhs", "samples": len(cases)}
    experiment = Experiment(
        question="Where?", factors=factors, design=design, replicates=replicates
    )
    frame = pl.DataFrame({"point": range(len(cases)), **{n: columns[n] for n in factors}})
    runs = [
        frame.with_columns(
            pl.lit(r).alias("replicate"), pl.lit("ok").alias("status"), collapsed=cases[:, r]
        )
        for r in range(replicates)
    ]
    return Results(None, experiment, {}, frame, pl.concat(runs))


def test_a_sharp_box_is_found_and_nothing_else_is_limited(columns):
    share = ((columns["fee"] > 0.6) & (columns["awareness"] < 0.4)).astype(float)
    box = find_box(columns, share, 0.8)
    assert set(box.limits) == {"fee", "awareness"}
    assert box.limits["fee"].low == pytest.approx(0.6, abs=0.03)
    assert box.limits["awareness"].high == pytest.approx(0.4, abs=0.03)
    assert box.limits["fee"].high is None


def test_a_box_of_categories_and_whole_numbers_is_found(columns):
    share = ((columns["sharing"] != "age_band") & (columns["age_mode"] >= 40)).astype(float)
    box = find_box(columns, share, 0.8)
    assert set(box.limits) == {"sharing", "age_mode"}
    assert set(box.limits["sharing"].among) == {"equal", "expected_cost"}
    assert box.limits["age_mode"].low in (39, 40, 41)


def test_a_box_is_found_through_luck(columns):
    luck = np.random.default_rng(5)
    chance = np.where((columns["fee"] > 0.6) & (columns["awareness"] < 0.5), 0.9, 0.1)
    box = find_box(columns, luck.binomial(10, chance) / 10, 0.8)
    assert set(box.limits) == {"fee", "awareness"}
    assert box.limits["fee"].low == pytest.approx(0.6, abs=0.05)


def test_no_box_is_found_in_pure_chance(columns):
    for seed in range(5):
        share = (np.random.default_rng(seed).random(400) < 0.4).astype(float)
        limits = find_box(columns, share, 0.8).limits
        demands = [quasi_p(Box(limits), name, columns, share) for name in limits]
        assert len(limits) <= 1
        assert all(p <= 0.05 for p in demands)


def test_a_demand_that_does_nothing_seldom_looks_good(columns):
    share = (columns["fee"] > 0.5).astype(float)
    idle = Box({"fee": Limit(low=0.4), "awareness": Limit(high=0.5)})
    assert quasi_p(idle, "fee", columns, share) < 1e-6
    good = 0
    for seed in range(200):
        fresh = {**columns, "awareness": np.random.default_rng(seed).random(400)}
        good += quasi_p(idle, "awareness", fresh, share) <= 0.05
    assert good <= 20  # 10 expected of 200


def test_copies_of_a_point_do_not_make_a_box_surer(columns):
    luck = np.random.default_rng(6)
    cases = (luck.random(200) < np.where(columns["fee"][:200] > 0.5, 0.7, 0.3))[:, None]
    points = {name: values[:200] for name, values in columns.items()}
    one = discover(results_of(points, cases, 1), condition("collapsed"), 0.6)
    many = discover(results_of(points, np.repeat(cases, 9, axis=1), 9), condition("collapsed"), 0.6)
    assert one.table.equals(many.table)
    assert many.more["Boxes"]["runs"].to_list() == [9 * n for n in one.more["Boxes"]["runs"]]


def test_coverage_and_density_are_those_of_the_box(columns):
    inside = (columns["fee"] > 0.7) & (columns["awareness"] > 0.5)
    cases = np.repeat(inside[:, None], 4, axis=1)
    answer = discover(results_of(columns, cases), condition("collapsed"))
    box = answer.more["Boxes"].row(0, named=True)
    assert box["coverage"] > 0.95
    assert box["density"] > 0.95
    assert box["mass"] == pytest.approx(inside.mean(), abs=0.01)
    assert box["density_low"] <= box["density"] <= box["density_high"]
    assert (answer.table["reproduced"] > 0.9).all()


def test_two_regions_become_two_boxes(columns):
    inside = (columns["fee"] > 0.8) | (columns["awareness"] < 0.15)
    cases = np.repeat(inside[:, None], 4, axis=1)
    answer = discover(results_of(columns, cases), condition("collapsed"), density=0.9)
    assert answer.more["Boxes"].height == 2
    assert answer.more["Boxes"]["coverage"].sum() > 0.9


def test_a_number_becomes_a_case_by_its_threshold(columns):
    cases = np.repeat((columns["fee"] > 0.7)[:, None], 4, axis=1)
    results = results_of(columns, cases)
    kept = results.runs.with_columns(members_kept=1 - pl.col("collapsed").cast(pl.Float64))
    results = Results(None, results.experiment, {}, results.design, kept)
    answer = discover(results, condition("members_kept<=0.5"))
    assert answer.table["factor"].to_list() == ["fee"]
    with pytest.raises(AnalysisError, match="is a number"):
        discover(results, condition("members_kept"))


def test_a_sweep_without_differences_is_refused(columns):
    with pytest.raises(AnalysisError, match="nothing to tell apart"):
        discover(results_of(columns, np.ones((400, 4), dtype=bool)), condition("collapsed"))
    small = {name: values[:12] for name, values in columns.items()}
    with pytest.raises(AnalysisError, match="12 points are too few"):
        discover(results_of(small, np.ones((12, 4), dtype=bool)), condition("collapsed"))

"""Sensitivity indices of functions that can be integrated by hand, through the project's designs.

Ishigami and Homma 1990; Saltelli and Sobol' 1995 for the g-function. The factors are borrowed from
the model for their names; their values are moved to the interval that the function wants.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from experiments.analysis.sensitivity import sensitivity
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.results import Results

FACTORS = ("fee", "private_information", "female_share")
MEASURE = "final_contribution"


def results_of(
    function: Callable[[Any], Any],
    *,
    factors: dict[str, Any] | None = None,
    replicates: int = 1,
    **design: Any,
) -> Results:
    """Return what a sweep would leave whose runs are a function of (points, factors)."""
    spread = factors or {name: {"low": 0.0, "high": 1.0} for name in FACTORS}
    experiment = Experiment(
        question="What matters?", factors=spread, design=design, replicates=replicates
    )
    frame = experiment.design_frame()
    values = np.asarray(function(frame.select(experiment.factor_names).to_numpy()))
    values = np.broadcast_to(values.reshape(frame.height, -1), (frame.height, replicates))
    runs = [
        frame.with_columns(
            pl.lit(r, pl.Int64).alias("replicate"),
            pl.lit("ok").alias("status"),
            pl.Series(MEASURE, values[:, r]),
        )
        for r in range(replicates)
    ]
    return Results(None, experiment, {}, frame, pl.concat(runs))


def index(table: pl.DataFrame, kind: str) -> dict[str, tuple[float, float, float]]:
    rows = table.filter(pl.col("index") == kind).select("factor", "value", "low", "high")
    return {factor: (value, low, high) for factor, value, low, high in rows.iter_rows()}


def ishigami(u: Any) -> Any:
    x = math.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices() -> tuple[list[float], list[float], float]:
    """Return first and total order of each factor, and the second order of first and third."""
    pi4, pi8 = math.pi**4, math.pi**8
    alone = [0.5 * (1 + 0.1 * pi4 / 5) ** 2, 7**2 / 8, 0.0]
    pair = 0.1**2 * pi8 * 8 / 225
    whole = sum(alone) + pair
    total = [alone[0] + pair, alone[1], pair]
    return [v / whole for v in alone], [v / whole for v in total], pair / whole


@pytest.mark.parametrize("second_order", [False, True])
def test_a_saltelli_design_finds_the_indices_of_ishigami(second_order):
    results = results_of(ishigami, kind="saltelli", samples=2048, second_order=second_order)
    table = sensitivity(results, MEASURE).table
    first, total, pair = ishigami_indices()
    for kind, expected in (("first", first), ("total", total)):
        found = index(table, kind)
        for name, known in zip(FACTORS, expected, strict=True):
            value, low, high = found[name]
            assert low - 1e-3 <= known <= high + 1e-3
            assert value == pytest.approx(known, abs=0.03)
    pairs = index(table, "second")
    assert len(pairs) == (3 if second_order else 0)
    if second_order:
        assert pairs["fee × female_share"][0] == pytest.approx(pair, abs=0.06)
        assert pairs["fee × private_information"][0] == pytest.approx(0.0, abs=0.06)


def test_a_saltelli_design_finds_the_indices_of_the_g_function():
    a = np.array([0.0, 1.0, 9.0])
    results = results_of(
        lambda u: ((np.abs(4 * u - 2) + a) / (1 + a)).prod(axis=1), kind="saltelli", samples=2048
    )
    table = sensitivity(results, MEASURE).table
    own = 1 / (3 * (1 + a) ** 2)
    whole = (1 + own).prod() - 1
    for i, name in enumerate(FACTORS):
        others = (1 + np.delete(own, i)).prod()
        assert index(table, "first")[name][0] == pytest.approx(own[i] / whole, abs=0.02)
        assert index(table, "total")[name][0] == pytest.approx(own[i] * others / whole, abs=0.02)


def test_intervals_of_a_small_saltelli_design_are_wide_and_said_to_be_so():
    answer = sensitivity(results_of(ishigami, kind="saltelli", samples=32), MEASURE)
    value, low, high = index(answer.table, "first")["female_share"]
    assert high - low > abs(value)
    assert any("wider than the index itself" in sentence for sentence in answer.sentences)


def test_elementary_effects_of_a_plane_are_its_slopes():
    spread = {"fee": {"low": 0.0, "high": 0.5}, "private_information": {"low": 0.0, "high": 1.0}}
    spread["age_mode"] = {"low": 20, "high": 60}
    results = results_of(
        lambda x: 8 * x[:, 0] - 3 * x[:, 1], factors=spread, kind="morris", samples=12
    )
    table = sensitivity(results, MEASURE).table
    for name, slope in (("fee", 4.0), ("private_information", -3.0), ("age_mode", 0.0)):
        assert index(table, "mu")[name] == pytest.approx((slope, slope, slope))
        assert index(table, "mu star")[name][0] == pytest.approx(abs(slope))
        assert index(table, "sigma")[name][0] == pytest.approx(0.0, abs=1e-9)


def test_elementary_effects_are_those_of_salib():
    from SALib.analyze import morris

    from experiments.sweeps.designs import unit_samples

    results = results_of(ishigami, kind="morris", samples=40)
    table = sensitivity(results, MEASURE).table
    experiment = results.experiment
    theirs = morris.analyze(
        {"num_vars": 3, "names": list(FACTORS), "bounds": [[0.0, 1.0]] * 3},
        unit_samples(experiment.design, 3),
        results.runs.sort("point")[MEASURE].to_numpy(),
        seed=1,
    )
    for kind, key in (("mu", "mu"), ("mu star", "mu_star"), ("sigma", "sigma")):
        ours = [index(table, kind)[name][0] for name in FACTORS]
        assert ours == pytest.approx(list(theirs[key]))


def test_a_full_grid_has_the_indices_of_its_own_values_exactly():
    levels = {"fee": [0.0, 0.5, 1.0], "private_information": [0.0, 1.0]}
    results = results_of(lambda x: x[:, 0] + x[:, 0] * x[:, 1], factors=levels, kind="grid")
    table = sensitivity(results, MEASURE).table
    # Means over the other factor: 1.5 fee and (1 + information) / 2; the rest is interaction.
    cube = np.array([[f + f * p for p in (0, 1)] for f in (0, 0.5, 1)])
    fee, information = (1.5**2) * (1 / 6), 1 / 16
    whole = cube.var()
    assert index(table, "first")["fee"][0] == pytest.approx(fee / whole)
    assert index(table, "first")["private_information"][0] == pytest.approx(information / whole)
    assert index(table, "total")["fee"][0] == pytest.approx(1 - information / whole)
    assert index(table, "total")["private_information"][0] == pytest.approx(1 - fee / whole)


@pytest.mark.parametrize("kind", ["lhs", "sobol", "halton"])
def test_any_sample_gives_the_first_order_by_classes(kind):
    table = sensitivity(results_of(ishigami, kind=kind, samples=1024), MEASURE).table
    first, _, _ = ishigami_indices()
    for name, known in zip(FACTORS, first, strict=True):
        value, low, high = index(table, "first")[name]
        assert low <= value <= high
        assert value == pytest.approx(known, abs=0.06)
    assert index(table, "rank correlation")["fee"][1] > 0.3
    assert index(table, "rank correlation")["female_share"][0] == pytest.approx(0.0, abs=0.1)


def test_variance_is_split_between_factors_and_two_kinds_of_luck():
    luck = np.random.default_rng(7)
    shared, own = luck.normal(0, 1, (1, 40)), luck.normal(0, 0.5, (200, 40))

    def outcomes(u):
        return 2 * math.sqrt(3) * u[:, :1] + shared + own  # standard deviation of factors: 1

    results = results_of(outcomes, kind="lhs", samples=200, replicates=40)
    split = sensitivity(results, MEASURE).more["Variance of single runs, by source"]
    values = dict(split.select("source", "value").iter_rows())
    spread = shared.var(ddof=1)
    whole = 1 + spread + 0.25
    assert values["factors"] == pytest.approx(1 / whole, abs=0.02)
    assert values["luck shared by all points"] == pytest.approx(spread / whole, abs=0.02)
    assert values["luck that differs between points"] == pytest.approx(0.25 / whole, abs=0.02)
    assert (split["low"] <= split["value"]).all()
    assert (split["value"] <= split["high"]).all()

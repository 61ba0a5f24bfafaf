"""P8: people who review now and then reach the same rest point, more slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from model.theory import inertia, pools, populations

if TYPE_CHECKING:
    from conftest import Column, Run

# kappa, eigenvalue, half-life
TABLE = [(1.0, 0.36, 0.68), (0.5, 0.68, 1.80), (0.2, 0.872, 5.06), (0.05, 0.968, 21.3)]
REST = pools.uniform(0.5, 0.08)
N = 200_000


@pytest.mark.parametrize(("kappa", "rho", "half_life"), TABLE)
def test_closed_form_gives_the_published_speeds(kappa: float, rho: float, half_life: float) -> None:
    value = inertia.eigenvalue(kappa, REST.slope)
    assert value == pytest.approx(rho, abs=1e-12)
    assert inertia.half_life(value) == pytest.approx(half_life, abs=0.05)


@pytest.mark.parametrize(("kappa", "rho", "half_life"), TABLE)
def test_inertia_leaves_the_rest_point_where_it_is(
    run: Run, take_up: Column, kappa: float, rho: float, half_life: float
) -> None:
    periods = int(12 / kappa)
    people = populations.uniform(10_000, risk_premium=0.5)
    simulation = run(people, periods, fee=0.08, attention=kappa, awareness=kappa)
    assert take_up(simulation, "members", periods)[-1] == pytest.approx(0.4375, abs=0.012)


@pytest.mark.parametrize(("kappa", "rho", "half_life"), TABLE)
def test_deviation_from_rest_shrinks_by_the_eigenvalue(
    run: Run, take_up: Column, kappa: float, rho: float, half_life: float
) -> None:
    """The two sides of the rest point are averaged: what is not linear cancels."""
    periods, rates = round(2 / kappa), []
    people = populations.uniform(N, risk_premium=0.5)
    for side in (0.1, -0.1):
        inside = pl.col("expected_cost") >= REST.cutoff - side
        begun = people.with_columns(plan=pl.when(inside).then(pl.lit("pool")))
        simulation = run(begun, periods, fee=0.08, attention=kappa, awareness=kappa)
        gap = take_up(simulation, "members", periods) - REST.take_up
        assert gap[0] == pytest.approx(side, abs=1e-4)
        rates.append((gap[-1] / gap[0]) ** (1 / periods))
    assert np.mean(rates) == pytest.approx(rho, abs=0.012)


@pytest.mark.parametrize("kappa", [1.0, 0.5, 0.2, 0.05])
def test_whole_path_is_that_of_the_mean_field(run: Run, take_up: Column, kappa: float) -> None:
    people = populations.uniform(100_000, risk_premium=0.5)
    simulation = run(people, 40, fee=0.08, attention=kappa, awareness=kappa)
    expected, _ = inertia.mean_field(
        people["expected_cost"].to_numpy(),
        people["willingness_to_pay"].to_numpy(),
        fee=0.08,
        kappa=kappa,
        periods=40,
    )
    assert take_up(simulation, "members", 40) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(
    ("kappa", "below_two_fifths", "below_one_tenth"),
    [(1.0, 2, 4), (0.5, 4, 11), (0.2, 11, 30), (0.1, 22, 61)],
)
def test_inertia_stretches_a_collapse(
    run: Run, take_up: Column, kappa: float, below_two_fifths: int, below_one_tenth: int
) -> None:
    people = populations.uniform(100_000, risk_premium=0.0)
    members = take_up(run(people, 65, attention=kappa, reentry="never"), "members", 65)
    assert int(np.argmax(members < 0.4)) == below_two_fifths
    assert int(np.argmax(members < 0.1)) == below_one_tenth


def test_hassle_of_leaving_keeps_more_members(run: Run, take_up: Column) -> None:
    people = populations.uniform(10_000, risk_premium=0.5)
    members = take_up(run(people, 40, hassle_of_leaving=0.1), "members", 40)
    assert inertia.switching_cost_take_up(0.5, 0.1) == pytest.approx(0.6)
    assert members[-1] == pytest.approx(0.6, abs=0.003)

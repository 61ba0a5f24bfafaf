"""P3, P4, P5: exponential, Pareto and lognormal risks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.theory import pools, populations

if TYPE_CHECKING:
    from conftest import Column, Run

EXPONENTIAL = [(1.0, 0.00, 0.3679), (1.0, 0.08, 0.3092), (0.5, 0.00, 0.1353)]
# risk aversion x loss, log sd, fee, multiple 1 + a, rest for small and for exact probabilities
LOGNORMAL = [
    (1.0, 1.0, 0.00, 1.7183, 0.0742, 0.0705),
    (1.0, 1.0, 0.08, 1.7183, 0.0315, 0.0279),
    (1.0, 0.5, 0.08, 1.7183, 0.5280, 0.5258),
    (2.0, 1.0, 0.08, 3.1945, 0.5503, 0.5471),
    (0.5, 1.0, 0.08, 1.2974, 0.0000, 0.0000),
]
GRID = 200_000


@pytest.mark.parametrize(("risk_premium", "fee", "rest"), EXPONENTIAL)
def test_exponential_risks_leave_the_published_share(
    run: Run, take_up: Column, risk_premium: float, fee: float, rest: float
) -> None:
    assert pools.exponential(risk_premium, fee).take_up == pytest.approx(rest, abs=5e-5)
    people = populations.exponential(GRID, risk_premium=risk_premium)
    members = take_up(run(people, 40, fee=fee), "members", 40)
    assert members[-1] == pytest.approx(rest, abs=0.005)


@pytest.mark.parametrize(("risk_premium", "fee", "rest"), EXPONENTIAL)
def test_drawn_exponential_risks_leave_it_within_three_standard_deviations(
    run: Run, take_up: Column, risk_premium: float, fee: float, rest: float
) -> None:
    rng = np.random.default_rng(2)
    people = populations.exponential(100_000, risk_premium=risk_premium, rng=rng)
    members = take_up(run(people, 40, fee=fee), "members", 40)
    assert members[-1] == pytest.approx(rest, abs=max(0.005, 3 * 0.002))


def test_contribution_of_exponential_risks_nears_its_rest_at_the_predicted_rate(
    run: Run, column: Column
) -> None:
    people = populations.exponential(GRID, risk_premium=1.0)
    price = column(run(people, 8, fee=0.08), "contribution", 8)
    rest = pools.exponential(1.0, 0.08)
    gaps = rest.contribution - price
    assert gaps[1:5] / gaps[:4] == pytest.approx(rest.slope, abs=0.005)


def test_fixed_surplus_below_the_mean_risk_loses_the_same_share_for_ever(
    run: Run, take_up: Column
) -> None:
    people = populations.exponential(GRID, risk_premium=0.0, extra=0.8)
    members = take_up(run(people, 20), "members", 20)
    assert members == pytest.approx(pools.exponential_additive_path(0.8, 20), abs=0.005)
    assert members == pytest.approx(np.exp(-0.2 * np.arange(21)), abs=0.005)


def test_fixed_surplus_of_the_mean_risk_keeps_everyone(run: Run, take_up: Column) -> None:
    people = populations.exponential(10_000, risk_premium=0.0, extra=1.0001)
    assert take_up(run(people, 20), "members", 20)[-1] == 1.0


@pytest.mark.parametrize("risk_premium", [0.4, 0.6])
def test_pareto_risks_keep_everyone_or_fall_for_ever(
    run: Run, take_up: Column, risk_premium: float
) -> None:
    expected = pools.pareto_path(3.0, risk_premium, 0.0, 12)
    people = populations.pareto(GRID, shape=3.0, risk_premium=risk_premium)
    members = take_up(run(people, 12), "members", 12)
    assert members == pytest.approx(expected, abs=0.005)
    if risk_premium == 0.4:
        assert members[:5] == pytest.approx([1, 0.8130, 0.6610, 0.5374, 0.4370], abs=0.005)


@pytest.mark.parametrize(("stake", "sigma", "fee", "multiple", "small", "exact"), LOGNORMAL)
def test_lognormal_closed_form_gives_the_published_numbers(
    stake: float, sigma: float, fee: float, multiple: float, small: float, exact: float
) -> None:
    assert pools.cara_multiple(stake) == pytest.approx(multiple, abs=1e-4)
    limit = pools.lognormal_cara(stake, sigma, fee, median=None)
    assert limit.take_up == pytest.approx(small, abs=5e-5)
    assert pools.lognormal_cara(stake, sigma, fee).take_up == pytest.approx(exact, abs=5e-5)


@pytest.mark.parametrize(("stake", "sigma", "fee", "multiple", "small", "exact"), LOGNORMAL)
def test_lognormal_risks_with_cara_leave_the_published_share(
    run: Run,
    take_up: Column,
    stake: float,
    sigma: float,
    fee: float,
    multiple: float,
    small: float,
    exact: float,
) -> None:
    people = populations.lognormal_cara(GRID, aversion_times_loss=stake, sigma=sigma)
    members = take_up(run(people, 40, fee=fee), "members", 40)
    assert members[-1] == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize(("stake", "sigma", "fee", "multiple", "small", "exact"), LOGNORMAL)
def test_drawn_lognormal_risks_leave_it_within_three_standard_deviations(
    run: Run,
    take_up: Column,
    stake: float,
    sigma: float,
    fee: float,
    multiple: float,
    small: float,
    exact: float,
) -> None:
    people = populations.lognormal_cara(
        100_000, aversion_times_loss=stake, sigma=sigma, rng=np.random.default_rng(3)
    )
    members = take_up(run(people, 40, fee=fee), "members", 40)
    closed = pools.lognormal_cara(stake, sigma, fee).take_up
    assert members[-1] == pytest.approx(closed, abs=max(0.01, 3 * 0.0025))


def test_engine_values_cover_as_the_exact_cara_formula_does(run: Run, take_up: Column) -> None:
    people = populations.lognormal_cara(GRID, aversion_times_loss=1.0, sigma=0.5)
    people = people.drop("willingness_to_pay").with_columns(risk_aversion=1.0 / 300_000.0)
    members = take_up(run(people, 60, fee=0.08, willingness="cara"), "members", 60)
    assert members[-1] == pytest.approx(0.5258, abs=0.01)


def test_half_of_modest_risk_aversion_lets_the_pool_vanish() -> None:
    assert pools.lognormal_cara(0.5, 1.0, 0.08, median=None).take_up == pytest.approx(1e-8, rel=0.1)
    assert math.isinf(pools.exponential(0.05, 0.08).contribution)

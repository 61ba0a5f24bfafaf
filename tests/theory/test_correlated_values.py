"""P6: the sign of selection is the sign of the correlation of cost and willingness to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.theory import pools, populations

if TYPE_CHECKING:
    from conftest import Column, Run

# correlation, take-up and contribution at rest, marginal over average cost there
TABLE = [
    (0.9, 0.0637, 6.8900, 0.629),
    (0.5, 0.2681, 2.7850, 0.712),
    (0.0, 0.4623, 1.6487, 1.000),
    (-0.5, 0.6149, 1.1199, 1.504),
]


@pytest.mark.parametrize(("correlation", "rest", "price", "ratio"), TABLE)
def test_closed_form_gives_the_published_numbers(
    correlation: float, rest: float, price: float, ratio: float
) -> None:
    family = pools.BivariateLognormal(correlation)
    point = family.rest_point()
    marginal = family.marginal_cost(price) / family.average_cost(price)
    assert point.take_up == pytest.approx(rest, abs=5e-5)
    assert point.contribution == pytest.approx(price, abs=5e-4)
    assert marginal == pytest.approx(ratio, abs=6e-4)


@pytest.mark.parametrize(("correlation", "rest", "price", "ratio"), TABLE)
def test_slope_of_the_map_is_hazard_times_mark_up(
    correlation: float, rest: float, price: float, ratio: float
) -> None:
    family = pools.BivariateLognormal(correlation)
    point = family.rest_point()
    p, step = point.contribution, 1e-5
    hazard = -(family.demand(p + step) - family.demand(p - step)) / (2 * step) / point.take_up
    slope = pools.slope_of_map(hazard, p, family.marginal_cost(p), 0.0)
    assert point.slope == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize(("correlation", "rest", "price", "ratio"), TABLE)
def test_pool_rests_at_the_published_take_up(
    run: Run, take_up: Column, correlation: float, rest: float, price: float, ratio: float
) -> None:
    people = populations.bivariate_lognormal(100_000, correlation=correlation)
    members = take_up(run(people, 40), "members", 40)
    assert members[-1] == pytest.approx(rest, abs=0.01)


@pytest.mark.parametrize(("correlation", "rest", "price", "ratio"), TABLE)
def test_drawn_people_rest_there_within_three_standard_deviations(
    run: Run, take_up: Column, correlation: float, rest: float, price: float, ratio: float
) -> None:
    rng = np.random.default_rng(4)
    people = populations.bivariate_lognormal(100_000, correlation=correlation, rng=rng)
    members = take_up(run(people, 30), "members", 30)
    assert members[-1] == pytest.approx(rest, abs=max(0.01, 3 * 0.004))


@pytest.mark.parametrize(("correlation", "rest", "price", "ratio"), TABLE)
def test_cost_curves_show_the_sign_of_selection(
    run: Run, correlation: float, rest: float, price: float, ratio: float
) -> None:
    people = populations.bivariate_lognormal(200_000, correlation=correlation)
    curves = run(people, 1).curves()
    q = curves["take_up"].to_numpy()
    average = float(np.interp(rest, q, curves["average_cost"].to_numpy()))
    # A point of the marginal curve is a mean of few people; a window around the rest is smooth.
    near = np.abs(q - rest) < 0.02
    marginal = float(
        np.polynomial.Polynomial.fit(q[near], curves["marginal_cost"].to_numpy()[near], 1)(rest)
    )
    assert marginal / average == pytest.approx(ratio, abs=0.02)


def test_advantageous_selection_is_possible(run: Run, column: Column) -> None:
    people = populations.bivariate_lognormal(100_000, correlation=-0.5)
    simulation = run(people, 40)
    assert column(simulation, "selection_ratio", 40)[-1] < 1
    assert column(simulation, "contribution", 40)[-1] == pytest.approx(1.1199, abs=0.01)

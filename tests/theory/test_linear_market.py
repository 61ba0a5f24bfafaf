"""P10: linear demand and cost (Einav, Finkelstein and Cullen 2010)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.theory import pools, populations
from model.theory.demand import LinearMarket

if TYPE_CHECKING:
    from conftest import Column, Run

MARKET = LinearMarket()


def test_closed_form_gives_the_published_numbers() -> None:
    price, best = MARKET.equilibrium_price(), MARKET.efficient_price()
    assert price == pytest.approx(463.54, abs=0.005)
    assert MARKET.take_up(price) == pytest.approx(0.6155, abs=5e-5)
    assert best == pytest.approx(266.0, abs=0.05)
    assert MARKET.take_up(best) == pytest.approx(0.7538, abs=5e-5)
    assert MARKET.deadweight_loss() == pytest.approx(9.42, abs=0.005)
    assert MARKET.deadweight_loss() / MARKET.efficient_surplus() == pytest.approx(0.034, abs=5e-4)


def test_slope_of_the_map_is_hazard_times_mark_up() -> None:
    price = MARKET.equilibrium_price()
    slope = pools.slope_of_map(MARKET.hazard(price), price, MARKET.marginal_cost(price), 0.0)
    assert slope == pytest.approx(0.155, abs=1e-9)


@pytest.mark.parametrize("drawn", [False, True])
def test_pool_rests_at_the_published_price_and_take_up(
    run: Run, column: Column, take_up: Column, drawn: bool
) -> None:
    people = populations.linear_market(200_000)
    if drawn:
        people = people.sample(200_000, with_replacement=True, seed=9)
    simulation = run(people, 20)
    # Three standard deviations of a drawn share and of its mean cost.
    assert take_up(simulation, "members", 20)[-1] == pytest.approx(0.6155, abs=0.005)
    assert column(simulation, "contribution", 20)[-1] == pytest.approx(463.5, abs=1)


def test_engine_measures_the_deadweight_loss(run: Run, take_up: Column, column: Column) -> None:
    simulation = run(populations.linear_market(200_000), 20)
    assert take_up(simulation, "deadweight_loss", 20)[-1] == pytest.approx(9.42, abs=0.05)
    relative = column(simulation, "relative_welfare", 20)[-1]
    assert 1 - relative == pytest.approx(0.034, abs=5e-4)


def test_cost_curves_cross_demand_at_the_published_points(run: Run) -> None:
    curves = run(populations.linear_market(200_000), 20).curves()
    q, price = curves["take_up"].to_numpy(), curves["demand"].to_numpy()
    crossings = {}
    for name in ("average_cost", "marginal_cost"):
        gap = price - curves[name].to_numpy()
        last = int(np.flatnonzero((gap > 0) & (q < 0.94))[-1])
        crossings[name] = (price[last], q[last])
    assert crossings["average_cost"][0] == pytest.approx(463.5, abs=5)
    assert crossings["average_cost"][1] == pytest.approx(0.6155, abs=0.005)
    assert crossings["marginal_cost"][1] == pytest.approx(0.7538, abs=0.005)


def test_engine_measures_the_slope_of_its_map(run: Run, column: Column) -> None:
    simulation = run(populations.linear_market(200_000), 20)
    assert column(simulation, "slope", 20)[-1] == pytest.approx(0.155, abs=0.005)


def test_contribution_nears_its_rest_by_the_slope(run: Run, column: Column) -> None:
    contribution = column(run(populations.linear_market(200_000), 6), "contribution", 6)
    gaps = contribution - MARKET.equilibrium_price()
    assert gaps[2:4] / gaps[1:3] == pytest.approx(0.155, abs=0.005)

"""P1: costs U[0, 1], willingness to pay (1 + a) c; and welfare in the same family."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from model.theory import pools, populations

if TYPE_CHECKING:
    from conftest import Column, Run

PERIODS = 40
TOLERANCE = 0.003
THREE_SD = 0.006  # of take-up, 100,000 drawn people
# risk premium, fee, take-up and contribution at rest, take-up after 1, 2 and 3 periods
TABLE = [
    (0.50, 0.00, 0.5000, 0.75000, (0.6667, 0.5556, 0.5185)),
    (0.50, 0.08, 0.4375, 0.84375, (0.6400, 0.5104, 0.4637)),
    (0.25, 0.08, 0.2394, 0.95070, (0.5680, 0.3814, 0.3008)),
    (0.10, 0.08, 0.0357, 1.06070, (0.5091, 0.2681, 0.1498)),
]
COLLAPSING = [(0.00, 0.00), (0.05, 0.08)]


@pytest.mark.parametrize(("risk_premium", "fee", "rest", "price", "first"), TABLE)
def test_closed_form_gives_the_published_numbers(
    risk_premium: float, fee: float, rest: float, price: float, first: tuple[float, ...]
) -> None:
    point = pools.uniform(risk_premium, fee)
    path, _ = pools.uniform_path(risk_premium, fee, 3)
    assert point.take_up == pytest.approx(rest, abs=5e-5)
    assert point.contribution == pytest.approx(price, abs=5e-5)
    assert path[1:] == pytest.approx(first, abs=5e-5)


@pytest.mark.parametrize(("risk_premium", "fee", "rest", "price", "first"), TABLE)
def test_pool_follows_the_published_path_to_its_rest_point(
    run: Run,
    column: Column,
    take_up: Column,
    risk_premium: float,
    fee: float,
    rest: float,
    price: float,
    first: tuple[float, ...],
) -> None:
    people = populations.uniform(10_000, risk_premium=risk_premium)
    simulation = run(people, PERIODS, fee=fee)
    members = take_up(simulation, "members", PERIODS)
    contribution = column(simulation, "contribution", PERIODS)
    expected_members, expected_contribution = pools.uniform_path(risk_premium, fee, PERIODS)
    assert members == pytest.approx(expected_members, abs=TOLERANCE)
    assert contribution == pytest.approx(expected_contribution, abs=TOLERANCE)
    assert members[1:4] == pytest.approx(first, abs=TOLERANCE)
    assert members[-1] == pytest.approx(rest, abs=TOLERANCE)
    assert contribution[-1] == pytest.approx(price, abs=TOLERANCE)


@pytest.mark.parametrize(("risk_premium", "fee"), [row[:2] for row in TABLE] + COLLAPSING)
def test_drawn_people_follow_the_path_within_three_standard_deviations(
    run: Run, take_up: Column, risk_premium: float, fee: float
) -> None:
    rng = np.random.default_rng(1)
    people = populations.uniform(100_000, risk_premium=risk_premium, rng=rng)
    members = take_up(run(people, 15, fee=fee), "members", 15)
    assert members == pytest.approx(
        pools.uniform_path(risk_premium, fee, 15)[0], abs=max(TOLERANCE, THREE_SD)
    )


@pytest.mark.parametrize(("risk_premium", "fee"), COLLAPSING)
def test_pool_empties_when_the_fee_eats_the_risk_premium(
    run: Run, take_up: Column, risk_premium: float, fee: float
) -> None:
    people = populations.uniform(10_000, risk_premium=risk_premium)
    members = take_up(run(people, PERIODS, fee=fee), "members", PERIODS)
    assert members == pytest.approx(
        pools.uniform_path(risk_premium, fee, PERIODS)[0], abs=TOLERANCE
    )
    assert members[-1] == pytest.approx(0.0, abs=TOLERANCE)


def test_risk_neutral_members_halve_every_period(run: Run, take_up: Column) -> None:
    people = populations.uniform(10_000, risk_premium=0.0)
    members = take_up(run(people, 8), "members", 8)
    assert members == pytest.approx(0.5 ** np.arange(9), abs=TOLERANCE)


def test_fixed_surplus_keeps_twice_its_share_of_the_people(run: Run, take_up: Column) -> None:
    people = populations.uniform(10_000, risk_premium=0.0, extra=0.2)
    members = take_up(run(people, PERIODS), "members", PERIODS)
    assert members[-1] == pytest.approx(pools.uniform_additive(0.2), abs=TOLERANCE)


@pytest.mark.parametrize("ratio", [1.75, 1.80])
def test_narrow_range_of_risk_keeps_everyone(run: Run, take_up: Column, ratio: float) -> None:
    cost = 1 + (ratio - 1) * populations.quantiles(10_000)
    people = populations.frame(cost, 1.5 * cost)
    members = take_up(run(people, PERIODS, fee=0.08), "members", PERIODS)
    assert (members[-1] == 1.0) == pools.uniform_stays_full(ratio, 0.5, 0.08)


def test_path_is_the_same_whether_or_not_those_who_left_may_return(
    run: Run, take_up: Column
) -> None:
    people = populations.uniform(10_000, risk_premium=0.5)
    free = take_up(run(people, 20, fee=0.08, reentry="free"), "members", 20)
    never = take_up(run(people, 20, fee=0.08, reentry="never"), "members", 20)
    assert np.array_equal(free, never)


def test_engine_equals_the_sorted_population_member_for_member(run: Run, take_up: Column) -> None:
    people = populations.uniform(9_973, risk_premium=0.25, rng=np.random.default_rng(3))
    cost = people["expected_cost"].cast(pl.Float32).cast(pl.Float64).to_numpy()
    wtp = people["willingness_to_pay"].cast(pl.Float32).cast(pl.Float64).to_numpy()
    members = take_up(run(people, 20, fee=0.08), "members", 20)
    assert members == pytest.approx(pools.follow_map(cost, wtp, 0.08, 20)[0], abs=1.5 / 9_973)


def test_mesa_model_walks_the_same_path(run: Run, take_up: Column) -> None:
    from model import AdverseSelectionModel, Scenario

    people = populations.uniform(10_000, risk_premium=0.5)
    model = AdverseSelectionModel(Scenario.textbook(n_periods=20, fee=0.08), people=people, rng=7)
    model.run_model()
    members = model.history["members"].to_numpy() / 10_000
    assert np.array_equal(members, take_up(run(people, 20, fee=0.08), "members", 20))
    assert members == pytest.approx(pools.uniform_path(0.5, 0.08, 20)[0], abs=TOLERANCE)


def test_unravelling_costs_a_quarter_of_the_surplus(run: Run, column: Column) -> None:
    people = populations.uniform(10_000, risk_premium=0.5)
    simulation = run(people, PERIODS)
    relative = column(simulation, "relative_welfare", PERIODS)[-1]
    loss = column(simulation, "deadweight_loss", PERIODS)[-1] / 10_000
    cutoff = pools.uniform(0.5, 0.0).cutoff
    assert relative == pytest.approx(1 - cutoff**2, abs=TOLERANCE)
    assert loss == pytest.approx(0.5 * cutoff**2 / 2, abs=TOLERANCE)

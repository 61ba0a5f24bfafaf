"""P13: rules of sharing, what they move between members, and what they do to selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.theory import populations, sharing

if TYPE_CHECKING:
    from conftest import Column, Run, Start

MIXES = [(0.0, 0.4375), (0.25, 0.5091), (0.5, 0.6087), (0.75, 0.7568), (1.0, 1.0)]
THREE = [0.1, 0.2, 0.5]


def test_conditional_means_of_three_people_are_exact() -> None:
    one = np.array([4, 9, 36]) / 49
    two = np.array([5, 10, 13]) / 14
    assert sharing.conditional_mean(THREE, 1) == pytest.approx(one, abs=1e-9)
    assert sharing.conditional_mean(THREE, 2) == pytest.approx(two, abs=1e-9)
    assert one == pytest.approx([0.081633, 0.183673, 0.734694], abs=1e-6)
    assert two == pytest.approx([0.357143, 0.714286, 0.928571], abs=1e-6)


def test_conditional_mean_is_fair_and_shares_out_everything() -> None:
    pmf = sharing.poisson_binomial(THREE)
    shares = np.stack([sharing.conditional_mean(THREE, s) for s in range(4)])
    assert pmf @ shares == pytest.approx(THREE, abs=1e-12)
    assert shares.sum(axis=1) == pytest.approx(range(4), abs=1e-12)


@pytest.mark.parametrize("claims", [1, 2])
def test_engine_works_out_the_same_conditional_means(claims: int) -> None:
    from agents.conditional_mean import conditional_means

    found = conditional_means(np.array(THREE), np.full(3, 300_000.0), 300_000.0 * claims)
    assert found / 300_000.0 == pytest.approx(sharing.conditional_mean(THREE, claims), abs=1e-9)


def test_three_members_pay_their_conditional_means(start: Start) -> None:
    benefit = 300_000.0
    people = populations.frame(benefit * np.array(THREE), np.full(3, 1e9))
    simulation = start(people, 50, claims="drawn", sharing="conditional_mean")
    seen = set()
    while simulation.running:
        simulation.step()
        claims = round(float(simulation.history["claims"].to_numpy()[-1]))
        pool, index = simulation.pools[0], simulation.sample()["share_index"].to_numpy()
        paid = (pool.flat + pool.slope * index.astype(float)) / benefit
        # The columns of people hold single precision.
        assert paid == pytest.approx(sharing.conditional_mean(THREE, claims), abs=1e-6)
        seen.add(claims)
    assert {1, 2} <= seen


def test_one_claim_is_shared_by_the_odds() -> None:
    odds = np.array(THREE) / (1 - np.array(THREE))
    assert sharing.conditional_mean(THREE, 1) == pytest.approx(odds / odds.sum(), abs=1e-12)


def test_fairness_has_a_price_in_variance() -> None:
    variances = [sharing.total_variance(THREE, rule) for rule in ("none", "fair_linear", "equal")]
    assert variances == pytest.approx([0.5, 0.23034, 0.16667], abs=5e-6)
    # The conditional mean need not be linear, and does a little better than the best line.
    assert 1 / 6 < sharing.total_variance(THREE, "conditional_mean") < 0.23034


@pytest.mark.parametrize(("mix", "rest"), MIXES)
def test_charging_more_of_the_own_risk_keeps_more_members(
    run: Run, take_up: Column, mix: float, rest: float
) -> None:
    assert sharing.uniform_mixed(0.5, 0.08, mix) == pytest.approx(rest, abs=5e-5)
    people = populations.uniform(10_000, risk_premium=0.5)
    simulation = run(people, 30, fee=0.08, sharing="expected_cost", sharing_mix=mix)
    assert take_up(simulation, "members", 30)[-1] == pytest.approx(rest, abs=0.003)


@pytest.mark.parametrize(("mix", "rest"), MIXES)
def test_drawn_people_rest_there_within_three_standard_deviations(
    run: Run, take_up: Column, mix: float, rest: float
) -> None:
    people = populations.uniform(100_000, risk_premium=0.5, rng=np.random.default_rng(6))
    simulation = run(people, 30, fee=0.08, sharing="expected_cost", sharing_mix=mix)
    assert take_up(simulation, "members", 30)[-1] == pytest.approx(rest, abs=max(0.003, 0.006))


def test_sharing_by_own_cost_moves_nothing_between_members(run: Run, column: Column) -> None:
    people = populations.uniform(10_000, risk_premium=0.5)
    simulation = run(people, 5, sharing="expected_cost")
    assert column(simulation, "hoover", 5)[-1] == pytest.approx(0.0, abs=0.001)
    assert column(simulation, "selection_ratio", 5)[-1] == pytest.approx(1.0, abs=1e-6)


def test_hoover_indices_of_full_pools_are_the_published_ones(run: Run, column: Column) -> None:
    uniform = run(populations.uniform(10_000, risk_premium=0.0, extra=50.0), 2)
    exponential = run(populations.exponential(200_000, risk_premium=0.0, extra=50.0), 2)
    types = run(populations.two_type(10_000, wtp_low=9.0, wtp_high=9.0), 2)
    assert column(uniform, "hoover", 2)[-1] == pytest.approx(0.25, abs=0.001)
    assert column(exponential, "hoover", 2)[-1] == pytest.approx(0.3679, abs=0.001)
    assert column(types, "hoover", 2)[-1] == pytest.approx(0.2571, abs=0.001)
    assert sharing.hoover_uniform() == 0.25
    assert sharing.hoover_exponential() == pytest.approx(0.3679, abs=5e-5)
    assert sharing.hoover_two_type(0.1, 5.0, 1.0) == pytest.approx(0.2571, abs=5e-5)


@pytest.mark.parametrize(("sigma", "index"), [(0.5, 0.1974), (1.0, 0.3829)])
def test_hoover_index_of_lognormal_risks_is_the_published_one(
    run: Run, column: Column, sigma: float, index: float
) -> None:
    people = populations.lognormal_cara(200_000, aversion_times_loss=1.0, sigma=sigma)
    people = people.with_columns(willingness_to_pay=1e6)
    assert sharing.hoover_lognormal(sigma) == pytest.approx(index, abs=5e-5)
    assert column(run(people, 2, fee=0.08), "hoover", 2)[-1] == pytest.approx(index, abs=0.001)

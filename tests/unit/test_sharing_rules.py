"""Sharing rules: who pays how much of one and the same bill."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from scipy import stats

from agents.conditional_mean import (
    conditional_means,
    exact_means,
    grid_unit,
    tilted_means,
)

THREE = np.array([0.1, 0.2, 0.5])
# docs/theory.md, P13: what each pays when one claim was made, and when two were.
ONE_CLAIM = np.array([0.081633, 0.183673, 0.734694])
TWO_CLAIMS = np.array([0.357143, 0.714286, 0.928571])


def payments(simulation, plan=0):
    """Return what each person pays at the announced terms."""
    pool, people = simulation.pools[plan], simulation.people
    owed = pool.flat + pool.slope * people.share_index[plan].astype(float)
    return np.where(people.plan == plan, owed, 0.0)


def brute_force(risks, benefits, claims):
    """Return E[X | ΣX = claims] by listing every combination of claims."""
    total, means = 0.0, np.zeros(len(risks))
    for combination in itertools.product([0, 1], repeat=len(risks)):
        made = np.array(combination)
        if np.isclose((made * benefits).sum(), claims):
            chance = np.where(made, risks, 1 - risks).prod()
            total += chance
            means += chance * made * benefits
    return means / total


def test_equal_sharing_charges_everybody_the_same(still, crowd):
    simulation = still(crowd(4, expected_cost=[1.0, 2.0, 3.0, 6.0]), fee=0.1)
    simulation.step()
    assert payments(simulation) == pytest.approx([3.3] * 4)


def test_age_bands_charge_by_the_weight_of_the_age(still, crowd):
    people = crowd(4, age=[20.0, 35.0, 35.0, 65.0], expected_cost=[1.0, 2.0, 3.0, 6.0])
    bands = {"sharing": "age_band", "age_relativity": [(0, 1.0), (30, 2.0), (60, 5.0)]}
    simulation = still(people, **bands, entry_age_max=120, fee=0.0)
    simulation.step()
    assert payments(simulation) == pytest.approx([1.2, 2.4, 2.4, 6.0])


def test_sharing_by_expected_cost_charges_everybody_the_own(still, crowd):
    cost = [1.0, 2.0, 3.0, 6.0]
    simulation = still(crowd(4, expected_cost=cost), sharing="expected_cost", fee=0.5)
    simulation.step()
    assert payments(simulation) == pytest.approx(1.5 * np.array(cost))
    assert simulation.history["hoover"][1] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("mix", [0.0, 0.25, 1.0])
def test_mix_shares_one_part_by_the_rule_and_the_rest_equally(still, crowd, mix):
    cost = np.array([1.0, 2.0, 3.0, 6.0])
    rules = {"sharing": "expected_cost", "sharing_mix": mix, "fee": 0.0}
    simulation = still(crowd(4, expected_cost=cost), **rules)
    simulation.step()
    assert payments(simulation) == pytest.approx(mix * cost + (1 - mix) * 3.0)


def test_members_expect_their_own_share_from_the_start(still, crowd):
    cost = np.array([1.0, 2.0, 3.0, 6.0])
    simulation = still(crowd(4, expected_cost=cost), sharing="expected_cost", fee=0.1)
    assert simulation.people.expected_contribution[0] == pytest.approx(1.1 * cost)


@pytest.mark.parametrize("sharing", ["equal", "age_band", "expected_cost", "conditional_mean"])
@pytest.mark.parametrize("claims", ["drawn", "expected"])
def test_every_rule_collects_the_whole_bill(still, crowd, sharing, claims):
    rng = np.random.default_rng(1)
    people = crowd(80, age=rng.uniform(20, 59, 80), expected_cost=rng.uniform(0, 0.3, 80))
    rules = {"claims": claims, "benefit": [(0, 1.0)], "sharing": sharing, "sharing_mix": 0.7}
    simulation = still(people, **rules, fee=0.2, n_periods=4)
    while simulation.running:
        simulation.step()
        collected = simulation.books[-1][0].contributions
        assert collected > 0
        assert payments(simulation).sum() == pytest.approx(collected, rel=1e-5)
        assert collected == pytest.approx(1.2 * simulation.books[-1][0].benefits)


def test_nobody_pays_when_nobody_fell_ill(still, crowd):
    people = crowd(3, expected_cost=1e-9)
    rules = {"claims": "drawn", "benefit": [(0, 1.0)], "sharing": "conditional_mean"}
    simulation = still(people, **rules)
    simulation.step()
    assert payments(simulation).tolist() == [0.0, 0.0, 0.0]


def test_three_people_share_one_claim_and_two_as_published():
    assert conditional_means(THREE, np.ones(3), 1.0) == pytest.approx(ONE_CLAIM, abs=1e-6)
    assert conditional_means(THREE, np.ones(3), 2.0) == pytest.approx(TWO_CLAIMS, abs=1e-6)
    assert conditional_means(THREE, np.ones(3), 3.0) == pytest.approx([1, 1, 1])
    assert conditional_means(THREE, np.ones(3), 0.0) == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_three_people_in_a_pool_share_their_claims_as_published(still, crowd, seed, leaves):
    people = crowd(3, expected_cost=THREE)
    rules = {"claims": "drawn", "benefit": [(0, 1.0)], "sharing": "conditional_mean", "fee": 0.0}
    simulation = still(people, **rules, leaves_after_aid=leaves, seed=seed)
    simulation.step()
    (books,) = simulation.books[-1]
    claims = int(books.claims)
    expected = [np.zeros(3), ONE_CLAIM, TWO_CLAIMS, np.ones(3)][claims]
    pool = simulation.pools[0]
    owed = pool.flat + pool.slope * simulation.people.share_index[0].astype(float)
    # Who claimed owes a share too, as under every other rule.
    assert books.payers == 3
    assert owed == pytest.approx(expected, abs=1e-5)


def test_different_benefits_are_shared_exactly_too():
    risks, benefits = np.array([0.1, 0.3, 0.6, 0.05]), np.array([3.0, 1.0, 2.0, 1.0])
    for claims in (1.0, 2.0, 3.0, 4.0, 5.0, 7.0):
        expected = brute_force(risks, benefits, claims)
        assert conditional_means(risks, benefits, claims) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("high", [0.4, 0.6, 0.999])
def test_shares_add_up_to_the_claims(high):
    rng = np.random.default_rng(1)
    risks, benefits = rng.uniform(0, high, 40), rng.choice([1.0, 2.0, 5.0], 40)
    for claims in (1.0, 5.0, 30.0, benefits.sum()):
        assert conditional_means(risks, benefits, claims).sum() == pytest.approx(claims, rel=1e-6)


def test_shares_are_fair_on_average():
    risks = np.array([0.05, 0.2, 0.5, 0.9])
    shares = [exact_means(risks, np.ones(4, np.int64), s) for s in range(5)]
    chances = [0.0] * 5
    for combination in itertools.product([0, 1], repeat=4):
        chances[sum(combination)] += np.where(combination, risks, 1 - risks).prod()
    assert np.array(chances) @ np.stack(shares) == pytest.approx(risks)


@pytest.mark.parametrize("claims", [0.5, 1.0, 2.0])
def test_in_a_large_pool_the_approximation_agrees_with_the_exact_shares(claims):
    rng = np.random.default_rng(2)
    risks, benefits = rng.lognormal(-3.5, 0.8, 3_000).clip(0, 0.5), rng.choice([1.0, 3.0], 3_000)
    made = np.round((risks * benefits).sum() * claims)
    exact = exact_means(risks, benefits.astype(np.int64), int(made))
    tilted = tilted_means(risks, benefits, made)
    assert tilted.sum() == pytest.approx(made, rel=1e-9)
    assert tilted == pytest.approx(exact, rel=0.02)


def test_largest_amount_of_which_all_benefits_are_multiples():
    assert grid_unit(np.array([300_000.0, 100_000.0, 0.0])) == 100_000.0
    assert grid_unit(np.array([300_000.0, 200_000.0])) == 100_000.0
    assert grid_unit(np.array([0.5, 0.75])) == 0.25
    assert grid_unit(np.array([0.0])) == 0.0


def test_leavers_who_owe_pay_their_share_under_every_rule(textbook, crowd):
    people = crowd(40, expected_cost=0.3, willingness_to_pay=[9.0] * 30 + [-9.0] * 10)
    payers = {}
    for sharing in ("equal", "expected_cost", "conditional_mean"):
        rules = {"claims": "drawn", "benefit": [(0, 1.0)], "leavers_owe": True, "n_periods": 1}
        simulation = textbook(people, sharing=sharing, **rules).run()
        assert simulation.history["lapsed"][1] == 10
        payers[sharing] = simulation.books[1][0].payers
    assert payers == dict.fromkeys(payers, 40)


def test_high_risks_stay_in_a_pool_that_charges_the_own_cost(textbook, crowd):
    cost = np.linspace(0.1, 10.0, 100)
    people = crowd(100, expected_cost=cost, willingness_to_pay=1.2 * cost)
    own = textbook(people, sharing="expected_cost", fee=0.08, n_periods=10).run()
    assert own.history["members"][-1] == 100
    equal = textbook(people, fee=0.08, n_periods=10).run()
    assert equal.history["members"][-1] < 50
    assert (
        equal.history["cross_subsidy_quartile_4"][0]
        < 0
        < equal.history["cross_subsidy_quartile_1"][0]
    )


def test_hoover_index_is_the_share_of_contributions_that_moves(still, crowd):
    simulation = still(crowd(4, expected_cost=[1.0, 1.0, 1.0, 5.0]))
    simulation.step()
    # Equal shares of 2: three pay 1 too much, out of 8.
    assert simulation.history["hoover"][1] == pytest.approx(3 / 8)
    row = simulation.history.select(pl.col("^cross_subsidy_quartile_.*$"))[1]
    assert row.row(0)[-1] == pytest.approx(-3.0)
    assert sum(row.row(0)) == pytest.approx(0.0, abs=1e-6)


def test_conditional_mean_moves_nothing_on_average_in_a_run(still, crowd):
    rng = np.random.default_rng(3)
    cost = rng.uniform(0.02, 0.4, 60)
    rules = {"claims": "drawn", "benefit": [(0, 1.0)], "sharing": "conditional_mean", "fee": 0.0}
    simulation = still(crowd(60, expected_cost=cost), **rules, n_periods=200)
    paid = np.zeros(60)
    while simulation.running:
        simulation.step()
        paid += payments(simulation) / 200
    assert paid == pytest.approx(cost, rel=0.15)
    assert stats.pearsonr(paid, cost).statistic > 0.99

"""Demand, average and marginal cost, and how steep the local map is."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from model import Plan

N = 2_000


def uniform(n=N, risk_premium=0.5):
    cost = (np.arange(n) + 0.5) / n
    return pl.DataFrame({"expected_cost": cost, "willingness_to_pay": (1 + risk_premium) * cost})


@pytest.fixture
def curves(textbook):
    return textbook(uniform(), fee=0.08).curves(points=N)


def test_most_willing_come_first(curves):
    assert (curves["demand"].diff().drop_nulls() <= 0).all()
    assert curves["take_up"].is_sorted()
    assert curves["take_up"][-1] == 1.0


def test_average_cost_starts_with_the_most_willing(curves):
    assert curves["take_up"][0] == pytest.approx(1 / N)
    assert curves["average_cost"][0] == pytest.approx(1.08 * (N - 0.5) / N, rel=1e-6)
    assert curves["demand"][0] == pytest.approx(1.5 * (N - 0.5) / N, rel=1e-6)


def test_average_cost_of_everybody_is_the_loaded_mean(curves):
    assert curves["average_cost"][-1] == pytest.approx(1.08 * 0.5, rel=1e-6)


def test_curves_of_uniform_risks_are_straight_lines(curves):
    q = curves["take_up"].to_numpy()
    assert curves["demand"].to_numpy() == pytest.approx(1.5 * (1 - q), abs=2e-3)
    assert curves["average_cost"].to_numpy() == pytest.approx(1.08 * (1 - q / 2), abs=2e-3)
    inner = (q > 0.05) & (q < 0.95)
    marginal = curves["marginal_cost"].to_numpy()
    assert marginal[inner] == pytest.approx(1.08 * (1 - q[inner]), abs=2e-3)


def test_average_cost_meets_demand_where_the_pool_rests(textbook, curves):
    rest = curves.filter(pl.col("demand") >= pl.col("average_cost"))[-1]
    assert rest["take_up"][0] == pytest.approx(0.4375, abs=2e-3)
    assert rest["average_cost"][0] == pytest.approx(0.84375, abs=2e-3)
    simulation = textbook(uniform(), fee=0.08, n_periods=40).run()
    assert simulation.history["take_up"][-1] == pytest.approx(rest["take_up"][0], abs=2e-3)
    assert simulation.history["contribution"][-1] == pytest.approx(
        rest["average_cost"][0], abs=2e-3
    )


def test_average_cost_is_the_running_mean_of_the_marginal_cost(curves):
    running = curves["marginal_cost"].cum_sum() / np.arange(1, N + 1)
    inner = slice(100, N - 100)
    assert running[inner].to_numpy() == pytest.approx(curves["average_cost"][inner], rel=0.02)


def test_few_points_lie_on_the_same_curves(textbook, curves):
    few = textbook(uniform(), fee=0.08).curves(points=11)
    assert few.height == 11
    assert few.join(curves, on="take_up", how="semi").height == 11
    same = curves.filter(pl.col("take_up").is_in(few["take_up"].implode()))
    assert same["average_cost"].to_list() == pytest.approx(few["average_cost"].to_list())


@pytest.mark.parametrize("penalty", [0.0, 1.5])
def test_demand_is_the_contribution_at_which_a_person_is_indifferent(textbook, penalty):
    rng = np.random.default_rng(1)
    n = 60
    people = pl.DataFrame(
        {
            "expected_cost": rng.uniform(1, 9, n),
            "willingness_to_pay": rng.uniform(2, 20, n),
            "fairness_concern": rng.uniform(0, 3, n),
            "opinion": rng.uniform(-1, 1, n),
            "income": rng.uniform(2e4, 2e5, n),
            "plan": ["pool" if i % 3 else None for i in range(n)],
        }
    )
    tastes = {"disadvantage_aversion": 0.8, "loss_aversion": 0.6, "sentiment_value": 2.0}
    tastes["penalty_for_none"] = penalty
    simulation = textbook(people, **tastes, income_elasticity=0.5)
    from agents.choice import value_of_membership
    from model.curves import reservation_contribution

    found = reservation_contribution(simulation, 0, np.arange(n))
    for i in range(n):
        value = value_of_membership(i, 0, float(found[i]), simulation.people, simulation.rates)
        assert value == pytest.approx(0.0, abs=1e-4)


def test_demand_is_per_head_when_contributions_differ(textbook, crowd):
    people = crowd(4, expected_cost=[1.0, 1.0, 2.0, 4.0], willingness_to_pay=4.0)
    curves = textbook(people, sharing="expected_cost").curves()
    # Per head 2: they pay 1, 1, 2, 4, so that 8, 8, 4, 2 a head would be too much for them.
    assert curves["demand"].to_list() == pytest.approx([8.0, 8.0, 4.0, 2.0])


def test_each_plan_has_its_own_curves(textbook, crowd):
    plans = [Plan(name="a"), Plan(name="b")]
    worth = {"willingness_to_pay_a": [3.0, 2.0], "willingness_to_pay_b": [5.0, 6.0]}
    simulation = textbook(crowd(2, expected_cost=1.0, **worth), plans=plans)
    assert simulation.curves(0)["demand"].to_list() == pytest.approx([3.0, 2.0])
    assert simulation.curves(1)["demand"].to_list() == pytest.approx([6.0, 5.0])


def test_curves_of_a_plan_that_takes_nobody_are_empty(textbook, crowd):
    simulation = textbook(crowd(3, age=80.0, expected_cost=1.0), entry_age_max=59)
    curves = simulation.curves()
    assert curves.height == 0
    assert curves.columns == ["take_up", "demand", "average_cost", "marginal_cost"]


@pytest.mark.parametrize(
    ("risk_premium", "fee"), [(0.5, 0.0), (0.5, 0.08), (0.25, 0.08), (1.0, 0.0)]
)
def test_local_map_of_uniform_risks_has_the_analytic_slope(textbook, risk_premium, fee):
    simulation = textbook(uniform(20_000, risk_premium), fee=fee, n_periods=40).run()
    analytic = (1 + fee) / (2 * (1 + risk_premium))
    slope = simulation.history["slope"].to_numpy()
    assert slope[-1] == pytest.approx(analytic, rel=0.03)
    # Away from the rest point it is the elasticity of the map, Φ′ p / Φ.
    paid = simulation.history["contribution"].to_numpy()
    follows = (1 + fee) * (1 + paid / (1 + risk_premium)) / 2
    assert slope[:5] == pytest.approx((analytic * paid / follows)[:5], rel=0.03)


def test_small_pool_has_about_the_slope_of_a_large_one(textbook):
    slope = textbook(uniform(400), n_periods=40).run().history["slope"][-1]
    assert slope == pytest.approx(1 / 3, rel=0.1)


def test_noise_flattens_the_local_map(textbook):
    sharp = textbook(uniform(), n_periods=1).run().history["slope"][0]
    noisy = textbook(uniform(), n_periods=1, choice_noise=0.5).run().history["slope"][0]
    assert 0 < noisy < sharp


def test_map_is_flat_where_everybody_has_the_same_cost(textbook, crowd):
    people = crowd(200, expected_cost=1.0, willingness_to_pay=np.linspace(0.5, 2, 200))
    slope = textbook(people, n_periods=3).run().history["slope"][-1]
    assert slope == pytest.approx(0.0, abs=1e-6)


def test_map_falls_where_the_willing_are_the_healthy(textbook):
    cost = np.linspace(0.1, 1.0, N)
    people = pl.DataFrame({"expected_cost": cost, "willingness_to_pay": 1.2 - cost})
    assert textbook(people).history["slope"][0] < -0.1


def test_map_tips_where_the_marginal_member_costs_much_less_than_the_mean(textbook):
    """Bunched willingness to pay (docs/theory.md, family G) has a slope above one."""
    n_low = 1_800
    low = pl.DataFrame(
        {
            "expected_cost": np.full(n_low, 1.0),
            "willingness_to_pay": np.linspace(1.3, 2.3, n_low),
        }
    )
    high = pl.DataFrame({"expected_cost": [5.0] * 200, "willingness_to_pay": [9.0] * 200})
    simulation = textbook(pl.concat([low, high]), opening_contribution=1.9366, n_periods=1)
    simulation.step()
    assert simulation.history["slope"][1] > 1.0


def test_surplus_and_loss_add_up_in_the_uniform_pool(textbook):
    row = textbook(uniform(), n_periods=40).run().history[-1]
    assert row["relative_welfare"][0] == pytest.approx(0.75, abs=2e-3)
    assert row["deadweight_loss"][0] / N == pytest.approx(0.0625, abs=1e-3)
    assert row["first_best"][0] / N == pytest.approx(0.25, abs=1e-3)
    assert row["consumer_surplus"][0] == pytest.approx(row["welfare"][0], rel=5e-3)

"""P2 and P7: two types of risk, the fold, shocks and hysteresis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.theory import populations
from model.theory.tipping import TwoType

if TYPE_CHECKING:
    from conftest import Column, Run, Start

    from model import Simulation

SPREAD = TwoType(half_width=0.5)
SHARE_HIGH = 0.1


def retention(simulation: Simulation) -> float:
    """Return the share of low risks who are members now."""
    members = float(simulation.history["members"].to_numpy()[-1]) / simulation.scenario.n_people
    return (members - SHARE_HIGH) / (1 - SHARE_HIGH)


@pytest.mark.parametrize(
    ("wtp_low", "fee", "stays"),
    [
        (1.39, 0.00, False),
        (1.41, 0.00, True),
        (1.511, 0.08, False),
        (1.513, 0.08, True),
    ],
)
def test_low_risks_stay_exactly_while_the_mean_cost_is_worth_it_to_them(
    run: Run, column: Column, take_up: Column, wtp_low: float, fee: float, stays: bool
) -> None:
    people = populations.two_type(10_000, wtp_low=wtp_low)
    simulation = run(people, 6, fee=fee)
    expected = TwoType(wtp_low=wtp_low).path(fee, 6)
    members = take_up(simulation, "members", 6)
    assert list(members) == [q for q, _ in expected]
    assert column(simulation, "contribution", 6) == pytest.approx([s for _, s in expected])
    assert (members[-1] == 1.0) == stays


def test_thresholds_of_two_types_are_the_published_ones() -> None:
    assert TwoType().critical_wtp_low(0.0) == pytest.approx(1.4)
    assert TwoType().critical_wtp_low(0.08) == pytest.approx(1.512)
    assert TwoType(wtp_low=1.4).critical_share_high(0.0) == pytest.approx(0.1)
    assert TwoType(wtp_low=1.39).path(0.0, 2) == [(1.0, 1.4), (0.1, 5.0), (0.1, 5.0)]


def test_closed_form_gives_the_published_roots_and_fold() -> None:
    assert SPREAD.interior_retentions(0.0) == pytest.approx((0.3634, 0.8255), abs=5e-5)
    assert SPREAD.interior_retentions(0.03) == pytest.approx((0.4413, 0.7176), abs=5e-5)
    assert SPREAD.interior_retentions(0.05) == ()
    fee, low, contribution = SPREAD.fold()
    assert fee == pytest.approx(0.04688, abs=5e-6)
    assert low == pytest.approx(0.5710, abs=5e-5)
    assert contribution == pytest.approx(1.7290, abs=5e-5)
    assert SPREAD.contribution(0.363438, 0.0) == pytest.approx(1.9366, abs=5e-5)
    assert SPREAD.contribution(0.825451, 0.0) == pytest.approx(1.4746, abs=1e-4)


def test_slow_rise_of_the_fee_tips_the_pool_and_its_fall_does_not_bring_it_back(
    start: Start,
) -> None:
    people = populations.two_type_with_spread(10_000)
    simulation = start(people, 10_000)
    up = np.round(np.arange(0.0, 0.1001, 0.005), 3)
    seen: dict[float, float] = {}
    for fee in (*up, *up[::-1]):
        simulation.amend(fee=float(fee))
        for _ in range(50):
            simulation.step()
        seen.setdefault(float(fee), retention(simulation))
    rising = [seen[fee] for fee in (0.0, 0.03, 0.04, 0.05)]
    assert rising == pytest.approx([0.8255, 0.7176, 0.6626, 0.0], abs=0.01)
    assert retention(simulation) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(("distance", "survives"), [(-0.001, True), (0.001, False)])
def test_fold_lies_where_the_two_rest_points_merge(
    run: Run, distance: float, survives: bool
) -> None:
    people = populations.two_type_with_spread(10_000)
    simulation = run(people, 300, fee=SPREAD.fold()[0] + distance)
    assert (retention(simulation) > 0.5) == survives
    assert survives or retention(simulation) == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(("shown", "recovers"), [(1.9266, True), (1.9466, False)])
def test_one_bad_period_tips_the_pool_only_past_the_unstable_rest_point(
    start: Start, shown: float, recovers: bool
) -> None:
    people = populations.two_type_with_spread(10_000)
    simulation = start(people, 200)
    for period in range(200):
        if period == 5:
            simulation.pools[0].announced = shown
        simulation.step()
    assert retention(simulation) == pytest.approx(0.8255 if recovers else 0.0, abs=0.01)


def test_pool_opened_past_the_unstable_rest_point_never_fills(run: Run) -> None:
    people = populations.two_type_with_spread(10_000)
    assert retention(run(people, 200, opening_contribution=1.9266)) == pytest.approx(
        0.8255, abs=0.01
    )
    assert retention(run(people, 200, opening_contribution=1.9466)) == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(("fee", "rest"), [(0.0, 0.8255), (0.03, 0.7176)])
def test_drawn_people_rest_within_three_standard_deviations(
    run: Run, take_up: Column, fee: float, rest: float
) -> None:
    people = populations.two_type_with_spread(100_000, rng=np.random.default_rng(5))
    members = take_up(run(people, 40, fee=fee), "members", 40)[-1]
    expected = SHARE_HIGH + (1 - SHARE_HIGH) * rest
    assert members == pytest.approx(expected, abs=3 * 0.011)


def test_without_reentry_any_contribution_that_holds_is_a_place_to_stay(start: Start) -> None:
    people = populations.uniform(10_000, risk_premium=0.5)
    simulation = start(people, 60, reentry="never")
    for period in range(60):
        if period == 30:
            simulation.pools[0].announced = 0.9
        simulation.step()
    members = simulation.history["members"].to_numpy()
    assert members[29] == pytest.approx(5_000, abs=30)
    assert members[-1] == pytest.approx(10_000 * (1 - 0.9 / 1.5), abs=30)

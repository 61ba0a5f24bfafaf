"""The textbook pool with one behavioural rule switched on is still a pool with a known answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.theory import behaviour, pools, populations

if TYPE_CHECKING:
    from conftest import Column, Run

N = 10_000


def test_dislike_of_paying_beyond_ones_cost_acts_like_a_smaller_premium(
    run: Run, take_up: Column
) -> None:
    people = populations.uniform(N, risk_premium=0.5)
    members = take_up(run(people, 30, fee=0.08, disadvantage_aversion=0.5), "members", 30)
    premium = behaviour.effective_premium(0.5, disadvantage_aversion=0.5)
    assert premium == pytest.approx(0.5 / 1.5)
    assert members == pytest.approx(pools.uniform_path(premium, 0.08, 30)[0], abs=0.003)


def test_heavier_weight_of_a_yuan_acts_like_a_smaller_premium(run: Run, take_up: Column) -> None:
    people = populations.uniform(N, risk_premium=0.5).with_columns(price_sensitivity=1.1)
    members = take_up(run(people, 30, fee=0.08), "members", 30)
    premium = behaviour.effective_premium(0.5, price_weight=1.1)
    assert members == pytest.approx(pools.uniform_path(premium, 0.08, 30)[0], abs=0.003)


def test_slow_expectations_change_the_path_but_not_the_rest(
    run: Run, column: Column, take_up: Column
) -> None:
    people = populations.uniform(N, risk_premium=0.5)
    simulation = run(people, 40, fee=0.08, contribution_learning=0.3)
    expected, contribution = behaviour.adaptive_uniform_path(0.5, 0.08, 0.3, 40)
    members = take_up(simulation, "members", 40)
    assert members == pytest.approx(expected, abs=0.003)
    assert column(simulation, "contribution", 40) == pytest.approx(contribution, abs=0.003)
    assert members[-1] == pytest.approx(0.4375, abs=0.003)


def test_sponsor_who_pays_a_share_acts_like_a_negative_fee(run: Run, take_up: Column) -> None:
    people = populations.uniform(N, risk_premium=0.5)
    members = take_up(run(people, 30, fee=0.08, subsidy=0.2), "members", 30)
    rest = pools.uniform(0.5, behaviour.subsidised_fee(0.08, 0.2))
    assert members[-1] == pytest.approx(rest.take_up, abs=0.003)


def test_identical_people_who_choose_with_noise_split_by_the_logit(
    run: Run, take_up: Column
) -> None:
    n = 100_000
    people = populations.frame(np.full(n, 1.0), np.full(n, 1.5))
    members = take_up(run(people, 5, choice_noise=0.5), "members", 5)
    share = behaviour.logit_take_up(0.5, 0.5)
    three_errors = 3 * np.sqrt(share * (1 - share) / n)
    assert members[1:] == pytest.approx(share, abs=three_errors)

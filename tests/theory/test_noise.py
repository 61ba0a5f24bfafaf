"""P12, P14, R8, R10: noise, growth, the identity of averages, and who pays the last bill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from model.theory import noise, pools, populations

if TYPE_CHECKING:
    from conftest import Column, Run, Start

BENEFIT = 300_000.0


def alike(n: int, cost: float, worth: float = 1e6) -> pl.DataFrame:
    return populations.frame(np.full(n, cost), np.full(n, worth))


def test_moments_of_a_small_pool_are_the_published_ones() -> None:
    moments = noise.share_moments(10_000, 1e-4, BENEFIT, 0.08)
    assert moments.mean == pytest.approx(32.4)
    assert moments.sd == pytest.approx(32.4, abs=0.01)
    assert moments.no_claim == pytest.approx(0.3679, abs=5e-5)
    large = noise.share_moments(10**8, 1e-5, BENEFIT, 0.08)
    assert large.coefficient_of_variation == pytest.approx(0.032, abs=5e-4)


def test_drawn_claims_have_those_moments_within_three_standard_errors(
    run: Run, column: Column
) -> None:
    periods = 1_000
    simulation = run(alike(10_000, 30.0), periods, claims="drawn", fee=0.08)
    contribution = column(simulation, "contribution", periods)[1:]
    assert contribution.mean() == pytest.approx(32.4, abs=3 * 32.4 / np.sqrt(periods))
    # A Poisson count with mean 1 has kurtosis 4: the variance has standard error sqrt(3 / n).
    assert contribution.var() == pytest.approx(32.4**2, rel=3 * np.sqrt(3 / periods))
    no_claim = float((contribution == 0).mean())
    error = np.sqrt(0.3679 * 0.6321 / periods)
    assert no_claim == pytest.approx(0.3679, abs=3 * error)


def test_contribution_rises_by_half_when_growth_stops_without_any_selection(
    start: Start, column: Column
) -> None:
    """P14: fivefold growth a year and a waiting period of six half-months."""
    n, first, growing, after = 200_000, 10_000, 20, 8
    plan = pl.Series(["pool"] * first + [None] * (n - first), dtype=pl.String)
    people = alike(n, 30.0).with_columns(plan=plan)
    simulation = start(people, growing + after, waiting_period=6, period_length=1 / 24)
    for period in range(growing + after):
        members = float(simulation.history["members"].to_numpy()[-1])
        rate = members * (5 ** (1 / 24) - 1) / (n - members)
        simulation.amend(awareness=rate if period < growing else 0.0)
        simulation.step()
    contribution = column(simulation, "contribution", growing + after)
    ratio = noise.growth_ratio(5.0, 0.25)
    assert ratio == pytest.approx(1.495, abs=5e-4)
    assert contribution[-1] == pytest.approx(30.0, rel=1e-5)
    assert contribution[-1] / contribution[growing] == pytest.approx(ratio, rel=0.01)
    selection = column(simulation, "selection_ratio", growing + after)
    assert selection == pytest.approx(1.0, abs=1e-5)


def test_mean_cost_of_stayers_obeys_the_identity_of_averages(run: Run, column: Column) -> None:
    """R8: the mean, the share who leave and their mean determine the next mean."""
    people = populations.uniform(10_000, risk_premium=0.5)
    simulation = run(people, 6, fee=0.08)
    mean = column(simulation, "expected_cost", 6)
    members = column(simulation, "members", 6)
    cutoffs = 1 - members / 10_000
    for t in range(6):
        leaving = 1 - members[t + 1] / members[t]
        cost_of_leavers = (cutoffs[t] + cutoffs[t + 1]) / 2
        after = noise.mean_cost_after(mean[t], leaving, cost_of_leavers)
        assert mean[t + 1] == pytest.approx(after, abs=1e-5)


def test_selection_ledger_of_a_pure_spiral_has_only_leavers(run: Run, column: Column) -> None:
    people = populations.uniform(10_000, risk_premium=0.5)
    simulation = run(people, 20, fee=0.08)
    change = np.diff(column(simulation, "expected_cost", 20))
    assert column(simulation, "ledger_leavers", 20)[1:] == pytest.approx(change, abs=1e-6)
    for part in ("ledger_joiners", "ledger_ageing", "ledger_run_off", "ledger_luck"):
        assert column(simulation, part, 20)[1:] == pytest.approx(0.0, abs=1e-6)


def test_bill_that_leavers_escape_falls_on_the_stayers(run: Run, column: Column) -> None:
    """R10: half the cost is billed a period late, and two fifths leave before that bill."""
    n, leavers = 1_000, 400
    worth = np.r_[np.full(leavers, 10.0), np.full(n - leavers, 1e6)]
    people = populations.frame(np.full(n, 30.0), worth)
    rules: dict[str, Any] = {"settlement_rate": 0.5, "reentry": "never"}
    escaped = run(people, 1, leavers_owe=False, **rules)
    owed = run(people, 1, leavers_owe=True, **rules)
    assert column(escaped, "members", 1)[1] == column(owed, "members", 1)[1] == n - leavers
    ratio = column(escaped, "contribution", 1)[1] / column(owed, "contribution", 1)[1]
    assert ratio == pytest.approx(noise.stayers_bill(n, leavers), rel=1e-9)


def test_path_of_a_pure_spiral_does_not_depend_on_the_benefit(run: Run, column: Column) -> None:
    people = populations.uniform(5_000, risk_premium=0.5)
    low = run(people, 10, fee=0.08, benefit=[(0, 100_000.0)])
    high = run(people, 10, fee=0.08)
    assert np.array_equal(column(low, "members", 10), column(high, "members", 10))
    rest = pools.uniform(0.5, 0.08).take_up
    assert column(high, "members", 10)[-1] / 5_000 == pytest.approx(rest, abs=0.003)

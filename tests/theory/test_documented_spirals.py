"""E1: what community rating did to a market that had been rated by age (New Jersey, 1995-2001).

The record: enrolment fell by 45 to 60 % in six years, the share of members aged 55 to 64 about
doubled and that of 19 to 34 about halved against the market. The pool here is stylised: its
members are those of the preset `age_banded`, and only `attention` is slower, at the default.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from model import Scenario, Simulation, presets

CHANGED, YEARS = 25, 6
SLOW = Scenario.model_fields["attention"].default
RELATIVITY = [
    [0, 0.7], [30, 1.5], [35, 2.3], [40, 4.3], [45, 6.6], [50, 9.5], [55, 13.5], [60, 20.0],
]  # fmt: skip


def reform(seed: int, attention: float = SLOW) -> Simulation:
    """Return a market rated by age for two years, just before all are to pay the same."""
    scenario = presets.load("age_banded").scenario.but(
        n_people=5_000,
        n_periods=CHANGED - 1 + 12 * YEARS,
        age_min=19,
        age_max=64,
        entry_age_max=64,
        ageing=False,
        claims="expected",
        age_relativity=RELATIVITY,
        attention=attention,
        amendments=[{"period": CHANGED, "changes": {"sharing": "equal"}}],
    )
    simulation = Simulation(scenario, seed=seed)
    while simulation.period < CHANGED - 1:
        simulation.step()
    return simulation


def mix(simulation: Simulation) -> tuple[int, float, float]:
    """Return members, the share of them aged 55 to 64, and the share aged 19 to 34."""
    members = simulation.sample().filter(pl.col("status").is_in(["waiting", "covered"]))
    age = members["age"].to_numpy()
    return len(age), float((age >= 55).mean()), float((age <= 34).mean())


@pytest.fixture(scope="module")
def changes():
    """Return enrolment and age shares after six years ÷ before, for ten seeds."""
    found = []
    for seed in range(1, 11):
        simulation = reform(seed)
        before = mix(simulation)
        after = mix(simulation.run())
        found.append([late / early for late, early in zip(after, before, strict=True)])
    return np.array(found)


def test_community_rating_costs_about_half_of_the_members_in_six_years(changes):
    assert 0.40 < changes[:, 0].mean() < 0.55
    assert np.ptp(changes[:, 0]) < 0.05


def test_share_of_those_over_55_about_doubles(changes):
    assert 1.7 < changes[:, 1].min() <= changes[:, 1].max() < 2.3


def test_share_of_the_young_falls_further_than_on_record(changes):
    # It about halved there; incidence rises with age more steeply than all medical spending.
    assert changes[:, 2].max() < 0.5


def test_people_who_look_more_often_leave_in_larger_numbers(changes):
    simulation = reform(1, presets.load("age_banded").scenario.attention)
    before = mix(simulation)[0]
    kept = mix(simulation.run())[0] / before
    assert 0.30 < kept < 0.40
    assert kept < changes[:, 0].min()


def test_a_market_rated_by_age_keeps_its_members():
    members = reform(1).history["members"]
    assert members[-1] > 0.95 * members.max()

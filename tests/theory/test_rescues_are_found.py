"""The search for rescues, through sweeps of the engine, finds doses that are known exactly."""

from __future__ import annotations

import math

import pytest
from scipy.special import ndtr

from experiments.rescue.levers import levers
from experiments.rescue.moves import world_of
from experiments.rescue.search import FINEST, search_singles
from experiments.rescue.trials import Trials
from experiments.sweeps.engines import SerialEngine
from model import Scenario


@pytest.fixture
def least(tmp_path):
    """Return what finds the amounts of a lever between which a pool is rescued."""

    def find(lever, keep, replicates, **rules):
        # One age and one sex: everybody has the same incidence, up to frailty.
        alike = {"age_min": 40, "age_max": 40, "female_share": 0.0, "initial_membership": 1.0}
        world = world_of(Scenario.textbook(**{**alike, **rules}), most=100_000)
        trials = Trials(world, keep, replicates, 1, tmp_path, SerialEngine(), "a test")
        found = search_singles(trials, [levers()[lever]], 0.1).tried[0]
        moves = levers()[lever].moves
        return world, moves.amount(world, found.below), moves.amount(world, found.least)

    return find


EQUALS = {"frailty_sd": 0.0, "n_people": 50, "n_periods": 12}


@pytest.mark.parametrize(("fee", "premium"), [(0.5, 0.2), (1.0, 0.1)])
def test_equals_stay_from_the_subsidy_that_makes_up_for_the_fee(least, fee, premium):
    _, fails, works = least("subsidy", 0.05, 4, fee=fee, risk_premium=premium, **EQUALS)
    assert fails < 1 - (1 + premium) / (1 + fee) <= works
    assert works - fails <= 0.95 * FINEST * 1.01


def test_equals_stay_from_the_penalty_that_makes_up_for_the_loss(least):
    fee, premium = 0.5, 0.2
    world, fails, works = least("mandate", 0.05, 4, fee=fee, risk_premium=premium, **EQUALS)
    cost = world.fair / (1 + fee)
    assert fails < (fee - premium) * cost <= works


def test_half_of_a_lognormal_pool_is_kept_by_the_subsidy_of_the_closed_form(least):
    # Members above the median m: (1 - s) (1 + fee) E[c | c >= m] = (1 + premium) m, with
    # m = exp(-sd²/2) and E[c | c >= m] = 2 N(sd) where the mean of c is 1.
    sd, premium, fee = 0.5, 0.5, 0.5
    subsidy = 1 - (1 + premium) * math.exp(-(sd**2) / 2) / (2 * ndtr(sd) * (1 + fee))
    rules = {"frailty_sd": sd, "n_people": 20_000, "n_periods": 30, "risk_premium": premium}
    _, fails, works = least("subsidy", 0.5, 4, fee=fee, **rules)
    assert fails < subsidy <= works
